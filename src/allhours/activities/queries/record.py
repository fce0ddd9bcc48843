"""A member's service record: the ledger's lines with the titles of what they came from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.urls import reverse

from allhours.activities.models import Activity, ServiceNote
from allhours.directory.models import Member
from allhours.kernel.periods import Period
from allhours.ledger import queries as ledger
from allhours.ledger.choices import EntryKind
from allhours.ledger.values import Sums, Totals

if TYPE_CHECKING:
    from allhours.ledger.models import Entry


@dataclass(frozen=True)
class Line:
    """One line of the record; `title` "" where the source lies with another part of the house."""

    entry: Entry
    title: str
    url: str

    @property
    def reversed(self) -> bool:
        return hasattr(self.entry, "reversed_by")


@dataclass(frozen=True)
class KindSum:
    label: str
    sums: Sums


@dataclass(frozen=True)
class Record:
    totals: Totals
    kinds: tuple[KindSum, ...]
    lines: tuple[Line, ...]


def record_of(member: Member, period: Period) -> Record:
    """Totals and lines of a period; a reversed line stays, its reversal is told with it."""
    totals = ledger.totals(members=[member.pk], period=period)[member.pk]
    entries = [e for e in ledger.statement(member=member, period=period) if e.reverses_id is None]
    titles = _titles(entries)
    labels = dict(EntryKind.choices)
    return Record(
        totals=totals,
        kinds=tuple(
            KindSum(str(labels[kind]), totals.by_kind[kind])
            for kind in EntryKind.values
            if kind in totals.by_kind
        ),
        lines=tuple(line_of(entry, titles) for entry in entries),
    )


def line_of(entry: Entry, titles: dict[tuple[str, str], str] | None = None) -> Line:
    known = _titles([entry]) if titles is None else titles
    title = known.get((entry.source_kind, entry.source_key), "")
    return Line(entry, title, _url(entry))


def entry_of(member_id: int, pk: int) -> Entry | None:
    """One of the member's own entries, with its reversal and the reason."""
    return ledger.own_entry(member_id=member_id, pk=pk)


def _titles(entries: Iterable[Entry]) -> dict[tuple[str, str], str]:
    keys: dict[str, set[str]] = {}
    for entry in entries:
        keys.setdefault(entry.source_kind, set()).add(entry.source_key)
    found: dict[tuple[str, str], str] = {}
    if "activity" in keys:
        rows = Activity.objects.filter(code__in=keys["activity"]).values_list("code", "title")
        found |= {("activity", code): title for code, title in rows}
    if "note" in keys:
        notes = ServiceNote.objects.filter(pk__in=[int(key) for key in keys["note"]])
        found |= {("note", str(pk)): text for pk, text in notes.values_list("pk", "text")}
    return found


def _url(entry: Entry) -> str:
    """The page of what the entry came from; for a wish the list of the member's wishes."""
    if entry.source_kind == "activity":
        return reverse("activities:show", args=[entry.source_key])
    if entry.source_kind == "note":
        return reverse("activities:note", args=[entry.source_key])
    if entry.kind == EntryKind.WISH:
        return reverse("needs:my-wishes")
    return ""
