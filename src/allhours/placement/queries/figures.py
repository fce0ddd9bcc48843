"""Reporting-in as of any day: the rate, and who is missing.

A member counts as reported on a day when a community had received them by then and that
placement had not ended. Excused members who have not reported leave the denominator and are
shown beside it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import BigIntegerField, Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from allhours.accounts.actor import Actor
from allhours.directory.choices import OrgKind, Side
from allhours.directory.models import Member, MemberQuerySet, Organization
from allhours.kernel import clock
from allhours.placement.models import Excusal, Placement


@dataclass(frozen=True)
class Rate:
    """`numerator` of `denominator` have reported; `excused` are in neither."""

    label: str
    code: str
    numerator: int
    denominator: int
    excused: int
    organization_id: int | None = None
    path: str = ""

    @property
    def expected(self) -> int:
        return self.denominator + self.excused

    @property
    def missing(self) -> int:
        return self.denominator - self.numerator

    @property
    def percent(self) -> float | None:
        """To two decimals, cut off: 100 only when all are there; None where nobody is due."""
        return 10000 * self.numerator // self.denominator / 100 if self.denominator else None

    def reaches(self, target_percent: int) -> bool:
        """Whether the target is met; in whole numbers, so that 94.99 is never 95."""
        return 100 * self.numerator >= target_percent * self.denominator

    def short_of(self, target_percent: int) -> int:
        """How many more must report for the target to be met."""
        needed = -(-target_percent * self.denominator // 100)
        return max(0, needed - self.numerator)


def reported_on(day: date) -> Q:
    """Placements that count as reported at the end of a day."""
    return Q(reported_on__lte=day) & (Q(ended_on=None) | Q(ended_on__gt=day))


def with_reporting(members: MemberQuerySet, day: date) -> MemberQuerySet:
    """Adds `is_reported` and `is_excused` (excused and not reported) as of a day."""
    reported = Placement.objects.filter(reported_on(day), member=OuterRef("pk"))
    excused = Excusal.objects.filter(
        Q(until_on=None) | Q(until_on__gte=day), from_on__lte=day, member=OuterRef("pk")
    )
    return members.annotate(is_reported=Exists(reported)).annotate(
        is_excused=Exists(excused) & Q(is_reported=False)
    )


def expected(day: date, *, actor: Actor | None = None) -> MemberQuerySet:
    """应报到 on a day, of those the actor may see (all of them without one)."""
    members = Member.objects.expected_on(day)
    return with_reporting(members if actor is None else members.visible_to(actor), day)


def missing(day: date, *, actor: Actor | None = None) -> MemberQuerySet:
    """Those who should have reported by a day, are not excused, and have not."""
    return expected(day, actor=actor).filter(Q(is_reported=False) & Q(is_excused=False))


_COUNTS = {
    "numerator": Count("pk", filter=Q(is_reported=True)),
    "excused": Count("pk", filter=Q(is_excused=True)),
    "expected": Count("pk"),
}


def county_rate(day: date, *, label: str = "", actor: Actor | None = None) -> Rate:
    row = expected(day, actor=actor).aggregate(**_COUNTS)
    return Rate(label, "", row["numerator"], row["expected"] - row["excused"], row["excused"])


def rate_over(day: date, over: Organization | None) -> Rate:
    """Of a county (None, or its root), of a unit with what stands under it, or of a community."""
    if over is None or over.kind == OrgKind.COUNTY:
        return county_rate(day)
    if over.side == Side.EMPLOYER:
        row = expected(day).filter(unit__path__startswith=over.path).aggregate(**_COUNTS)
        counts = row["numerator"], row["expected"] - row["excused"], row["excused"]
        return Rate(over.label, over.code, *counts, over.pk)
    under = [rate for rate in rates_by_community(day) if rate.path.startswith(over.path)]
    return summed(under, over)


def summed(rates: Iterable[Rate], over: Organization | None = None) -> Rate:
    """One line for several that have nobody in common."""
    lines = list(rates)
    return Rate(
        over.label if over else "",
        over.code if over else "",
        sum(rate.numerator for rate in lines),
        sum(rate.denominator for rate in lines),
        sum(rate.excused for rate in lines),
        over.pk if over else None,
    )


def rates_by_unit(day: date, *, actor: Actor | None = None) -> list[Rate]:
    """One line a unit that has anybody to expect, by the unit of that day where it is known."""
    return _grouped(expected(day, actor=actor).with_unit_on(day), "unit_then")


def rates_by_community(day: date, *, actor: Actor | None = None) -> list[Rate]:
    """By the community where a member was placed on that day or, where nowhere, lives."""
    return _grouped(with_place(expected(day, actor=actor), day), "community")


def with_place(members: MemberQuerySet, day: date) -> MemberQuerySet:
    """Adds `community`: the id of the one where a member was placed on a day or else lives."""
    placed = Placement.objects.filter(
        Q(ended_on=None) | Q(ended_on__gt=day),
        assigned_at__lt=clock.end_of(day),
        member=OuterRef("pk"),
    ).order_by("-pk")
    return members.annotate(
        community=Coalesce(
            Subquery(placed.values("community_id")[:1]),
            F("residence_id"),
            output_field=BigIntegerField(),
        )
    )


def _grouped(members: MemberQuerySet, field: str) -> list[Rate]:
    return _rates(members.values(field).annotate(**_COUNTS).order_by(), field)


def _rates(rows: QuerySet[Member, dict[str, int]], field: str) -> list[Rate]:
    found = list(rows)
    names = {
        org.pk: org
        for org in Organization.objects.filter(pk__in=[row[field] for row in found if row[field]])
    }
    return [
        Rate(
            names[row[field]].label,
            names[row[field]].code,
            row["numerator"],
            row["expected"] - row["excused"],
            row["excused"],
            row[field],
            names[row[field]].path,
        )
        for row in sorted(
            (row for row in found if row[field]), key=lambda row: names[row[field]].code
        )
    ]
