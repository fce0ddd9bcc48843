"""Posting and reversing: the only writers of Entry.

Within one transaction the next place in the member's chain is taken first, by compare-and-set on
Head; only then are repeats and overlaps looked for. Two posts for one member are thereby ordered
on both databases, and the second sees what the first wrote. A draft that turns out to be a repeat
or refused gives its place back before the transaction ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

from django.db import transaction

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.directory.models import Member
from allhours.kernel.errors import Refusal, Refused
from allhours.kernel.retry import with_retry
from allhours.ledger import chain, rules
from allhours.ledger.models import Entry, Head, ReversalReason
from allhours.ledger.values import Draft, Posted, Source

BATCH = 500  # facts a transaction: others wait for well under a second
LOST_TURNS = 200  # compare-and-set losses in a row before giving up


def post(
    *,
    member: Member,
    kind: str,
    source: Source,
    started_at: datetime | None,
    minutes: int,
    minutes_off: int,
    quantity: int = 1,
    on: date,
    unit_code: str,
    community_code: str,
    actor: Actor,
    now: datetime,
    late: bool = False,
) -> Entry:
    """Post one fact of service; a repeated source gives the entry that it made the first time.

    Raises Refused: OVERLAP (naming the entry in the way), STILL_COUNTED, TOO_LONG, BAD_MINUTES.
    """
    draft = Draft(
        member=member,
        kind=kind,
        source=source,
        on=on,
        unit_code=unit_code,
        community_code=community_code,
        started_at=started_at,
        minutes=minutes,
        minutes_off=minutes_off,
        quantity=quantity,
        late=late,
    )
    return one(_batch([draft], actor, now))


def post_many(
    *, drafts: Sequence[Draft], actor: Actor, now: datetime, batch: int = BATCH
) -> list[Posted]:
    """Post many facts, one transaction per `batch`; a refusal concerns only its own draft.

    Inside a caller's transaction everything commits with it: pass no more than BATCH drafts then.
    """
    posted: list[Posted] = []
    for start in range(0, len(drafts), batch):
        part = drafts[start : start + batch]
        if transaction.get_connection().in_atomic_block:
            posted += _batch(part, actor, now)
        else:
            posted += with_retry(partial(_batch, part, actor, now))
    return posted


def reverse(*, entry: Entry, reason: str, actor: Actor, now: datetime) -> Entry:
    """Cancel an entry by its negative; repeated, gives the first reversal back."""
    return reverse_many(entries=[entry], reason=reason, actor=actor, now=now)[0]


@transaction.atomic
def reverse_many(
    *, entries: Sequence[Entry], reason: str, actor: Actor, now: datetime
) -> list[Entry]:
    """Cancel entries for one reason, in one transaction; returns the reversals in their order."""
    posted = _batch([_negative(entry) for entry in entries], actor, now)
    reversals = [one([each]) for each in posted]
    known = set(
        ReversalReason.objects.filter(entry__in=reversals).values_list("entry_id", flat=True)
    )
    fresh = [entry for entry in reversals if entry.pk not in known]
    ReversalReason.objects.bulk_create(
        [ReversalReason(entry=entry, text=reason[:200]) for entry in fresh]
    )
    journal.note_many(
        journal.line(
            actor=actor, did="ledger.reversed", to=entry, now=now, reverses=entry.reverses_id
        )
        for entry in fresh
    )
    return reversals


def one(posted: Sequence[Posted]) -> Entry:
    """The single entry, or its refusal raised."""
    (each,) = posted
    if each.entry is None:
        assert each.refusal is not None  # noqa: S101 - Posted holds one of the two
        raise Refused(each.refusal)
    return each.entry


def _negative(entry: Entry) -> Draft:
    return Draft(
        member=entry.member,
        kind=entry.kind,
        source=Source(entry.source_kind, entry.source_key, entry.revision),
        on=entry.on,
        unit_code=entry.unit_code,
        community_code=entry.community_code,
        started_at=entry.started_at,
        minutes=-entry.minutes,
        minutes_off=-entry.minutes_off,
        quantity=-entry.quantity,
        late=entry.late,
        reverses=entry,
    )


# ---- one batch -----------------------------------------------------------------------------


@dataclass
class _Turn:
    """A draft that holds the next place in its member's chain."""

    draft: Draft
    entry: Entry
    head: Head  # as it was before


@transaction.atomic
def _batch(drafts: Sequence[Draft], actor: Actor, now: datetime) -> list[Posted]:
    """Post drafts in their order's rounds: at most one per member a round, lowest member first."""
    results: dict[int, Posted] = {}
    for round_ in _rounds(drafts):
        sound = {}
        for index, draft in round_:
            refusals = rules.draft_refusals(draft)
            if refusals:
                results[index] = Posted(draft, refusal=refusals[0])
            else:
                sound[index] = draft
        results |= _round(sound, actor, now)
    return [results[index] for index in range(len(drafts))]


def _rounds(drafts: Sequence[Draft]) -> list[list[tuple[int, Draft]]]:
    """Drafts with their index, no member twice in one round, ordered so that locks never cross."""
    rounds: list[list[tuple[int, Draft]]] = []
    seen: dict[int, int] = {}
    for index, draft in enumerate(drafts):
        number = seen.get(draft.member.pk, 0)
        seen[draft.member.pk] = number + 1
        if number == len(rounds):
            rounds.append([])
        rounds[number].append((index, draft))
    return [sorted(each, key=lambda pair: pair[1].member.pk) for each in rounds]


