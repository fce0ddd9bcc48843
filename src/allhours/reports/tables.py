"""附6 and 附7 as rows: every cell is counted from facts, none is typed. (S2, both due 30 November.)

`summary_by_unit` and `summary_by_community` give 附6 《在职党员进社区服务群众情况汇总表》,
`reporting_rows` gives 附7 《在职党员进社区报到情况汇总表》. Columns of 附6 whose facts this version
does not yet gather (suggestions, households, teams, feedback) are left out rather than left empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from allhours.accounts.actor import Actor
from allhours.appraisal.queries import year_of
from allhours.directory.choices import Standing
from allhours.directory.models import Member, Organization
from allhours.kernel import clock
from allhours.kernel.periods import Period
from allhours.ledger import queries as ledger
from allhours.ledger.values import Totals
from allhours.placement.choices import LetterState
from allhours.placement.models import Letter, Placement
from allhours.placement.queries.figures import (
    Rate,
    rates_by_community,
    rates_by_unit,
    reported_on,
)
from allhours.reports import figures


@dataclass(frozen=True)
class SummaryRow:
    """One line of 附6. Minutes, and money in fen, stay whole until they are written out."""

    code: str
    name: str
    members: int
    expected: int
    excused: int
    reported: int
    posts_taken: int
    activities: int
    attendances: int
    minutes: int
    minutes_off: int
    wishes_noted: int
    wishes_claimed: int
    wishes_confirmed: int
    goods_fen: int
    served: int

    @property
    def rate(self) -> float | None:
        return figures.share(self.reported, self.expected - self.excused)

    @property
    def hours(self) -> Decimal:
        return Decimal(self.minutes) / 60

    @property
    def hours_off(self) -> Decimal:
        return Decimal(self.minutes_off) / 60


COUNTED = [f.name for f in fields(SummaryRow) if f.type == "int"]


def summary_by_unit(on: date, *, actor: Actor) -> list[SummaryRow]:
    """附6 by unit; wishes are those that the unit's members took up."""
    period = Period(year_of(on).first, on)
    units = list(Organization.objects.units().visible_to(actor).order_by("code"))
    wishes = _claims_by_unit(period)
    return _rows(
        units,
        members=_members_by("unit_id", on),
        rates={rate.code: rate for rate in rates_by_unit(on)},
        totals=ledger.totals_by_unit(period=period),
        counts={
            "posts_taken": _by(figures.posts_taken_on(period), "member__unit__code"),
            "activities": _by(figures.activities_in(period), "organizer__code"),
            "attendances": _by(figures.attendances_in(period), "unit_code"),
            "served": _by(figures.activities_in(period), "organizer__code", Sum("served")),
            **wishes,
        },
    )


def summary_by_community(on: date, *, actor: Actor) -> list[SummaryRow]:
    """附6 by community; wishes are those of its residents."""
    period = Period(year_of(on).first, on)
    communities = list(Organization.objects.communities().visible_to(actor).order_by("code"))
    counts = figures.wish_counts(on)
    wished = figures.wishes_in(period)
    return _rows(
        communities,
        members=_members_by("serving_community_id", on),
        rates={rate.code: rate for rate in rates_by_community(on)},
        totals=ledger.totals_by_community(period=period),
        counts={
            "posts_taken": _by(figures.posts_taken_on(period), "post__community__code"),
            "activities": _by(figures.activities_in(period), "community__code"),
            "attendances": _by(figures.attendances_in(period), "community_code"),
            "served": _by(figures.activities_in(period), "community__code", Sum("served")),
            "wishes_noted": _by(wished, "community__code", counts["noted"]),
            "wishes_claimed": _by(wished, "community__code", counts["claimed"]),
            "wishes_confirmed": _by(wished, "community__code", counts["confirmed"]),
            "goods_fen": _by(
                figures.fulfilled_in(period), "wish__community__code", Sum("goods_value_fen")
            ),
        },
    )


def _claims_by_unit(period: Period) -> dict[str, dict[str, int]]:
    done = figures.fulfilled_in(period)
    return {
        "wishes_noted": {},
        "wishes_claimed": _by(figures.claims_of_wishes_in(period), "member__unit__code"),
        "wishes_confirmed": _by(done, "member__unit__code"),
        "goods_fen": _by(done, "member__unit__code", Sum("goods_value_fen")),
    }


