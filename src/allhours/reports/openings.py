"""The rows behind a number: the same queryset that was counted, narrowed to what one may see.

Wishes are shown by code, never by their words: a reader of figures need not be one who may read
the wish. Those who may, follow the code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES, UNIT_ROLES
from allhours.accounts.scope import within
from allhours.directory.models import Member, Organization
from allhours.reports import facts, screens
from allhours.reports.facts import Rows, Span
from allhours.reports.tables import NOWHERE, sees_all
from allhours.ui.tables import Table

if TYPE_CHECKING:
    from datetime import date

    from django.utils.functional import _StrPromise

LEDGER = "ledger"


@dataclass(frozen=True)
class Measure:
    """What a number counts, by which codes it is broken down, and how its rows are shown."""

    title: str | _StrPromise
    rows: Callable[[Span], Rows]
    table: type[Table]
    seen: Callable[[Actor], Q]
    unit: str = ""  # lookup of the unit's code; "": not broken down by unit
    community: str = ""
    related: tuple[str, ...] = ()


def _members(actor: Actor) -> Q:
    return Q(pk__in=Member.objects.visible_to(actor).values("pk"))


def _missing(actor: Actor) -> Q:
    """Who has not reported is named to the unit and the county, and to nobody else."""
    return within(actor, "unit__path", roles=COUNTY_ROLES | UNIT_ROLES)


def _wishes(actor: Actor) -> Q:
    return within(actor, "community__path")


def _claims(actor: Actor) -> Q:
    return within(actor, "member__unit__path", "wish__community__path", "post__community__path")


def _activities(actor: Actor) -> Q:
    return within(actor, "organizer__path", "community__path")


def _attendances(actor: Actor) -> Q:
    codes = Organization.objects.visible_to(actor).values("code")
    seen = Q(unit_code__in=codes) | Q(community_code__in=codes)
    return seen | within(actor, "member__unit__path")


def _people(
    title: str | _StrPromise, rows: Callable[[Span], Rows], seen: Callable[[Actor], Q] = _members
) -> Measure:
    return Measure(title, rows, screens.MemberRows, seen, "unit__code", "placed_code", ("unit",))


def _wished(title: str | _StrPromise, rows: Callable[[Span], Rows]) -> Measure:
    return Measure(title, rows, screens.WishRows, _wishes, "", "community__code", ("community",))


def _claimed(title: str | _StrPromise, rows: Callable[[Span], Rows], community: str) -> Measure:
    related = ("member__unit", "wish__community", "post__community")
    table = screens.ClaimRows
    return Measure(title, rows, table, _claims, "member__unit__code", community, related)


def _held(title: str | _StrPromise, rows: Callable[[Span], Rows]) -> Measure:
    return Measure(
        title,
        rows,
        screens.ActivityRows,
        _activities,
        "organizer__code",
        "community__code",
        ("organizer", "community"),
    )


MEASURES: Mapping[str, Measure] = {
    "members": _people(_("在职党员"), facts.members),
    "expected": _people(_("应报到"), facts.expected),
    "reported": _people(_("已报到"), facts.reported),
    "excused": _people(_("免报"), facts.excused),
    "missing": _people(_("未报到"), facts.missing, _missing),
    "wishes_noted": _wished(_("征集微心愿"), facts.wishes_noted),
    "wishes_published": _wished(_("已发布心愿"), facts.wishes_opened),
    "wishes_claimed": _wished(_("已认领心愿"), facts.wishes_claimed),
    "wishes_confirmed": _wished(_("办结微心愿"), facts.wishes_confirmed),
    "claims": _claimed(_("认领微心愿"), facts.claims, "wish__community__code"),
    "fulfilled": _claimed(_("办结微心愿"), facts.claims_fulfilled, "wish__community__code"),
    "goods": _claimed(_("帮扶物资"), facts.goods, "wish__community__code"),
    "posts": Measure(
        _("服务岗位"),
        facts.posts,
        screens.PostRows,
        _wishes,
        "",
        "community__code",
        ("community",),
    ),
    "posts_taken": _claimed(_("认领岗位"), facts.posts_taken, "post__community__code"),
    "activities": _held(_("开展活动"), facts.activities),
    "activities_serving": _held(_("受益群众"), facts.activities_serving),
    "attendances": Measure(
        _("参加活动"),
        facts.attendances,
        screens.AttendanceRows,
        _attendances,
        "unit_code",
        "community_code",
        ("activity", "member"),
    ),
}


@dataclass(frozen=True)
class Opened:
    rows: Rows  # what this reader may see of it
    hidden: int  # how many of a line's number the reader may not see


def may_open_line(actor: Actor, **codes: str | None) -> bool:
    """Whether the line of these codes is the reader's: what it hides is counted for no other."""
    asked = {code for code in codes.values() if code is not None}
    if NOWHERE in asked:
        return sees_all(actor)
    return Organization.objects.visible_to(actor).filter(code__in=asked).count() == len(asked)


def open_rows(measure: Measure, span: Span, *, actor: Actor, **codes: str | None) -> Opened:
    """Rows of a number. `unit`, `community`: a code, "" for none, None for all."""
    counted = measure.rows(span)
    for side, field in (("unit", measure.unit), ("community", measure.community)):
        code = codes.get(side)
        if code is not None and field:
            counted = counted.filter(_coded(field, code))
    rows = counted.filter(measure.seen(actor)).select_related(*measure.related)
    narrowed = any(code is not None for code in codes.values())
    return Opened(rows, counted.count() - rows.count() if narrowed else 0)


def _coded(field: str, code: str) -> Q:
    if code != NOWHERE:
        return Q(**{field: code})
    return Q(**{f"{field}__isnull": True}) | Q(**{field: ""})


def address(measure: str, span: Span, **codes: str | None) -> str:
    """Where a number leads; `codes` as for `open_rows`. "" for a number without rows."""
    if measure == LEDGER:
        return _ledger_address(span, **codes)
    if measure not in MEASURES:
        return ""
    query = {"on": str(span.day)}
    query |= {side: code for side, code in codes.items() if code is not None}
    return f"{reverse('reports:rows', args=[measure])}?{urlencode(query)}"


def _ledger_address(span: Span, **codes: str | None) -> str:
    query = {"since": str(span.period.first), "until": str(span.period.last)}
    query["known"] = str(span.known)
    for side, code in codes.items():
        if code is not None:
            query[side] = code or "-"
    return f"{reverse('reports:ledger')}?{urlencode(query)}"


def figure_address(measure: str, on: date) -> str:
    """Where a figure of the county leads."""
    return address(measure, facts.to_day(on))
