"""A member's year as duties see it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from allhours.accounts.actor import Actor
from allhours.appraisal import duties
from allhours.appraisal.facts import facts_of
from allhours.directory.models import Member, MemberQuerySet
from allhours.kernel.periods import Period
from allhours.ledger import queries as ledger
from allhours.scheme.queries import scheme_for
from allhours.scheme.worktime import programme_year, programme_year_of

if TYPE_CHECKING:
    from allhours.ledger.models import Entry


def year_of(on: date) -> Period:
    """The programme year that a day falls in, by the scheme in force on that day."""
    rules = scheme_for(on).year
    return programme_year(programme_year_of(on, rules), rules)


def service_facts(members: Iterable[int], period: Period) -> dict[int, list[duties.ServiceFact]]:
    """Live entries of the members by member id, oldest first; one query."""
    rows = (
        ledger.live(ledger.in_period(period))
        .filter(member_id__in=list(members))
        .order_by("on", "pk")
        .values_list("member_id", "pk", "on", "kind", "minutes", "quantity")
    )
    found: dict[int, list[duties.ServiceFact]] = defaultdict(list)
    for member_id, pk, on, kind, minutes, quantity in rows:
        found[member_id].append(duties.ServiceFact(pk, on, facts_of(kind), minutes, quantity))
    return found


def progress_of(member_id: int, *, on: date) -> list[duties.Progress]:
    """The member's duties of the year on a day, under the scheme in force on it."""
    year = year_of(on)
    facts = service_facts([member_id], year)[member_id]
    return duties.evaluate(scheme_for(on).duties, facts, year=year, on=on)


def entries_of_year(member_id: int, *, on: date) -> dict[int, Entry]:
    """The member's lines of the year by id, oldest first, reversed ones too (no reversals)."""
    year = year_of(on)
    rows = ledger.in_period(year).filter(member_id=member_id, reverses=None)
    return {entry.pk: entry for entry in rows.select_related("reversed_by").order_by("on", "pk")}


def progress_of_all(
    members: MemberQuerySet, *, on: date, batch: int = 500
) -> Iterable[tuple[Member, list[duties.Progress]]]:
    """Each member with their duties; two queries for each `batch` members."""
    year, rules = year_of(on), scheme_for(on).duties
    ordered = list(members.select_related("unit").order_by("member_no"))
    for start in range(0, len(ordered), batch):
        part = ordered[start : start + batch]
        facts = service_facts([member.pk for member in part], year)
        for member in part:
            yield member, duties.evaluate(rules, facts[member.pk], year=year, on=on)


def members_with_duties(actor: Actor, *, on: date) -> MemberQuerySet:
    """Those whom the actor may see and whom the programme expects on a day."""
    return Member.objects.expected_on(on).visible_to(actor)
