"""数据反查 as an act: a run is kept, its differences are dealt with one by one."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.directory.models import Organization
from allhours.directory.queries.roster import aliases_for, roster_snapshot
from allhours.directory.roster import read
from allhours.directory.roster.problems import UNREADABLE, Unreadable
from allhours.kernel import clock
from allhours.kernel.errors import Refusal, Refused, refuse_if
from allhours.placement import reconcile_rules as rules
from allhours.placement import tellings
from allhours.placement.choices import (
    SETTLED_FOR_GOOD,
    CloseReason,
    DifferenceState,
    RunSource,
)
from allhours.placement.models import Difference, Finding, ReconcileRun
from allhours.placement.notices import after_commit
from allhours.placement.queries import figures
from allhours.placement.queries.drawn import Drawn
from allhours.placement.queries.reconcile import drawn
from allhours.placement.queries.registers import hold
from allhours.placement.queries.settled import settled
from allhours.placement.register import Register, read_register

BATCH = 500
OPEN_AGAIN = {
    "state": DifferenceState.OPEN,
    "reason": "",
    "words": "",
    "closed_at": None,
    "closed_by_plain": None,
}


@dataclass(frozen=True)
class Sent:
    """A file as it came; only its name and checksum are kept."""

    filename: str
    content: bytes

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


@transaction.atomic
def run_reconciliation(
    *, actor: Actor, over: Organization, on: date, now: datetime
) -> ReconcileRun:
    """The system's own rosters against its receipts, as of a day."""
    _require(actor, over, RunSource.SYSTEM, on, now)
    found = drawn(on, over=over)
    return _keep(actor, _new_run(actor, over, RunSource.SYSTEM, on, now), found, now)


def run_with_file(
    *,
    actor: Actor,
    over: Organization,
    source: RunSource,
    filename: str,
    content: bytes,
    on: date,
    now: datetime,
) -> ReconcileRun:
    """A community's own register, or a unit's list, against the system; the file is not kept."""
    sent = Sent(filename, content)
    register, found = _held(actor, over, source, sent, on, now)
    with transaction.atomic():
        run = _new_run(actor, over, source, on, now, sent)
        return _keep(actor, run, found, now, register)


def look_at_file(
    *,
    actor: Actor,
    over: Organization,
    source: RunSource,
    filename: str,
    content: bytes,
    on: date,
    now: datetime,
) -> list[Drawn]:
    """What `run_with_file` would find, without keeping anything."""
    return _held(actor, over, source, Sent(filename, content), on, now)[1]


def _held(
    actor: Actor, over: Organization, source: RunSource, sent: Sent, on: date, now: datetime
) -> tuple[Register, list[Drawn]]:
    _require(actor, over, source, on, now)
    snapshot = roster_snapshot(on)
    try:
        grid = read.read(sent.content, sent.filename, aliases_for(on))
        register = read_register(grid, clock.local_date(now), snapshot, aliases_for(on))
    except Unreadable as unreadable:
        text = gettext(UNREADABLE[unreadable.code])
        raise Refused(Refusal(f"register.{unreadable.code}", text)) from None
    if not register.rows:
        raise Refused(rules.NOBODY_LISTED)
    return register, hold(register.rows, snapshot, over, source, on)


def _require(actor: Actor, over: Organization, source: RunSource, on: date, now: datetime) -> None:
    actor.require(*rules.runners(over), over=over.path)
    refuse_if(rules.run_refusals(over, source, on=on, today=clock.local_date(now)))


def _new_run(
    actor: Actor,
    over: Organization,
    source: RunSource,
    on: date,
    now: datetime,
    sent: Sent | None = None,
) -> ReconcileRun:
    previous = ReconcileRun.objects.filter(organization=over, source=source).order_by("-pk").first()
    return ReconcileRun.objects.create(
        organization=over,
        source=source,
        on=on,
        made_at=now,
        made_by_plain=actor.user_id,
        previous=previous,
        filename=sent.filename[:200] if sent else "",
        checksum=sent.checksum if sent else "",
    )


def _keep(
    actor: Actor,
    run: ReconcileRun,
    found: Sequence[Drawn],
    now: datetime,
    register: Register | None = None,
) -> ReconcileRun:
    over = run.organization
    kept = _keep_differences(found, now)
    _reopen_found_again(actor, kept.values(), now)
    Finding.objects.bulk_create(
        [Finding(run=run, difference_id=each.pk) for each in kept.values()], batch_size=BATCH
    )
    gone = _close_gone(actor, run, run.previous, {each.pk for each in kept.values()}, now)
    settle_differences(actor=actor, now=now)
    run.counts = _counts(run, over, found, gone, register)
    run.save(update_fields=["counts"])
    journal.note(
        actor=actor,
        did="reconciliation.made",
        to=run,
        now=now,
        under=actor.acting_as(*rules.runners(over), over=over.path),
        source=str(run.source),
        on=str(run.on),
        differences=len(found),
    )
    after_commit(tellings.differences_found, run.pk, now=now)
    return run


def _by_key(keys: Sequence[str]) -> dict[str, Difference]:
    found: dict[str, Difference] = {}
    for start in range(0, len(keys), BATCH):
        rows = Difference.objects.filter(key__in=keys[start : start + BATCH])
        found |= {each.key: each for each in rows}
    return found


