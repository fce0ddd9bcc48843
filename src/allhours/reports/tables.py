"""附6 and 附7 as rows: every cell is counted from facts, none is typed. (S2, both due 30 November.)

`summary_by_unit` and `summary_by_community` give 附6 《在职党员进社区服务群众情况汇总表》,
`reporting_rows` gives 附7 《在职党员进社区报到情况汇总表》. Columns of 附6 whose facts this version
does not yet gather (suggestions, households, teams, feedback) are left out rather than left empty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from allhours.accounts.actor import Actor
from allhours.accounts.choices import COUNTY_ROLES
from allhours.directory.models import Member, Organization
from allhours.ledger import queries as ledger
from allhours.ledger.values import Totals
from allhours.needs.models import Wish
from allhours.placement.choices import LetterState
from allhours.placement.models import Letter, Placement
from allhours.placement.queries.figures import rates_by_community, reported_on
from allhours.reports import facts, figures
from allhours.reports.facts import Span
from allhours.scheme.queries import scheme_for

NOWHERE = ""  # the code under which facts without a community stand


@dataclass(frozen=True)
class SummaryRow:
    """One line of 附6. Minutes, and money in fen, stay whole until they are written out."""

    code: str
    name: str
    members: int = 0
    expected: int = 0
    excused: int = 0
    reported: int = 0
    posts_taken: int = 0
    activities: int = 0
    attendances: int = 0
    minutes: int = 0
    minutes_off: int = 0
    wishes_noted: int | None = 0  # None: a unit has no residents to ask
    claims: int = 0
    fulfilled: int = 0
    goods_fen: int = 0
    served: int = 0

    @property
    def rate(self) -> float | None:
        return figures.share(self.reported, self.expected - self.excused)

    @property
    def hours(self) -> Decimal:
        return Decimal(self.minutes) / 60

    @property
    def hours_off(self) -> Decimal:
        return Decimal(self.minutes_off) / 60


Counts = dict[str, Counter[str]]  # a column of 附6 -> code -> how many


def summary_by_unit(span: Span, *, actor: Actor) -> list[SummaryRow]:
    """附6 by unit; wishes are those that the unit's members took up, activities its own."""
    counts = _people(span, "unit__code")
    counts |= _by(
        facts.held(span),
        "member__unit__code",
        claims=Count("pk", filter=facts.within(span, "claimed_at") & Q(wish__isnull=False)),
        posts_taken=Count("pk", filter=Q(post__year=span.year)),
    )
    counts |= _by(
        facts.claims_fulfilled(span),
        "member__unit__code",
        fulfilled=Count("pk"),
        goods_fen=Sum("goods_value_fen"),
    )
    counts |= _held(span, "organizer__code", "unit_code")
    totals = ledger.totals_by_unit(period=span.period, entries=ledger.known_by(span.known))
    units = Organization.objects.units().visible_to(actor).order_by("code")
    names = {org.code: org.name for org in units}
    return [_row(code, name, totals, counts, wished=False) for code, name in names.items()]


def summary_by_community(span: Span, *, actor: Actor) -> list[SummaryRow]:
    """附6 by community; wishes are those of its residents.

    For a reader of the whole county a last line holds what belongs to no community, if there is
    anything, so that the sum is the county's.
    """
    counts = _people(span, "placed_code")
    counts |= _by(
        Wish.objects.annotate(is_claimed=facts.is_claimed(span)),
        "community__code",
        wishes_noted=Count("pk", filter=facts.within(span, "noted_at")),
        claims=Count("pk", filter=Q(is_claimed=True)),
        fulfilled=Count("pk", filter=facts.within(span, "confirmed_at")),
    )
    counts |= _by(facts.goods(span), "wish__community__code", goods_fen=Sum("goods_value_fen"))
    posts = facts.posts_taken(span)
    counts |= _by(posts, "post__community__code", posts_taken=Count("pk"))
    counts |= _held(span, "community__code", "community_code")
    totals = ledger.totals_by_community(period=span.period, entries=ledger.known_by(span.known))
    communities = Organization.objects.communities().visible_to(actor).order_by("code")
    names = {org.code: org.name for org in communities}
    rows = [_row(code, name, totals, counts, wished=True) for code, name in names.items()]
    if sees_all(actor):
        rest = _row(NOWHERE, _("未落实社区"), totals, counts, wished=True)
        if rest != SummaryRow(NOWHERE, _("未落实社区")):
            rows.append(rest)
    return rows


def _people(span: Span, field: str) -> Counts:
    return _by(
        facts.people(span),
        field,
        members=Count("pk"),
        expected=Count("pk", filter=facts.EXPECTED),
        excused=Count("pk", filter=facts.EXCUSED),
        reported=Count("pk", filter=facts.REPORTED),
    )


