"""How a wish is put into words on cards, timelines and lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from allhours.kernel import clock
from allhours.needs import reasons
from allhours.needs.choices import WishState
from allhours.needs.models import Claim, Wish
from allhours.ui.parts import Event, Fact, Kind

KINDS: dict[str, Kind] = {
    WishState.NOTED: "warn",
    WishState.VERIFIED: "info",
    WishState.SCHEDULED: "info",
    WishState.OPEN: "danger",
    WishState.CLAIMED: "info",
    WishState.DELIVERED: "warn",
    WishState.CONFIRMED: "ok",
    WishState.DECLINED: "neutral",
    WishState.WITHDRAWN: "neutral",
    WishState.EXPIRED: "neutral",
    WishState.MERGED: "neutral",
    WishState.CONVERTED: "neutral",
}


def claimer_shown(claim: Claim, who: str) -> str:
    """As `desk.claimer_words` does: a member, or a unit and the one it named, if it has one now."""
    if claim.unit is None:
        return who
    return f"{claim.unit.label} · {_('待另派') if claim.is_unnamed else who}"


@dataclass(frozen=True)
class Card:
    """What anybody may see of a wish: no name, no phone, no address, no own words."""

    code: str
    title: str
    category: str
    community: str
    wisher: str
    since: str
    state: str
    pill: str
    kind: Kind
    places_left: int = 0
    own: bool = False  # of the reader's own community
    claimable: bool = False
    mine: bool = False  # the reader has it in hand
    for_unit: bool = False  # the reader may claim it in the name of their unit
    opens_at: datetime | None = None
    item: str = ""  # the category's code
    places: int = 1
    why: str = ""  # what speaks for it, to the member who reads


def card(
    wish: Wish, *, categories: dict[str, str], now: datetime, why: str = "", **over: bool
) -> Card:
    """`wish` with its community and what stands above it loaded; `own` readers know where."""
    place = wish.community if over.get("own") else wish.public_place
    state = wish.state_at(now)
    since = shown_since(wish) if state != WishState.SCHEDULED else wish.noted_at
    return Card(
        code=wish.code,
        title=wish.title,
        category=categories.get(wish.category, wish.category),
        community=place.label,
        wisher=wish.public_wisher,
        since=ago(since, now),
        state=state,
        pill=pill(wish, state),
        kind=KINDS[state],
        places_left=wish.places_left if wish.places > 1 else 0,
        opens_at=wish.publish_at if state == WishState.SCHEDULED else None,
        item=wish.category,
        places=wish.places,
        why=why,
        **over,
    )


def public_fields(shown: Card) -> list[Fact]:
    """A card field by field, for whoever decides it."""
    return [
        Fact(_("心愿"), shown.title),
        Fact(_("类别"), shown.category),
        Fact(_("称呼"), shown.wisher),
        Fact(_("地点"), shown.community),
        Fact(_("名额"), shown.places_left or 1),
        Fact(_("不公开"), _("姓名、电话、住址、原话、监护人、预算")),
    ]


def shown_since(wish: Wish) -> datetime:
    return wish.opened_at or wish.publish_at or wish.noted_at


def pill(wish: Wish, state: str) -> str:
    """A state in the reader's words: “已认领 · 办理中”, “11月18日办结 · 满意”."""
    if state == WishState.CONFIRMED and wish.confirmed_at is not None:
        done = _("%(day)s办结") % {"day": short_day(clock.local_date(wish.confirmed_at))}
        return f"{done} · {wish.get_rating_display()}" if wish.rating else done
    if state == WishState.CLAIMED:
        return _("已认领 · 办理中")
    if state == WishState.DELIVERED:
        return _("已送达 · 待确认")
    if state == WishState.SCHEDULED and wish.publish_at is not None:
        at = clock.local(wish.publish_at)
        return _("%(day)s %(hour)s开放") % {"day": short_day(at.date()), "hour": f"{at:%H:%M}"}
    return str(WishState(state).label)


def short_day(day: date) -> str:
    return date_format(day, _("n月j日"))


def ago(then: datetime, now: datetime) -> str:
    days = (clock.local_date(now) - clock.local_date(then)).days
    if days <= 0:
        return _("今天")
    return ngettext("%(days)s天前", "%(days)s天前", days) % {"days": days}


def progress(wish: Wish, now: datetime) -> list[Event]:
    """The wish's way so far, newest first, as its maker and the public read it."""
    events = [
        Event(_("收到心愿"), wish.noted_at, kind="ok"),
        *_each(_("社区已核实"), wish.verified_at, "ok"),
        *_each(_("已在心愿墙发布，等待认领"), _opened(wish, now), "ok"),
        *_each(_("已有党员认领，正在办理"), wish.claimed_at if wish.taken else None, "info"),
        *_each(_("认领人已登记办理完成，等您确认"), wish.delivered_at, "warn"),
        *_each(_("已确认办结"), wish.confirmed_at, "ok"),
    ]
    if wish.state in (WishState.DECLINED, WishState.WITHDRAWN, WishState.EXPIRED):
        events.append(
            Event(wish.get_state_display(), wish.ended_at, note=reasons.shown(wish.end_reason))
        )
    return events[::-1]


def _opened(wish: Wish, now: datetime) -> datetime | None:
    if wish.opened_at is None and wish.state_at(now) == WishState.OPEN:
        return wish.publish_at
    return wish.opened_at


def _each(text: str, at: datetime | None, kind: Kind) -> list[Event]:
    return [Event(text, at, kind=kind)] if at is not None else []
