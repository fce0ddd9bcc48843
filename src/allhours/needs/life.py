"""What a change of a person means for wishes, posts and pledges (directory.consequences)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import ClassVar

from django.db.models import Exists, F, OuterRef, QuerySet

from allhours.accounts.actor import Actor
from allhours.directory.choices import Fate
from allhours.directory.consequences import (
    Consequence,
    Departure,
    Event,
    Handler,
    Lines,
    Merge,
    Mover,
    ResidenceChange,
    Retirement,
    Undo,
    UnitChange,
    Withdrawal,
)
from allhours.needs import order_life as orders
from allhours.needs import unit_life as units
from allhours.needs.actions import claims, festival_seats, posts, seats
from allhours.needs.choices import ClaimState, PledgeState
from allhours.needs.models import Claim, ClaimAllowance, Pledge, Post, Wish
from allhours.needs.reasons import PERSON_CHANGED, stored

OPEN = (ClaimState.LIVE, ClaimState.WAITING)
UNFINISHED = (PledgeState.DRAFT, PledgeState.SUBMITTED, PledgeState.APPROVED)


class NeedsHandler(Handler):
    room = "needs"
    rank = 10  # wishes before placements: in the order in which a claim takes its rows
    on: ClassVar[tuple[type[Event], ...]] = (
        Departure, Retirement, ResidenceChange, UnitChange, Withdrawal,
    )  # fmt: skip

    def foresee(self, event: Event) -> Lines:
        return [
            *[_line(claim) for claim in _ending(event)],
            *orders.foresee(event),
            *units.foresee(event),
            *[
                Consequence(pledge.member_id, "pledge", pledge.code, str(pledge.year))
                for pledge in _pledges(event)
            ],
            *[
                Consequence(
                    claim.member_id, "delivery", claim.wish.code, claim.wish.title, Fate.KEPT
                )
                for claim in _delivered(event)
                if claim.wish
            ],
        ]

    def carry_out(self, actor: Actor, event: Event, now: datetime) -> Lines:
        lines = self.foresee(event)
        quiet = isinstance(event, Departure)
        for claim in _ending(event):
            _release(actor, claim, now, quiet=quiet)
        units.end(actor, event, now)
        orders.end(event, now)
        _pledges(event).update(state=PledgeState.WITHDRAWN, ended_at=now)
        return lines


def _ending(event: Event) -> QuerySet[Claim]:
    """In the order of wishes and posts, so that two changes at once take them alike."""
    if isinstance(event, UnitChange):
        return Claim.objects.none()
    rows = (
        Claim.objects.filter(member__in=event.members, state__in=OPEN, delivered_at=None, unit=None)
        .select_related("wish", "post__community", "member")
        .order_by("wish_id", "post_id", "pk")
    )
    if isinstance(event, ResidenceChange):  # only posts of the community that is left
        if event.stays:
            return rows.none()
        rows = rows.filter(post__community=F("member__serving_community"))
        return rows.exclude(post__community=event.community_id)
    if isinstance(event, Retirement) and event.stays:
        return rows.none()
    return rows.annotate(
        next_one=Exists(
            Claim.objects.filter(wish=OuterRef("wish"), state=ClaimState.WAITING).exclude(
                member=OuterRef("member")
            )
        )
    )


def _delivered(event: Event) -> QuerySet[Claim]:
    """Done, and waiting only for somebody else's confirmation: stays, and is credited."""
    if not isinstance(event, Departure):
        return Claim.objects.none()
    return Claim.objects.filter(
        member__in=event.members, state=ClaimState.LIVE, delivered_at__isnull=False
    ).select_related("wish")


def _pledges(event: Event) -> QuerySet[Pledge]:
    if not isinstance(event, Departure | Withdrawal):
        return Pledge.objects.none()
    return Pledge.objects.filter(member__in=event.members, state__in=UNFINISHED)


def _line(claim: Claim) -> Consequence:
    if claim.unit_id is not None:
        return units.line(claim)
    if claim.post is not None:
        return Consequence(claim.member_id, "post", claim.post.code, claim.post.title)
    wish = claim.wish
    assert wish is not None  # noqa: S101 - the database knows only these two
    handed = claim.state == ClaimState.LIVE and getattr(claim, "next_one", False)
    return Consequence(
        claim.member_id,
        "claim" if claim.state == ClaimState.LIVE else "waiting",
        wish.code,
        wish.title,
        Fate.HANDED if handed else Fate.CLOSED,
    )


