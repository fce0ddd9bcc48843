"""The member who acts: what a rule needs to know of them."""

from __future__ import annotations

from allhours.accounts.actor import Actor
from allhours.directory.models import Member
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, ClaimAllowance, ClaimHelper, UnitAllowance, Wish
from allhours.needs.rules.claims import Claimer
from allhours.needs.rules.unit_claims import Named


def communities_of(member: Member) -> frozenset[int]:
    """Where the member serves and lives."""
    ids = (member.serving_community_id, member.residence_id)
    return frozenset(pk for pk in ids if pk is not None)


def member_of(actor: Actor) -> Member | None:
    if actor.member_id is None:
        return None
    return Member.objects.select_related("unit").get(pk=actor.member_id)


def claimer_of(member: Member) -> Claimer:
    held = ClaimAllowance.objects.filter(member=member).values_list("live", "waiting").first()
    live, waiting = held or (0, 0)
    return Claimer(
        member_id=member.pk,
        on_roster=member.left_on is None,
        communities=communities_of(member),
        phone_hash=member.phone_hash,
        open_claims=live,
        waiting_claims=waiting,
    )


def open_claim(wish: Wish, member_id: int) -> Claim | None:
    """The member's live or waiting claim of the wish, also one that they answer for in a unit's
    name."""
    rows = Claim.objects.named().filter(wish=wish, member_id=member_id)
    return rows.filter(state__in=(ClaimState.LIVE, ClaimState.WAITING)).first()


def unit_claim(wish: Wish, unit_id: int) -> Claim | None:
    """The unit's claim of the wish in hand."""
    return Claim.objects.live().filter(wish=wish, unit_id=unit_id).first()


def unit_claims_held(unit_id: int) -> int:
    held = UnitAllowance.objects.filter(unit_id=unit_id).values_list("live", flat=True).first()
    return held or 0


def named(member: Member, wish: Wish, besides: Claim | None = None) -> Named:
    """A member whom their unit wants to send; what they hold `besides` the unit's claim."""
    open_ = Claim.objects.named().filter(wish=wish, member=member)
    open_ = open_.filter(state__in=(ClaimState.LIVE, ClaimState.WAITING))
    helps = ClaimHelper.objects.filter(
        member=member, claim__wish=wish, claim__state=ClaimState.LIVE
    )
    if besides is not None:
        open_, helps = open_.exclude(pk=besides.pk), helps.exclude(claim=besides)
    return Named(
        member_id=member.pk,
        unit_id=member.unit_id,
        on_roster=member.left_on is None,
        communities=communities_of(member),
        holds_it=open_.exists() or helps.exists(),
    )


def posts_held(member_id: int, year: int) -> int:
    held = (
        ClaimAllowance.objects.filter(member_id=member_id, posts_year=year)
        .values_list("posts", flat=True)
        .first()
    )
    return held or 0
