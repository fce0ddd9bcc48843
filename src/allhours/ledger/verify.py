"""The verifier: reads every entry in order and checks chains, sums, overlaps, heads and seals."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from allhours.ledger import chain, rules
from allhours.ledger.models import Entry, Head, Seal, SealedHead
from allhours.ledger.values import Problem

_NEGATED = ("minutes", "minutes_off", "quantity")
_KEPT = (
    "member_id",
    "unit_code",
    "community_code",
    "kind",
    "source_kind",
    "source_key",
    "revision",
    "on",
    "started_at",
)


def verify() -> list[Problem]:
    """Everything that is wrong with the ledger; empty if it holds."""
    problems: list[Problem] = []
    heads = {head.member_id: head for head in Head.objects.all()}
    sealed = _Sealed()
    entries = Entry.objects.select_related("member").order_by("member_id", "seq")
    for member_id, own in groupby(entries.iterator(chunk_size=5000), lambda e: e.member_id):
        strand = _Strand()
        for entry in own:
            problems += strand.take(entry)
            sealed.take(entry)
        problems += strand.end(heads.pop(member_id, None))
    problems += [
        Problem("head.without_entries", "The head names entries that are gone.", str(pk))
        for pk, head in heads.items()
        if head.seq
    ]
    return problems + list(sealed.problems())


@dataclass
class _Strand:
    """One member's chain, walked from its first entry."""

    seq: int = 0
    link: str = ""
    member_no: str = ""
    live: dict[int, Entry] = field(default_factory=dict)

    def take(self, entry: Entry) -> Iterator[Problem]:
        if entry.seq != self.seq + 1:
            yield _at(entry, "chain.gap", f"Entry {self.seq + 1} is missing.")
        if chain.link(self.link, entry) != entry.chain:
            yield _at(entry, "chain.broken", "The entry does not match its chain.")
        if entry.member_no != entry.member.member_no:
            yield _at(entry, "entry.member", "The entry names another member.")
        self.seq, self.link, self.member_no = entry.seq, entry.chain, entry.member_no
        if entry.reverses_id is not None:
            yield from self._reversal(entry, entry.reverses_id)
            return
        if not 0 <= entry.minutes_off <= entry.minutes <= rules.LONGEST:
            yield _at(entry, "entry.minutes", "The minutes are impossible.")
        self.live[entry.pk] = entry

    def _reversal(self, entry: Entry, first_id: int) -> Iterator[Problem]:
        first = self.live.pop(first_id, None)
        if first is None:
            yield _at(entry, "reversal.of_nothing", "It reverses no live entry.")
        elif any(getattr(entry, n) != -getattr(first, n) for n in _NEGATED) or any(
            getattr(entry, n) != getattr(first, n) for n in _KEPT
        ):
            yield _at(entry, "reversal.differs", "It is not the negative of its entry.")

    def end(self, head: Head | None) -> Iterator[Problem]:
        if head is None or (head.seq, head.chain) != (self.seq, self.link):
            yield Problem(
                "head.differs", "The head is not the last entry.", self.member_no, self.seq
            )
        yield from _overlaps(self.live.values())
        yield from _doubles(self.live.values())


def _at(entry: Entry, code: str, text: str) -> Problem:
    return Problem(code, text, entry.member_no, entry.seq)


def _overlaps(live: Iterable[Entry]) -> Iterator[Problem]:
    times = sorted(
        (entry.started_at, rules.end_of(entry.started_at, entry.minutes), entry.seq, entry)
        for entry in live
        if entry.started_at is not None
    )
    reach, by = None, 0  # how far the entries so far last, and which of them
    for start, end, seq, entry in times:
        if reach is not None and start < reach:
            yield _at(entry, "entry.overlap", f"It overlaps entry {by}.")
        if reach is None or end > reach:
            reach, by = end, seq


def _doubles(live: Iterable[Entry]) -> Iterator[Problem]:
    seen: dict[tuple[str, str], int] = {}
    for entry in live:
        other = seen.setdefault((entry.source_kind, entry.source_key), entry.seq)
        if other != entry.seq:
            yield _at(entry, "source.twice", f"Entry {other} has the same source.")


class _Sealed:
    """What the seals say about the entries, gathered while these pass by."""

    def __init__(self) -> None:
        self.seals = list(Seal.objects.order_by("pk"))
        self.marks: dict[int, list[tuple[int, int]]] = {}  # member → (sealed up to, seal), rising
        rows = SealedHead.objects.order_by("member_id", "seq")
        for member_id, seq, seal_id in rows.values_list("member_id", "seq", "seal_id"):
            self.marks.setdefault(member_id, []).append((seq, seal_id))
        self.entries: dict[int, list[tuple[str, int, str]]] = {s.pk: [] for s in self.seals}
        self.minutes: dict[int, int] = {s.pk: 0 for s in self.seals}
        self.reached: dict[int, int] = {}
        self.first: dict[int, int] = {s.pk: 0 for s in self.seals}

    def take(self, entry: Entry) -> None:
        self.reached[entry.member_id] = entry.seq
        for seq, seal_id in self.marks.get(entry.member_id, ()):
            if entry.seq <= seq:
                self.entries[seal_id].append((entry.member_no, entry.seq, entry.chain))
                self.minutes[seal_id] += entry.minutes
                self.first[seal_id] += entry.seq == 1
                return

    def problems(self) -> Iterator[Problem]:
        previous, members, entries, minutes = "", 0, 0, 0
        for seal in self.seals:
            members += self.first[seal.pk]
            entries += len(self.entries[seal.pk])
            minutes += self.minutes[seal.pk]
            if chain.heads_hash(self.entries[seal.pk]) != seal.heads_hash:
                yield Problem("seal.heads", f"Entries sealed on {seal.on} are not as they were.")
            if (members, entries, minutes) != (seal.members, seal.entries, seal.minutes):
                yield Problem("seal.totals", f"The totals of {seal.on} differ from the entries.")
            if chain.seal_chain(previous, seal) != seal.chain:
                yield Problem("seal.chain", f"The seal of {seal.on} does not match its chain.")
            previous = seal.chain