def _release(actor: Actor, claim: Claim, now: datetime, *, quiet: bool) -> None:
    """The row competed for first; then the claim as it is by then."""
    if claim.post_id is not None:
        Post.objects.filter(pk=claim.post_id).update(taken=F("taken"))
    elif claim.wish_id is not None:
        Wish.objects.filter(pk=claim.wish_id).update(taken=F("taken"))
    claim = Claim.objects.select_related("wish", "post__community").get(pk=claim.pk)
    if claim.state not in OPEN or claim.delivered_at is not None:
        return
    room = claims if claim.post_id is None else posts
    room.leave_for_good(actor, claim, stored(PERSON_CHANGED), now, quiet=quiet)


class NeedsMover(Mover):
    room = "needs"
    rank = 10
    models = (
        "needs.claim", "needs.claimallowance", "needs.claimhelper", "needs.pledge",
        "needs.postorder", "needs.posthandover", "needs.festivalseat",
    )  # fmt: skip

    def foresee(self, event: Merge) -> Lines:
        open_ones = Claim.objects.named().filter(member=event.gone, state__in=OPEN)
        twice = set(_twice(event).values_list("pk", flat=True))
        held = [
            Consequence(
                line.member_id,
                line.kind,
                line.code,
                line.title,
                Fate.CLOSED if claim.pk in twice else Fate.HANDED,
            )
            for claim in open_ones.select_related("wish", "post").order_by("pk")
            for line in [_line(claim)]
        ]
        return [*held, *orders.foresee(event)]

    def move(self, actor: Actor, event: Merge, now: datetime) -> Undo:
        for claim in _twice(event).select_related("wish", "post"):
            if claim.unit_id is not None:
                units.hand_back(actor, claim, now)
            else:
                _release(actor, claim, now, quiet=True)
        for claim in units.foreign(event):
            units.hand_back(actor, claim, now)
        seats.ensure_allowance(event.kept)
        rows = Claim.objects.filter(member=event.gone)
        undo: Undo = {"claims": list(rows.values_list("pk", flat=True))}
        rows.update(member=event.kept)
        undo |= units.move(event)
        years = Pledge.objects.filter(member=event.kept).values_list("year", flat=True)
        pledges = Pledge.objects.filter(member=event.gone).exclude(year__in=list(years))
        undo["pledges"] = list(pledges.values_list("pk", flat=True))
        pledges.update(member=event.kept)
        orders.end(event, now)
        undo |= orders.move(event)
        _recount(event.members)
        return undo

    def back(self, actor: Actor, event: Merge, undo: Undo, now: datetime) -> None:
        Claim.objects.filter(pk__in=undo["claims"], member=event.kept).update(member=event.gone)
        Pledge.objects.filter(pk__in=undo["pledges"], member=event.kept).update(member=event.gone)
        units.back(event, undo)
        orders.back(event, undo)
        _recount(event.members)


def _twice(event: Merge) -> QuerySet[Claim]:
    """Open claims of the gone number for what the kept one holds as well."""
    mine = Claim.objects.named().filter(member=event.kept, state__in=OPEN)
    wishes = mine.filter(wish__isnull=False).values("wish")
    held = mine.filter(post__isnull=False).values("post")
    open_ones = Claim.objects.named().filter(member=event.gone, state__in=OPEN, delivered_at=None)
    return open_ones.filter(wish__in=wishes) | open_ones.filter(post__in=held)


def _recount(members: Iterable[int]) -> None:
    """Allowances from the claims themselves."""
    members = list(members)
    festival_seats.recount(members)
    for allowance in ClaimAllowance.objects.filter(member__in=members).order_by("member_id"):
        mine = Claim.objects.filter(member=allowance.member_id)
        wishes = mine.filter(wish__isnull=False, unit=None)
        live_posts = mine.filter(post__isnull=False, state__in=OPEN)
        year = max(live_posts.values_list("post__year", flat=True), default=allowance.posts_year)
        ClaimAllowance.objects.filter(pk=allowance.pk).update(
            live=wishes.filter(state=ClaimState.LIVE).count(),
            waiting=wishes.filter(state=ClaimState.WAITING).count(),
            posts=live_posts.filter(post__year=year).count(),
            posts_year=year,
        )