def _held(span: Span, of_activity: str, of_attendance: str) -> Counts:
    counts = _by(facts.activities(span), of_activity, activities=Count("pk"), served=Sum("served"))
    return counts | _by(facts.attendances(span), of_attendance, attendances=Count("pk"))


def sees_all(actor: Actor) -> bool:
    return actor.holds(*COUNTY_ROLES)


def _by(rows: QuerySet[Any, Any], field: str, **columns: Any) -> Counts:
    """Aggregates by a code, NOWHERE for none; one query for all of them."""
    found: Counts = {name: Counter() for name in columns}
    for row in rows.order_by().values(field).annotate(**columns):
        for name in columns:
            found[name][row[field] or NOWHERE] += int(row[name] or 0)
    return found


def _row(
    code: str, name: str, totals: Mapping[str, Totals], counts: Counts, *, wished: bool
) -> SummaryRow:
    served = totals.get(code, Totals())
    values: dict[str, Any] = {column: by_code[code] for column, by_code in counts.items()}
    if not wished:
        values["wishes_noted"] = None
    return SummaryRow(
        code=code, name=name, minutes=served.minutes, minutes_off=served.minutes_off, **values
    )


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


@dataclass(frozen=True)
class ReportingSums:
    """The foot of 附7 for one community."""

    code: str
    name: str
    expected: int
    excused: int
    reported: int
    by_class: Mapping[str, int]  # title of the unit's class -> received members

    @property
    def rate(self) -> float | None:
        return figures.share(self.reported, self.expected - self.excused)


def reporting_rows(span: Span, *, actor: Actor) -> list[ReportingRow]:
    """附7 as of a day, by community and member number."""
    placements = list(
        Placement.objects.filter(reported_on(span.day))
        .visible_to(actor)
        .select_related("member__unit", "community", "branch", "unit")
        .order_by("community__code", "member__member_no")
    )
    letters = _letters(placements)
    posts = _posts_held(span)
    skills = {choice.code: choice.title for choice in scheme_for(span.day).roster.skills}
    return [_reporting_row(each, letters, posts, skills) for each in placements]


def reporting_sums(
    span: Span, rows: Sequence[ReportingRow], *, actor: Actor
) -> list[ReportingSums]:
    """应报、免报、已报、率 of each community that the actor may see, in the order of its code.

    Only for readers of whole communities: a unit would see sums that are not of its members.
    """
    communities = Organization.objects.communities().visible_to(actor).order_by("code")
    rates = {rate.code: rate for rate in rates_by_community(span.day)}
    classes: dict[str, Counter[str]] = {}
    for row in rows:
        classes.setdefault(row.community_code, Counter())[row.unit_class or _("未分类")] += 1
    return [
        ReportingSums(
            org.code,
            org.name,
            rate.expected,
            rate.excused,
            rate.numerator,
            classes.get(org.code, Counter()),
        )
        for org in communities
        if (rate := rates.get(org.code))
    ]


def _reporting_row(
    placement: Placement,
    letters: Mapping[int, str],
    posts: Mapping[int, str],
    skills: Mapping[str, str],
) -> ReportingRow:
    member = placement.member
    if placement.reported_on is None:
        raise ValueError("not received")
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
        skills="、".join(_skills(member, skills)),
        posts=posts.get(member.pk, ""),
        branch=placement.branch.label if placement.branch else "",
        reported_on=placement.reported_on,
        letter=letters.get(placement.pk, ""),
    )


def _skills(member: Member, titles: Mapping[str, str]) -> list[str]:
    known = [titles.get(code, code) for code in member.skills]
    return [*known, member.skills_text] if member.skills_text else known


def _letters(placements: Sequence[Placement]) -> dict[int, str]:
    """The number of each placement's letter; no list of ids goes to the database."""
    rows = Letter.objects.filter(
        placement__reported_on__isnull=False, state__in=[LetterState.USED, LetterState.ISSUED]
    ).order_by("pk")
    wanted = {placement.pk for placement in placements}
    return {pk: number for pk, number in rows.values_list("placement_id", "number") if pk in wanted}


def _posts_held(span: Span) -> dict[int, str]:
    held: dict[int, list[str]] = {}
    rows = facts.posts_taken(span).order_by("claimed_at")
    for member_id, title in rows.values_list("member_id", "post__title"):
        held.setdefault(member_id, []).append(title)
    return {member_id: "、".join(titles) for member_id, titles in held.items()}


def as_of_text(on: date) -> str:
    """“截至” of a printed table."""
    return _("%(year)d年%(month)d月%(day)d日") % {
        "year": on.year,
        "month": on.month,
        "day": on.day,
    }
