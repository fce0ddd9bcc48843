"""Pledges as their member, the two desks and the public see them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COMMUNITY_ROLES
from allhours.needs.choices import ClaimState, PledgeState
from allhours.needs.models import Claim, Pledge, Post
from allhours.needs.models.pledge import PledgeQuerySet
from allhours.needs.queries.limits import pledge_rules, programme_year, receivers
from allhours.needs.scope import handles


def my_pledge(actor: Actor, now: datetime) -> Pledge | None:
    """The actor's pledge of this programme year."""
    rows = Pledge.objects.filter(member_id=actor.member_id or 0, year=programme_year(now))
    return (
        rows.exclude(state=PledgeState.WITHDRAWN)
        .select_related("unit", "community", "post")
        .first()
    )


def pledges_of(actor: Actor) -> PledgeQuerySet:
    """All that the actor ever promised."""
    rows = Pledge.objects.filter(member_id=actor.member_id or 0)
    return rows.select_related("member", "unit", "community")


def earlier_pledges(actor: Actor, now: datetime) -> PledgeQuerySet:
    """What the member promised in other years, and what was taken back."""
    rows = Pledge.objects.filter(member_id=actor.member_id or 0).select_related("community")
    current = my_pledge(actor, now)
    return rows.exclude(pk=current.pk if current else 0).order_by("-year", "-pk")


def posts_to_name(actor: Actor) -> QuerySet[Post]:
    """The posts that the member holds: a pledge may name one."""
    held = Claim.objects.filter(
        member_id=actor.member_id or 0, state=ClaimState.LIVE, post__isnull=False
    )
    return Post.objects.filter(pk__in=held.values("post_id")).order_by("title")


def desk_pledges(actor: Actor) -> PledgeQuerySet:
    """Those that staff may see, newest year first; a member's own are on their page, not here."""
    staff = Actor(user_id=actor.user_id, grants=actor.grants, is_system=actor.is_system)
    return (
        Pledge.objects.visible_to(staff)
        .exclude(state=PledgeState.DRAFT)
        .select_related("member", "unit", "community")
        .order_by("-year", "state", "member__member_no")
    )


def desk_pledge(actor: Actor, code: str) -> Pledge | None:
    rows = desk_pledges(actor).select_related("post").prefetch_related("items")
    return rows.filter(code=code.upper()).first()


@dataclass(frozen=True)
class Steps:
    """What this reader may do with a pledge next."""

    approve: bool
    receive: bool
    send_back: bool
    publish: bool
    unpublish: bool
    assess: bool

    @property
    def any(self) -> bool:
        return self.approve or self.receive or self.assess


def steps_for(actor: Actor, pledge: Pledge, now: datetime) -> Steps:
    own = actor.member_id == pledge.member_id
    unit = not own and actor.holds(*pledge_rules(now).approved_by, over=pledge.unit.path)
    place = not own and actor.holds(*COMMUNITY_ROLES, over=pledge.community.path)
    state, shown = pledge.state, pledge.published_at is not None
    to_approve = unit and state == PledgeState.SUBMITTED
    takes = not own and handles(actor, pledge.community.path, receivers(pledge_rules(now)))
    to_receive = takes and state == PledgeState.APPROVED
    received = place and state in (PledgeState.IN_HAND, PledgeState.ASSESSED)
    return Steps(
        approve=to_approve,
        receive=to_receive,
        send_back=to_approve or to_receive,
        publish=received
        and pledge_rules(now).public
        and not shown
        and pledge.public_consent_at is not None,
        unpublish=received and shown,
        assess=place and state == PledgeState.IN_HAND,
    )


@dataclass(frozen=True)
class PublicPledge:
    """What the public page shows: a surname and the unit, nothing more of the person."""

    who: str
    unit: str
    community: str
    items: list[str]


def public_pledges(now: datetime, *, community: int | None = None) -> list[PublicPledge]:
    """This year's, with their members' standing consent; of nobody who has left or died."""
    rows = (
        Pledge.objects.published()
        .filter(year=programme_year(now), member__left_on=None)
        .select_related("member", "unit", "community")
        .prefetch_related("items")
        .order_by("community__code", "-published_at")
    )
    if community:
        rows = rows.filter(community_id=community)
    return [
        PublicPledge(
            who=each.member.name[:1],
            unit=each.unit.label,
            community=each.community.label,
            items=[item.text for item in each.items.all()],
        )
        for each in rows[:200]
    ]
