"""Numbers are never given twice, on either database."""

import pytest
from django.db import transaction

from allhours.directory.actions.members import next_member_numbers
from tests.support.contention import threads


@pytest.mark.django_db
def test_numbers_run_on_within_the_year(now) -> None:
    assert next_member_numbers(2, now) == ["2600001", "2600002"]
    assert next_member_numbers(1, now) == ["2600003"]
    assert next_member_numbers(0, now) == []


@pytest.mark.django_db
def test_numbers_of_another_year_begin_anew(now) -> None:
    next_member_numbers(3, now)
    assert next_member_numbers(1, now.replace(year=2027)) == ["2700001"]


@pytest.mark.django_db(transaction=True)
def test_numbers_taken_at_the_same_instant_differ(now) -> None:
    given = threads(12, lambda index: next_member_numbers(5, now))
    assert sorted(number for each in given for number in each) == [
        f"26{number:05d}" for number in range(1, 61)
    ]


@pytest.mark.django_db(transaction=True)
def test_numbers_taken_within_longer_transactions_differ(now) -> None:
    def import_some(index: int) -> list[str]:
        with transaction.atomic():
            first = next_member_numbers(1, now)
            return first + next_member_numbers(2, now)

    given = threads(6, import_some)
    assert len({number for each in given for number in each}) == 18
