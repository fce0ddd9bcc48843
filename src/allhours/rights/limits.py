"""What the scheme says about requests and keeping, on a day."""

from __future__ import annotations

from datetime import date

from allhours.ledger import queries as ledger
from allhours.rights.holdings import Cutoff
from allhours.scheme.queries import scheme_for
from allhours.scheme.schema import Retention, Rights
from allhours.scheme.worktime import programme_year, programme_year_of

DAYS = "_days"  # ending of a key that counts days; the others count years
BEGINNING = date(1900, 1, 1)  # older than any record


def rights_on(on: date) -> Rights:
    return scheme_for(on).rights


def kept(key: str, on: date) -> int:
    """How many years or days a kind of record is kept, as its key says."""
    retention: Retention = scheme_for(on).retention
    return int(getattr(retention, key))


def cutoff_of(key: str, on: date, unsealed: date | None = None) -> Cutoff:
    """The first day of records that are still kept.

    Years are whole programme years after the one that a record belongs to: a record of 2022 kept
    for three years goes on the first day of 2026. Days are whole days after the record's own.
    """
    number = kept(key, on)
    if key.endswith(DAYS):
        return Cutoff(date.fromordinal(on.toordinal() - number))
    rules = scheme_for(on).year
    first = programme_year(programme_year_of(on, rules) - number, rules).first
    return Cutoff(min(first, first_unsealed_day(on) if unsealed is None else unsealed))


def first_unsealed_day(on: date) -> date:
    """Nothing from this day on may go: its programme year still needs what it was made of.

    A programme year is closed for the ledger by a seal of a later day.
    """
    sealed = ledger.sealed_on()
    if sealed is None:
        return BEGINNING if ledger.has_entries() else on
    rules = scheme_for(on).year
    return programme_year(programme_year_of(sealed, rules), rules).first
