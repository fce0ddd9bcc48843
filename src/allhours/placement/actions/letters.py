"""报到证明信: numbered without gap by unit and year, one live letter for a placement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef

from allhours.accounts import journal
from allhours.accounts.actor import Actor
from allhours.accounts.choices import UNIT_ROLES, Role
from allhours.directory.models import Organization
from allhours.kernel import clock
from allhours.kernel.codes import public_code
from allhours.kernel.errors import Refused, refuse_if
from allhours.placement import notices, rules
from allhours.placement.actions.live import batches
from allhours.placement.choices import LetterState, PlacementState
from allhours.placement.models import Letter, LetterCounter, Placement
from allhours.scheme.queries import scheme_for

ISSUERS = (*UNIT_ROLES, Role.COUNTY_OFFICER)


def issue_letter(*, actor: Actor, placement: Placement, now: datetime) -> Letter:
    """One letter for one placed member; an expired one is replaced by it."""
    on = clock.local_date(now)
    current = Letter.objects.filter(placement=placement, state=LetterState.ISSUED).first()
    refuse_if(rules.issue_refusals(placement, current, on=on))
    refuse_if(rules.own_record_refusals(actor, placement.member_id))
    return _issue_all(actor, [placement], now=now)[0]


def issue_letters(*, actor: Actor, unit: Organization, now: datetime) -> list[Letter]:
    """Letters for everyone placed from a unit who has none; the issuer's own waits for another."""
    on = clock.local_date(now)
    good = Letter.objects.filter(
        placement=OuterRef("pk"), state=LetterState.ISSUED, valid_until__gte=on
    )
    waiting = Placement.objects.filter(
        ~Exists(good),
        unit__path__startswith=unit.path,
        state__in=(PlacementState.ASSIGNED, PlacementState.LETTER_ISSUED),
    )
    if actor.member_id is not None:
        waiting = waiting.exclude(member_id=actor.member_id)
    rows = list(waiting.select_related("unit").order_by("member__member_no"))
    actor.require(*ISSUERS, over=unit.path)
    return _issue_all(actor, rows, now=now) if rows else []


def _issue_all(actor: Actor, placements: Sequence[Placement], *, now: datetime) -> list[Letter]:
    by_unit: defaultdict[Organization, list[Placement]] = defaultdict(list)
    for placement in placements:
        actor.require(*ISSUERS, over=placement.unit.path)
        by_unit[placement.unit].append(placement)
    try:
        with transaction.atomic():
            letters = [
                letter
                for unit, rows in by_unit.items()
                for letter in _issue_for_unit(actor, unit, rows, now=now)
            ]
            notices.after_commit(notices.letters_issued, [p.pk for p in placements], now=now)
    except IntegrityError:  # somebody else issued one of them in the same moment
        raise Refused(rules.LETTER_EXISTS) from None
    return letters


def _issue_for_unit(
    actor: Actor, unit: Organization, placements: Sequence[Placement], *, now: datetime
) -> list[Letter]:
    on = clock.local_date(now)
    reporting = scheme_for(on=on).reporting
    first = _take_numbers(unit, on.year, len(placements))
    letters = [
        Letter(
            placement=placement,
            unit=unit,
            year=on.year,
            serial=serial,
            number=f"{unit.label}{reporting.letter_prefix}字〔{on.year}〕第{serial:04d}号",
            code=public_code(),
            issued_on=on,
            valid_until=on + timedelta(days=reporting.letter_valid_days),
            issued_by_plain=actor.user_id,
        )
        for serial, placement in enumerate(placements, start=first)
    ]
    for some in batches(placements):
        _make_way([placement.pk for placement in some], on)
    Letter.objects.bulk_create(letters, batch_size=200)
    journal.note_many(
        journal.line(
            actor=actor,
            did="letter.issued",
            to=letter,
            now=now,
            under=actor.acting_as(*ISSUERS, over=unit.path),
            placement=letter.placement_id,
        )
        for letter in letters
    )
    return letters


def _make_way(placement_ids: list[int], on: date) -> None:
    """Expired letters end; the placements wait to be presented, unless one has moved on."""
    Letter.objects.filter(
        placement__in=placement_ids, state=LetterState.ISSUED, valid_until__lt=on
    ).update(state=LetterState.EXPIRED)
    moved = Placement.objects.filter(
        pk__in=placement_ids, state__in=(PlacementState.ASSIGNED, PlacementState.LETTER_ISSUED)
    ).update(state=PlacementState.LETTER_ISSUED)
    if moved != len(placement_ids):
        raise Refused(rules.CHANGED_MEANWHILE)


def _take_numbers(unit: Organization, year: int, count: int) -> int:
    """The first of `count` numbers. The update holds the row until commit, so the value read
    after it is this transaction's own, and a rolled-back one leaves no gap."""
    LetterCounter.objects.get_or_create(unit=unit, year=year)
    LetterCounter.objects.filter(unit=unit, year=year).update(last=F("last") + count)
    return (
        LetterCounter.objects.values_list("last", flat=True).get(unit=unit, year=year) - count + 1
    )


@transaction.atomic
def void_letter(*, actor: Actor, letter: Letter, now: datetime) -> None:
    """Take back a letter that was not used; its number is never given again."""
    actor.require(*ISSUERS, over=letter.unit.path)
    won = Letter.objects.filter(pk=letter.pk, state=LetterState.ISSUED).update(
        state=LetterState.VOID
    )
    placed = Placement.objects.filter(
        pk=letter.placement_id, state=PlacementState.LETTER_ISSUED
    ).update(state=PlacementState.ASSIGNED)
    if not (won and placed):
        raise Refused(rules.CHANGED_MEANWHILE)
    journal.note(actor=actor, did="letter.voided", to=letter, now=now)


def live_letter(placement: Placement | None) -> Letter | None:
    if placement is None:
        return None
    return Letter.objects.filter(placement=placement, state=LetterState.ISSUED).first()
