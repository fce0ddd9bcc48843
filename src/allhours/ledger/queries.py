"""Sums and lists of the ledger, for everyone above; nobody else reads its tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Case, Q, QuerySet, Sum, Value, When

from allhours.accounts.actor import Actor
from allhours.accounts.scope import within
from allhours.directory.models import Member, Organization
from allhours.kernel import clock
from allhours.kernel.periods import Period
from allhours.ledger import chain, rules
from allhours.ledger.models import Entry, Seal
from allhours.ledger.values import Sums, Totals

# A reversal takes back the time that its entry counted as.
_TIMES = Sum(Case(When(reverses=None, then=Value(1)), default=Value(-1)))
_SUMS: dict[str, Any] = {
    "sum_minutes": Sum("minutes"),
    "sum_off": Sum("minutes_off"),
    "sum_times": _TIMES,
    "sum_quantity": Sum("quantity"),
}


def entries_visible_to(actor: Actor) -> QuerySet[Entry]:
    """Entries of the actor's units and communities of the day of service, and their own."""
    if actor.is_system or any(grant.path == "/" for grant in actor.grants):
        return Entry.objects.filter(within(actor, "member__unit__path"))
    codes = Organization.objects.visible_to(actor).values("code")
    seen = within(actor, "member__unit__path")
    if actor.grants:
        seen |= Q(unit_code__in=codes) | Q(community_code__in=codes)
    if actor.member_id is not None:
        seen |= Q(member_id=actor.member_id)
    return Entry.objects.filter(seen)


def live(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Without reversals and what they reversed."""
    return entries.filter(reverses=None, reversed_by=None)


def in_period(period: Period) -> QuerySet[Entry]:
    return Entry.objects.filter(on__range=(period.first, period.last))


def known_by(day: date) -> QuerySet[Entry]:
    """Entries that had been posted by the end of a local day."""
    return Entry.objects.filter(recorded_at__lt=clock.end_of(day))


def totals(
    *, members: Iterable[int] | QuerySet[Member] | None, period: Period
) -> dict[int, Totals]:
    """Totals by member id, for each of the ids asked for (a queryset or None: those with any)."""
    entries = in_period(period)
    wanted: list[int] = []
    if isinstance(members, QuerySet):
        entries = entries.filter(member_id__in=members.values_list("pk", flat=True))
    elif members is not None:
        wanted = list(members)
        entries = entries.filter(member_id__in=wanted)
    found = _grouped(entries, "member_id")
    return {pk: Totals() for pk in wanted} | found


def totals_by_unit(*, period: Period, entries: QuerySet[Entry] | None = None) -> dict[str, Totals]:
    """Totals by the unit code of the day of service."""
    return _grouped(_within(entries, period), "unit_code")


def totals_by_community(
    *, period: Period, entries: QuerySet[Entry] | None = None
) -> dict[str, Totals]:
    """Totals by the community code of the day of service ("": none)."""
    return _grouped(_within(entries, period), "community_code")


def totals_of_all(*, period: Period, entries: QuerySet[Entry] | None = None) -> Totals:
    return _grouped(_within(entries, period).annotate(one=Value("all")), "one").get("all", Totals())


def sums_of(entries: QuerySet[Entry]) -> Sums:
    """One sum over any choice of entries."""
    row = entries.order_by().aggregate(**_SUMS)
    return Sums(*(row[name] or 0 for name in _SUMS))


def statement(*, member: Member, period: Period) -> list[Entry]:
    """A member's entries of a period, newest first, with what reversed them and why."""
    return list(
        Entry.objects.filter(member=member, on__range=(period.first, period.last))
        .select_related("reversed_by__reason", "reason", "reverses")
        .order_by("-on", "-started_at", "-seq")
    )


def entries_of_source(kind: str, keys: Iterable[str]) -> QuerySet[Entry]:
    """Live entries that came of these sources."""
    return live(Entry.objects.filter(source_kind=kind, source_key__in=list(keys)))


def minutes_by_source(kind: str, keys: Iterable[str]) -> dict[str, int]:
    """Source → minutes of service that came of it, in one query."""
    rows = entries_of_source(kind, keys).order_by().values_list("source_key")
    return dict(rows.annotate(minutes=Sum("minutes")))


def live_entry(*, member_id: int, kind: str, key: str) -> Entry | None:
    return entries_of_source(kind, [key]).filter(member_id=member_id).first()


def meeting(*, member_id: int, started_at: datetime, minutes: int) -> list[Entry]:
    """The member's live entries that share time with a span, for a warning before posting."""
    end = rules.end_of(started_at, minutes)
    near = live(Entry.objects.filter(member_id=member_id)).filter(
        started_at__gt=started_at - timedelta(minutes=rules.LONGEST), started_at__lt=end
    )
    return [
        entry
        for entry in near.order_by("started_at")
        if entry.started_at and rules.end_of(entry.started_at, entry.minutes) > started_at
    ]


def count() -> int:
    return Entry.objects.count()


def export_rows() -> Iterator[list[str | int]]:
    """The whole ledger in the order of chain.COLUMNS, by member and place in the chain."""
    for entry in Entry.objects.order_by("member_no", "seq").iterator(chunk_size=5000):
        yield chain.row(entry)


def _within(entries: QuerySet[Entry] | None, period: Period) -> QuerySet[Entry]:
    chosen = Entry.objects.all() if entries is None else entries
    return chosen.filter(on__range=(period.first, period.last))


def _grouped(entries: QuerySet[Entry], field: str) -> dict[Any, Totals]:
    """One query: sums by `field` and kind, folded into Totals."""
    by_kind: dict[Any, dict[str, Sums]] = {}
    for row in entries.order_by().values(field, "kind").annotate(**_SUMS):
        if not any(row[name] for name in _SUMS):
            continue  # everything of this kind was reversed
        by_kind.setdefault(row[field], {})[row["kind"]] = Sums(
            row["sum_minutes"], row["sum_off"], row["sum_times"], row["sum_quantity"]
        )
    return {key: Totals.of(kinds) for key, kinds in by_kind.items()}


def of_person(entries: QuerySet[Entry], words: str) -> QuerySet[Entry]:
    """Entries of the members whose number is, or whose name contains, what was typed."""
    return entries.filter(Q(member_no=words.strip()) | Q(member__name__contains=words.strip()))


def own_entry(*, member_id: int, pk: int) -> Entry | None:
    """A member's entry with what reversed it and why; None if it is not theirs."""
    found = Entry.objects.filter(pk=pk, member_id=member_id)
    return found.select_related("reversed_by__reason", "reverses").first()


def sealed_on() -> date | None:
    """The day of the newest nightly seal; None while nothing has been sealed."""
    return Seal.objects.order_by("-on").values_list("on", flat=True).first()


def has_entries() -> bool:
    return Entry.objects.exists()