def _round(drafts: dict[int, Draft], actor: Actor, now: datetime) -> dict[int, Posted]:
    if not drafts:
        return {}
    heads = _heads([draft.member.pk for draft in drafts.values()])
    turns = {
        index: _take_turn(draft, heads[draft.member.pk], actor, now)
        for index, draft in drafts.items()
    }
    history = _History(list(drafts.values()))
    results: dict[int, Posted] = {}
    for index, turn in turns.items():
        found = history.first(turn.draft)
        refusal = None if found else history.refusal(turn.draft)
        if found or refusal:
            Head.objects.filter(pk=turn.head.pk).update(seq=turn.head.seq, chain=turn.head.chain)
            results[index] = Posted(turn.draft, entry=found, refusal=refusal)
    fresh = {index: turn for index, turn in turns.items() if index not in results}
    Entry.objects.bulk_create([turn.entry for turn in fresh.values()])
    return results | {index: Posted(turn.draft, turn.entry) for index, turn in fresh.items()}


def _heads(member_ids: list[int]) -> dict[int, Head]:
    found = {head.member_id: head for head in Head.objects.filter(member_id__in=member_ids)}
    missing = [member_id for member_id in member_ids if member_id not in found]
    if missing:
        Head.objects.bulk_create(
            [Head(member_id=member_id) for member_id in missing], ignore_conflicts=True
        )
        found |= {head.member_id: head for head in Head.objects.filter(member_id__in=missing)}
    return found


def _take_turn(draft: Draft, head: Head, actor: Actor, now: datetime) -> _Turn:
    for _attempt in range(LOST_TURNS):
        entry = _entry(draft, head, actor, now)
        won = Head.objects.filter(pk=head.pk, seq=head.seq, chain=head.chain).update(
            seq=entry.seq, chain=entry.chain
        )
        if won:
            return _Turn(draft, entry, head)
        head = Head.objects.get(pk=head.pk)
    raise RuntimeError("the head of a chain could not be taken")


def _entry(draft: Draft, head: Head, actor: Actor, now: datetime) -> Entry:
    entry = Entry(
        member=draft.member,
        member_no=draft.member.member_no,
        seq=head.seq + 1,
        unit_code=draft.unit_code,
        community_code=draft.community_code,
        kind=draft.kind,
        source_kind=draft.source.kind,
        source_key=draft.source.key,
        revision=draft.source.revision,
        on=draft.on,
        started_at=draft.started_at,
        minutes=draft.minutes,
        minutes_off=draft.minutes_off,
        quantity=draft.quantity,
        late=draft.late,
        recorded_at=now,
        recorded_by=_recorder(actor),
        reverses=draft.reverses,
    )
    entry.chain = chain.link(head.chain, entry)
    return entry


def _recorder(actor: Actor) -> str:
    """Who, as an id: `user:12`, `system:nightly close`."""
    return f"user:{actor.user_id}" if actor.user_id is not None else f"system:{actor.label}"[:60]


class _History:
    """What the members' entries say once their heads are held: repeats and overlaps."""

    def __init__(self, drafts: list[Draft]) -> None:
        members = [draft.member.pk for draft in drafts]
        gone = Member.objects.filter(pk__in=members, merged_into__isnull=False)
        self.gone = set(gone.values_list("pk", flat=True))
        mine = Entry.objects.filter(member_id__in=members)
        self.same: dict[tuple[int, str, str], list[Entry]] = {}
        keys = {draft.source.key for draft in drafts}
        for entry in mine.filter(source_key__in=keys).select_related("reversed_by"):
            key = (entry.member_id, entry.source_kind, entry.source_key)
            self.same.setdefault(key, []).append(entry)
        self.live: dict[int, list[Entry]] = {}
        for entry in self._near(drafts):
            self.live.setdefault(entry.member_id, []).append(entry)

    @staticmethod
    def _near(drafts: list[Draft]) -> Iterable[Entry]:
        """Live entries that could meet any of the drafts; none lasts longer than a day."""
        times = {
            draft.member.pk: (draft.started_at, rules.end_of(draft.started_at, draft.minutes))
            for draft in drafts
            if draft.started_at is not None and draft.reverses is None
        }
        if not times:
            return []
        first = min(start for start, _end in times.values())
        return Entry.objects.filter(
            member_id__in=times,
            started_at__gt=first - timedelta(minutes=rules.LONGEST),
            started_at__lt=max(end for _start, end in times.values()),
            minutes__gt=0,
            reverses=None,
            reversed_by=None,
        ).order_by("started_at")

    def first(self, draft: Draft) -> Entry | None:
        """The entry that this very draft made before."""
        for entry in self._of_source(draft):
            if draft.reverses is not None:
                if entry.reverses_id == draft.reverses.pk:
                    return entry
            elif entry.reverses_id is None and entry.revision == draft.source.revision:
                return entry
        return None

    def refusal(self, draft: Draft) -> Refusal | None:
        if draft.reverses is not None:
            return None
        if draft.member.pk in self.gone:
            return rules.NUMBER_GONE
        reversed_ids = {entry.reverses_id for entry in self._of_source(draft)}
        for entry in self._of_source(draft):
            if entry.reverses_id is None and entry.pk not in reversed_ids:
                return rules.STILL_COUNTED
        meets = rules.overlapping(draft, self.live.get(draft.member.pk, ()))
        return rules.overlap_with(meets) if meets else None

    def _of_source(self, draft: Draft) -> list[Entry]:
        return self.same.get((draft.member.pk, draft.source.kind, draft.source.key), [])