def _by(rows: QuerySet[Any], field: str, what: Any = None) -> dict[str, int]:
    """`what` (default: how many) by a code; one query."""
    found = rows.order_by().values(field).annotate(n=what or Count("pk"))
    return {row[field]: int(row["n"] or 0) for row in found if row[field]}


def _members_by(field: str, on: date) -> dict[int, int]:
    """In-service members on the roster on a day, by the id of an organisation."""
    rows = Member.objects.filter(
        registered_on__lte=on, standing=Standing.IN_SERVICE, is_retired=False
    ).filter(Q(left_on=None) | Q(left_on__gt=on))
    counted = rows.order_by().values(field).annotate(n=Count("pk"))
    return {row[field]: row["n"] for row in counted if row[field]}


def _rows(
    organizations: Iterable[Organization],
    *,
    members: Mapping[int, int],
    rates: Mapping[str, Rate],
    totals: Mapping[str, Totals],
    counts: Mapping[str, Mapping[str, int]],
) -> list[SummaryRow]:
    nothing = Totals()
    rows = []
    for org in organizations:
        rate = rates.get(org.code) or Rate(org.label, org.code, 0, 0, 0)
        served = totals.get(org.code, nothing)
        rows.append(
            SummaryRow(
                code=org.code,
                name=org.name,
                members=members.get(org.pk, 0),
                expected=rate.expected,
                excused=rate.excused,
                reported=rate.numerator,
                minutes=served.minutes,
                minutes_off=served.minutes_off,
                **{name: by_code.get(org.code, 0) for name, by_code in counts.items()},
            )
        )
    return rows


@dataclass(frozen=True)
class ReportingRow:
    """One line of 附7: a member whom a community has received."""

    community_code: str
    community: str
    member_no: str
    name: str
    sex: str
    born: date | None
    nation: str
    education: str
    joined: date | None
    unit: str
    position: str
    unit_class: str
    address: str
    phone: str  # masked
    skills: str
    posts: str
    branch: str
    reported_on: date
    letter: str


def reporting_rows(on: date, *, actor: Actor) -> list[ReportingRow]:
    """附7 as of a day, by community and member number."""
    placements = list(
        Placement.objects.filter(reported_on(on))
        .visible_to(actor)
        .select_related("member__unit", "community", "branch", "unit")
        .order_by("community__code", "member__member_no")
    )
    letters = _letters([placement.pk for placement in placements])
    posts = _posts_held(Period(year_of(on).first, on))
    return [_reporting_row(each, letters, posts) for each in placements]


def _reporting_row(
    placement: Placement, letters: Mapping[int, str], posts: Mapping[int, str]
) -> ReportingRow:
    member = placement.member
    assert placement.reported_on is not None  # noqa: S101 - chosen by it
    return ReportingRow(
        community_code=placement.community.code,
        community=placement.community.name,
        member_no=member.member_no,
        name=member.name,
        sex=member.get_sex_display(),
        born=member.birth_date,
        nation=member.nation_name,
        education=member.get_education_display(),
        joined=member.joined_party_on,
        unit=placement.unit.name,
        position=member.position,
        unit_class=placement.unit.get_unit_class_display(),
        address=member.address,
        phone=member.phone_masked,
        skills="、".join([*member.skills, *filter(None, [member.skills_text])]),
        posts=posts.get(member.pk, ""),
        branch=placement.branch.label if placement.branch else "",
        reported_on=placement.reported_on,
        letter=letters.get(placement.pk, ""),
    )


def _letters(placement_ids: list[int]) -> dict[int, str]:
    rows = Letter.objects.filter(
        placement_id__in=placement_ids, state__in=[LetterState.USED, LetterState.ISSUED]
    ).order_by("pk")
    return dict(rows.values_list("placement_id", "number"))


def _posts_held(period: Period) -> dict[int, str]:
    held: dict[int, list[str]] = {}
    rows = figures.posts_taken_on(period).order_by("claimed_at")
    for member_id, title in rows.values_list("member_id", "post__title"):
        held.setdefault(member_id, []).append(title)
    return {member_id: "、".join(titles) for member_id, titles in held.items()}


def as_of_instant(on: date) -> str:
    """“截至” of a printed table."""
    return f"{clock.at(on):%Y年}{on.month}月{on.day}日"
