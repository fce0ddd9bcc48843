"""A member's own: wishes in hand, waiting and done; posts of the year."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.kernel import clock
from allhours.needs import reasons
from allhours.needs.choices import ClaimState
from allhours.needs.models import Claim, ClaimHelper
from allhours.needs.models.claim import ClaimQuerySet
from allhours.needs.queries.limits import item_titles, wish_limits
from allhours.needs.queries.words import short_day
from allhours.ui.parts import Kind

DONE_SHOWN = 20


@dataclass(frozen=True)
class InHand:
    """One of the member's wishes with the next thing to do, in words."""

    claim: Claim
    title: str
    code: str
    category: str
    community: str
    pill: str
    kind: Kind
    meta: str
    unit: str  # in whose name; "" of the member's own
    next_step: str  # what the button says; "" when there is nothing to do


@dataclass(frozen=True)
class Helping:
    """A unit's wish in which the member takes part; masked, for only one knows the wisher."""

    id: int
    title: str
    code: str
    category: str
    community: str
    unit: str
    responsible: str
    may_leave: bool


@dataclass(frozen=True)
class MyWishes:
    in_hand: list[InHand]
    waiting: list[InHand]
    done: list[InHand]
    helping: list[Helping]


def claims_of(actor: Actor) -> ClaimQuerySet:
    return Claim.objects.filter(member_id=actor.member_id or 0)


def my_wishes(actor: Actor, now: datetime) -> MyWishes:
    rows = claims_of(actor).filter(wish__isnull=False)
    rows = rows.select_related("wish__community__parent", "unit")
    open_ = Q(state__in=(ClaimState.LIVE, ClaimState.WAITING), unnamed_since=None)
    ended = rows.exclude(open_).order_by("-ended_at", "-pk")
    mine = [in_hand(claim, now) for claim in rows.filter(open_).order_by("due_at", "pk")]
    return MyWishes(
        in_hand=[row for row in mine if row.claim.state == ClaimState.LIVE],
        waiting=[row for row in mine if row.claim.state == ClaimState.WAITING],
        done=[in_hand(claim, now) for claim in ended[:DONE_SHOWN]],
        helping=helping(actor, now),
    )


def helping(actor: Actor, now: datetime) -> list[Helping]:
    """Wishes of the member's unit in which they were asked to take part, and that are in hand."""
    titles = item_titles(now)
    return [
        Helping(
            id=row.pk,
            title=row.claim.wish.title,
            code=row.claim.wish.code,
            category=titles.get(row.claim.wish.category, row.claim.wish.category),
            community=row.claim.wish.public_place.label,
            unit=row.claim.unit.label if row.claim.unit else "",
            responsible=_("待另派") if row.claim.is_unnamed else row.claim.member.name,
            may_leave=row.claim.delivered_at is None,
        )
        for row in helping_rows(actor).filter(claim__state=ClaimState.LIVE).order_by("claim_id")
        if row.claim.wish
    ]


def helping_rows(actor: Actor) -> QuerySet[ClaimHelper]:
    rows = ClaimHelper.objects.filter(member_id=actor.member_id or 0)
    return rows.select_related(
        "claim__wish__community__parent", "claim__unit", "claim__member", "member"
    )


def participants_asked(claim: Claim) -> list[tuple[int, str]]:
    """Whom the unit named to take part: member id and name."""
    if claim.unit_id is None:
        return []
    rows = claim.helpers.order_by("added_at", "pk")
    return list(rows.values_list("member_id", "member__name"))


def helpers_by_number(claim: Claim) -> dict[str, int]:
    return dict(claim.helpers.values_list("member__member_no", "member_id"))


def my_claim(actor: Actor, code: str) -> Claim | None:
    """The member's latest claim of a wish by its code."""
    return (
        claims_of(actor)
        .filter(wish__code=code.upper())
        .select_related("wish__community__parent", "member", "unit")
        .order_by("-claimed_at", "-pk")
        .first()
    )


def in_hand(claim: Claim, now: datetime) -> InHand:
    wish = claim.wish
    if wish is None:
        raise ValueError("not a claim of a wish")
    pill, kind, meta, step = _standing(claim, now)
    return InHand(
        claim=claim,
        title=wish.title,
        code=wish.code,
        category=item_titles(now).get(wish.category, wish.category),
        community=claim.place.label,
        pill=pill,
        kind=kind,
        meta=meta,
        unit=claim.unit.label if claim.unit else "",
        next_step=step,
    )


def _standing(claim: Claim, now: datetime) -> tuple[str, Kind, str, str]:
    """Pill, its kind, a line, and the next step."""
    if claim.state == ClaimState.WAITING:
        return _("候补第 %(n)s 位") % {"n": claim.queue_no}, "neutral", "", ""
    if claim.state == ClaimState.FULFILLED:
        day = short_day(clock.local_date(claim.ended_at or now))
        return _("已办结"), "ok", _("%(day)s确认") % {"day": day}, ""
    if claim.state != ClaimState.LIVE:
        return claim.get_state_display(), "neutral", reasons.shown(claim.end_reason), ""
    if claim.is_unnamed:
        return _("已请单位另派"), "neutral", "", ""
    if claim.delivered_at is not None:
        return _("待确认"), "info", _("已登记完成，等心愿人或社区确认"), ""
    return _working(claim, now)


def _working(claim: Claim, now: datetime) -> tuple[str, Kind, str, str]:
    due = clock.local_date(claim.due_at) if claim.due_at else None
    until = _("%(day)s前办结") % {"day": short_day(due)} if due else ""
    if claim.due_at is not None and claim.due_at < now:
        return _("已过办理期限"), "danger", until, _("登记完成")
    if claim.contacted_at is None:
        hours = wish_limits(now).contact_hours
        late = (claim.named_at or claim.claimed_at) + timedelta(hours=hours) < now
        pill = _("请尽快联系") if late else _("待联系")
        return pill, "danger" if late else "warn", until, _("联系心愿人")
    if claim.sent_back_at is not None:
        return _("心愿人说还没办成"), "warn", until, _("登记完成")
    return _("已联系"), "info", until, _("登记完成")