def _keep_differences(found: Sequence[Drawn], now: datetime) -> dict[str, Difference]:
    """A row for each; known ones take over what both sides say now."""
    keys = [each.key for each in found]
    known = _by_key(keys)
    fresh = [_row(each, now) for each in found if each.key not in known]
    # another run may keep the same one in this very moment: one row stands for both
    Difference.objects.bulk_create(fresh, batch_size=BATCH, ignore_conflicts=True)
    facts = ("detail", "responsible", "unit_id", "community_id", "ours", "theirs")
    changed = []
    for each in found:
        row = known.get(each.key)
        if row is None:
            continue
        now_said = _facts(each)
        if any(getattr(row, name) != now_said[name] for name in facts):
            for name in facts:
                setattr(row, name, now_said[name])
            changed.append(row)
    Difference.objects.bulk_update(
        changed, ["detail", "responsible", "unit", "community", "ours", "theirs"], batch_size=100
    )
    return _by_key(keys)


def _facts(each: Drawn) -> dict[str, Any]:
    return {
        "detail": each.detail,
        "responsible": str(each.responsible),
        "unit_id": each.unit,
        "community_id": each.community,
        "ours": dict(each.ours),
        "theirs": dict(each.theirs),
    }


def _row(each: Drawn, now: datetime) -> Difference:
    return Difference(
        key=each.key,
        kind=each.kind,
        member_id=each.member,
        other_id=each.other,
        found_at=now,
        **_facts(each),
    )


def _reopen_found_again(actor: Actor, kept: Iterable[Difference], now: datetime) -> None:
    """Said to be dealt with, and found again: open once more, unless it was settled for good."""
    again = [
        each
        for each in kept
        if each.state == DifferenceState.CLOSED and each.reason not in SETTLED_FOR_GOOD
    ]
    for each in again:
        Difference.objects.filter(pk=each.pk, state=DifferenceState.CLOSED).update(**OPEN_AGAIN)
    journal.note_many(
        journal.line(actor=actor, did="difference.found_again", to=each, now=now) for each in again
    )


def _close_gone(
    actor: Actor, run: ReconcileRun, previous: ReconcileRun | None, now_found: set[int],
    now: datetime,
) -> int:  # fmt: skip
    """What the last run over the same found and this one does not has been dealt with."""
    if previous is None or previous.on > run.on:
        return 0
    rows = Finding.objects.filter(run=previous).values_list("difference_id", flat=True)
    gone = sorted(set(rows) - now_found)
    _close_by_deed(actor, gone, now)
    return len(gone)


def _close_by_deed(actor: Actor, keys: Sequence[int], now: datetime) -> int:
    done: list[int] = []
    for start in range(0, len(keys), BATCH):
        some = list(
            Difference.objects.open()
            .filter(pk__in=keys[start : start + BATCH])
            .values_list("pk", flat=True)
        )
        Difference.objects.filter(pk__in=some, state=DifferenceState.OPEN).update(
            state=DifferenceState.CLOSED, reason=CloseReason.DEED, closed_at=now
        )
        done += some
    journal.note_many(
        journal.line(actor=actor, did="difference.settled", to=("difference", pk), now=now)
        for pk in done
    )
    return len(done)


def _counts(
    run: ReconcileRun,
    over: Organization,
    found: Sequence[Drawn],
    gone: int,
    register: Register | None,
) -> dict[str, Any]:
    rate = figures.rate_over(run.on, over)
    before = set(
        Finding.objects.filter(run=run.previous).values_list("difference__key", flat=True)
        if run.previous
        else ()
    )
    counts: dict[str, Any] = {
        "expected": rate.denominator,
        "reported": rate.numerator,
        "excused": rate.excused,
        "differences": len(found),
        "kinds": dict(Counter(str(each.kind) for each in found)),
        "anew": sum(each.key not in before for each in found),
        "gone": gone,
    }
    if register is not None:
        problems = [
            {key: value for key, value in asdict(each).items() if key in ("row", "column", "code")}
            for each in register.problems
        ]
        counts |= {
            "rows": len(register.rows),
            "units_unread": register.units_unread,
            "problems": problems,
        }
    return counts


@transaction.atomic
def settle_differences(*, actor: Actor, now: datetime) -> int:
    """Open differences whose cause is gone by now close by themselves, for all to see."""
    return _close_by_deed(actor, settled(clock.local_date(now)), now)


@transaction.atomic
def close_difference(
    *, actor: Actor, difference: Difference, reason: str, words: str = "", now: datetime
) -> None:
    """Dealt with, by who is responsible or the county; `reason` of `CloseReason`, not `deed`."""
    if not rules.is_responsible(difference, actor):
        actor.require(over="")
    refuse_if(rules.close_refusals(difference, actor, reason=reason, words=words))
    won = Difference.objects.filter(pk=difference.pk, state=DifferenceState.OPEN).update(
        state=DifferenceState.CLOSED,
        reason=reason,
        words=words.strip()[:200],
        closed_at=now,
        closed_by_plain=actor.user_id,
    )
    if not won:
        raise Refused(rules.CLOSED_ALREADY)
    journal.note(actor=actor, did="difference.closed", to=difference, now=now, reason=reason)


@transaction.atomic
def reopen_difference(*, actor: Actor, difference: Difference, now: datetime) -> None:
    if not rules.is_responsible(difference, actor):
        actor.require(over="")
    won = Difference.objects.filter(pk=difference.pk, state=DifferenceState.CLOSED).update(
        **OPEN_AGAIN
    )
    if not won:
        raise Refused(rules.OPEN_ALREADY)
    journal.note(actor=actor, did="difference.reopened", to=difference, now=now)
