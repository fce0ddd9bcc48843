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
WAITING = (PlacementState.ASSIGNED, PlacementState.LETTER_ISSUED)
DEAD = (LetterState.VOID, LetterState.EXPIRED)


def issue_letter(*, actor: Actor, placement: Placement, now: datetime) -> Letter:
    """One letter for one placed member; it takes the place of an expired or void one."""
    on = clock.local_date(now)
    if not scheme_for(on=on).reporting.requires_letter:
        raise Refused(rules.NO_LETTERS_HERE)
    current = Letter.objects.filter(placement=placement, state=LetterState.ISSUED).first()
    refuse_if(rules.issue_refusals(placement, current, on=on))
    refuse_if(rules.own_record_refusals(actor, placement.member_id))
    return _issue_all(actor, [placement], now=now)[0]


def issue_letters(*, actor: Actor, unit: Organization, now: datetime) -> list[Letter]:
    """Letters for everyone placed from a unit who has none; the issuer's own waits for another."""
    on = clock.local_date(now)
    if not scheme_for(on=on).reporting.requires_letter:
        raise Refused(rules.NO_LETTERS_HERE)
    good = Letter.objects.filter(
        placement=OuterRef("pk"), state=LetterState.ISSUED, valid_until__gte=on
    )
    waiting = Placement.objects.filter(
        ~Exists(good), unit__path__startswith=unit.path, state__in=WAITING
    )
    if actor.member_id is not None:
        waiting = waiting.exclude(member_id=actor.member_id)
    rows = list(waiting.select_related("unit").order_by("member__member_no"))
    actor.require(*ISSUERS, over=unit.path)
    return _issue_all(actor, rows, now=now) if rows else []


@transaction.atomic
def void_letter(*, actor: Actor, letter: Letter, reason: str, now: datetime) -> None:
    """Take back a letter that was not used (作废); its number is never given again."""
    _void(actor, letter, reason, now)


@transaction.atomic
def reissue_letter(*, actor: Actor, letter: Letter, reason: str, now: datetime) -> Letter:
    """Void a letter and issue the next number in its stead, in one step."""
    refuse_if(rules.own_record_refusals(actor, letter.placement.member_id))
    _void(actor, letter, reason, now)
    return _issue_all(actor, [letter.placement], now=now)[0]


def _void(actor: Actor, letter: Letter, reason: str, now: datetime) -> None:
    actor.require(*ISSUERS, over=letter.unit.path)
    placement = letter.placement
    refuse_if(rules.void_refusals(letter, placement, reason))
    # the placement first: whoever presents the member at this moment changes the same row
    free = Placement.objects.filter(pk=placement.pk, state=PlacementState.LETTER_ISSUED).update(
        state=PlacementState.ASSIGNED
    )
    won = Letter.objects.filter(pk=letter.pk, state=LetterState.ISSUED).update(
        state=LetterState.VOID,
        voided_at=now,
        voided_by_plain=actor.user_id,
        void_reason=reason.strip()[:120],
    )
    if not (free and won):
        raise Refused(rules.CHANGED_MEANWHILE)
    letter.state, placement.state = LetterState.VOID, PlacementState.ASSIGNED
    journal.note(
        actor=actor,
        did="letter.voided",
        to=letter,
        now=now,
        under=actor.acting_as(*ISSUERS, over=letter.unit.path),
        placement=letter.placement_id,
    )


@transaction.atomic
def expire_letters(*, actor: Actor, now: datetime) -> int:
    """Nightly: letters past their last day, unless their member already stands at a desk."""
    on = clock.local_date(now)
    late = list(
        Letter.objects.filter(
            state=LetterState.ISSUED, valid_until__lt=on, placement__state__in=WAITING
        ).values_list("pk", "placement_id", "unit_id")
    )
    for some in batches(late):
        Letter.objects.filter(
            pk__in=[row[0] for row in some], state=LetterState.ISSUED, placement__state__in=WAITING
        ).update(state=LetterState.EXPIRED)
        Placement.objects.filter(
            pk__in=[row[1] for row in some], state=PlacementState.LETTER_ISSUED
        ).update(state=PlacementState.ASSIGNED)
    journal.note_many(
        journal.line(actor=actor, did="letter.expired", to=("letter", pk), now=now)
        for pk, _placement, _unit in late
    )
    if late:
        units = [unit for _pk, _placement, unit in late]
        notices.after_commit(notices.letters_expired, units, now=now)
    return len(late)


def letter_in_hand(placement: Placement | None) -> Letter | None:
    """The live letter, else the newest expired one: its member is told why it does not do."""
    if placement is None:
        return None
    states = (LetterState.ISSUED, LetterState.EXPIRED)
    return Letter.objects.filter(placement=placement, state__in=states).order_by("-pk").first()


def take_numbers(unit: Organization, year: int, count: int) -> int:
    """The first of `count` numbers. The update holds the row until commit, so the value read
    after it is this transaction's own, and a rolled-back one leaves no gap."""
    LetterCounter.objects.get_or_create(unit=unit, year=year)
    LetterCounter.objects.filter(unit=unit, year=year).update(last=F("last") + count)
    return (
        LetterCounter.objects.values_list("last", flat=True).get(unit=unit, year=year) - count + 1
    )


def number_of(unit: Organization, year: int, serial: int, prefix: str) -> str:
    """How a number is written: 某局报字〔2026〕第0001号."""
    return f"{unit.label}{prefix}字〔{year}〕第{serial:04d}号"


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
    first = take_numbers(unit, on.year, len(placements))
    before: dict[int, int] = {}
    for some in batches(placements):
        keys = [placement.pk for placement in some]
        _make_way(keys, on)
        dead = Letter.objects.filter(placement__in=keys, state__in=DEAD).order_by("pk")
        before |= dict(dead.values_list("placement_id", "pk"))
    letters = [
        Letter(
            placement=placement,
            unit=unit,
            year=on.year,
            serial=serial,
            number=number_of(unit, on.year, serial, reporting.letter_prefix),
            code=public_code(),
            issued_on=on,
            valid_until=on + timedelta(days=reporting.letter_valid_days),
            issued_by_plain=actor.user_id,
            replaces_id=before.get(placement.pk),
        )
        for serial, placement in enumerate(placements, start=first)
    ]
    Letter.objects.bulk_create(letters, batch_size=200)
    _note_issued(actor, unit, letters, now)
    return letters


def _note_issued(
    actor: Actor, unit: Organization, letters: Sequence[Letter], now: datetime
) -> None:
    under = actor.acting_as(*ISSUERS, over=unit.path)
    journal.note_many(
        journal.line(
            actor=actor,
            did="letter.issued",
            to=letter,
            now=now,
            under=under,
            placement=letter.placement_id,
            replaces=letter.replaces_id,
        )
        for letter in letters
    )


def _make_way(placement_ids: list[int], on: date) -> None:
    """Expired letters end; the placements wait to be presented, unless one has moved on."""
    Letter.objects.filter(
        placement__in=placement_ids, state=LetterState.ISSUED, valid_until__lt=on
    ).update(state=LetterState.EXPIRED)
    moved = Placement.objects.filter(pk__in=placement_ids, state__in=WAITING).update(
        state=PlacementState.LETTER_ISSUED, member_reminded_on=None
    )
    if moved != len(placement_ids):
        raise Refused(rules.CHANGED_MEANWHILE)
