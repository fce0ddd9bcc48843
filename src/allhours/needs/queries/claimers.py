"""The member who acts: what a rule needs to know of them."""

from __future__ import annotations

from allhours.accounts.actor import Actor
from allhours.directory.models import Member
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, ClaimAllowance, Wish
from allhours.needs.rules.claims import Claimer


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
    """The member's live or waiting claim of the wish."""
    return Claim.objects.filter(
        wish=wish, member_id=member_id, state__in=(ClaimState.LIVE, ClaimState.WAITING)
    ).first()


def posts_held(member_id: int, year: int) -> int:
    held = (
        ClaimAllowance.objects.filter(member_id=member_id, posts_year=year)
        .values_list("posts", flat=True)
        .first()
    )
    return held or 0
