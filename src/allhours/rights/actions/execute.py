"""Carrying out an erasure: every holding, every text, every file, every freed page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.directory.models import Member
from allhours.kernel.codes import public_code
from allhours.kernel.errors import Refused, refuse_if
from allhours.kernel.retry import with_retry
from allhours.rights import holdings, persons, rules, sweep, tombstones, traces
from allhours.rights.choices import ErasureReason, ErasureState, SubjectKind
from allhours.rights.holdings import KEEP, Part, Person
from allhours.rights.models import Erasure

BATCH = 100
Step = Callable[[int, int], None]


def _no_step(_done: int, _total: int) -> None:
    return None


def due_erasures(now: datetime) -> list[Erasure]:
    return list(
        Erasure.objects.filter(state=ErasureState.APPROVED, due_at__lte=now).order_by("due_at")
    )


def execute_erasure(
    *, actor: Actor, erasure: Erasure, now: datetime, step: Step = _no_step
) -> Mapping[str, int]:
    """Do what was approved, when its time for undoing is over. May be repeated after a kill."""
    erasure.refresh_from_db()
    if erasure.state != ErasureState.APPROVED:
        raise Refused(rules.TOO_LATE)
    if erasure.due_at is None or erasure.due_at > now:
        raise Refused(rules.NOT_DUE)
    if erasure.member is not None:  # they may have come back to the roster meanwhile
        refuse_if(rules.member_erasure_refusals(erasure.member, now))
    person = _person_of(erasure)
    if person is None:
        raise Refused(rules.ALREADY_ERASED)
    counts = erase_person(person=person, now=now, step=step)
    _finish(actor, erasure, person, counts, now)
    return counts


def _person_of(erasure: Erasure) -> Person | None:
    if erasure.member is not None:
        return persons.person_of_member(erasure.member)
    if erasure.user is not None:
        return persons.person_of_user(erasure.user)
    return persons.person_of_resident(erasure.subject_code)


@transaction.atomic
def _finish(
    actor: Actor, erasure: Erasure, person: Person, counts: dict[str, int], now: datetime
) -> None:
    code = erasure.subject_code
    if erasure.subject == SubjectKind.ACCOUNT:  # a user name may be somebody's name
        code = f"erased-{person.user_ids[0]}"
    Erasure.objects.filter(pk=erasure.pk).update(
        state=ErasureState.DONE, done_at=now, counts=counts, subject_code=code
    )
    journal.note(actor=actor, did="erasure.done", to=erasure, now=now, counts=counts)


def erase_person(
    *, person: Person, now: datetime, step: Step = _no_step, also: Iterable[str] = ()
) -> dict[str, int]:
    """Everything held about the person goes, or loses its name; how many rows by holding.

    `also`: the numbers of others whose ids and names the person carries with it (`together`).

    The list of erasures gets its line first and the record with the name goes last, so that an
    erasure that was killed is begun again with everything it needs. Ends with what is left beside
    the tables (`traces`): made files and old copies are removed, freed pages written over.
    """
    for code in (person.code, *also):
        tombstones.add(tombstones.key_of(person.kind, code), now)
    traces.overwrite_from_now_on()
    counts: dict[str, int] = {}
    held = [each for each in holdings.all_holdings() if person.kind in each.subjects]
    last = [each for each in held if each.code in ("roster", "account")]
    first = [each for each in held if each not in last]
    for number, each in enumerate(first, 1):
        counts[each.code] = _erase_holding(each, person, now)
        step(number, len(held) + 2)
    shared = persons.also_other_words(person)
    own = [needle for needle in person.needles if needle not in shared]
    counts["texts"] = sum(sweep.remove(own).values()) if own else 0
    counts["to_look_at"] = sum(sweep.find(sorted(shared)).values()) if shared else 0
    step(len(first) + 1, len(held) + 2)
    for each in sorted(last, key=lambda holding: holding.code):
        counts[each.code] = _erase_holding(each, person, now)
    counts["files"] = traces.remove_files()
    step(len(held) + 2, len(held) + 2)
    return {code: count for code, count in counts.items() if count}


def _erase_holding(held: holdings.Holding, person: Person, now: datetime) -> int:
    touched = held.also(person, now) if held.also else 0
    return touched + sum(erase_rows(part, part.of(person)) for part in held.parts)


def erase_rows(part: Part, rows_of: Any) -> int:
    """Write what the part says into these rows, or delete them; how many."""
    rows = part.table._default_manager.filter(rows_of).order_by()
    if part.deleted:
        return int(with_retry(lambda: rows.delete()[0]))
    plain = {c.name: c.erased for c in part.columns if c.erased is not KEEP}
    made = {name: value for name, value in plain.items() if callable(value)}
    values = {name: value for name, value in plain.items() if name not in made}
    changed = with_retry(partial(rows.update, **values)) if values else 0
    if made:
        for pk in list(rows.values_list("pk", flat=True)):
            own = {name: value(pk) for name, value in made.items()}
            part.table._default_manager.filter(pk=pk).update(**own)
    return int(changed)


def age_out_members(*, actor: Actor, members: Sequence[Member], now: datetime) -> int:
    """The same, without a decision: the years that the scheme keeps a roster entry are over."""
    for start in range(0, len(members), BATCH):
        people = [persons.person_of_member(each) for each in members[start : start + BATCH]]
        erase_person(person=together(people), now=now, also=[each.code for each in people])
        for each in people:
            key = tombstones.key_of(SubjectKind.MEMBER, each.code)
            record_done(actor, each, key, ErasureReason.AGED_OUT, {}, now)
    return len(members)


def together(people: Sequence[Person]) -> Person:
    """Several people of one kind as one, so that every text is looked at once for all of them."""
    first = people[0]
    needles = {needle for each in people for needle in each.needles}
    return Person(
        kind=first.kind,
        code=first.code,
        member_ids=tuple(pk for each in people for pk in each.member_ids),
        user_ids=tuple(pk for each in people for pk in each.user_ids),
        needles=tuple(sorted(needles, key=len, reverse=True)),
    )


@transaction.atomic
def record_done(
    actor: Actor,
    person: Person,
    key: str,
    reason: ErasureReason,
    counts: dict[str, int],
    now: datetime,
) -> None:
    """The entry for an erasure that nobody had to decide."""
    open_one = Erasure.objects.filter(key_hash=key).open()
    open_one.update(state=ErasureState.WITHDRAWN)
    code = person.code if person.kind != SubjectKind.ACCOUNT else f"erased-{person.user_ids[0]}"
    erasure = Erasure.objects.create(
        code=public_code(), subject=person.kind, subject_code=code, key_hash=key, reason=reason,
        member_id=person.member_ids[0] if person.member_ids else None,
        state=ErasureState.DONE, asked_at=now, done_at=now, counts=counts,
    )  # fmt: skip
    journal.note(actor=actor, did="erasure.done", to=erasure, now=now, reason=reason, counts=counts)


def purge(now: datetime) -> bool:
    """Rewrite the database after erasures, once for all of them; False: try again later."""
    waiting = Erasure.objects.filter(state=ErasureState.DONE, purged_at=None)
    pks = list(waiting.values_list("pk", flat=True))
    if not pks:
        return True
    if not traces.purge_pages():
        return False
    Erasure.objects.filter(pk__in=pks).update(purged_at=now)
    return True
