"""The S2 duty “at least 2 times or at least 8 hours”, and its kin."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from allhours.appraisal import duties
from allhours.appraisal.duties import ServiceFact, evaluate
from allhours.kernel.periods import Period
from allhours.scheme.schema import IMPLEMENTED_DUTIES, CountOf, TimesOrHours

YEAR = Period.year(2026)
POST = TimesOrHours(code="post", title="岗位服务", times=2, hours=8)
QUARTERLY = CountOf(
    code="themed", title="主题活动", fact="themed_activity", times=1, every="quarter"
)


def fact(ref=1, on=date(2026, 3, 5), kind="post_service", minutes=60, quantity=1):
    return ServiceFact(ref, on, frozenset({kind}), minutes, quantity)


def progress(*facts, duty=POST, on=date(2026, 12, 31)):
    (found,) = evaluate([duty], facts, year=YEAR, on=on)
    return found


@pytest.mark.parametrize(
    ("facts", "met"),
    [
        ([], False),
        ([fact()], False),
        ([fact(minutes=479)], False),
        ([fact(minutes=480)], True),
        ([fact(1), fact(2)], True),
        ([fact(1), fact(2, kind="wish_delivered", minutes=600)], False),
    ],
)
def test_times_or_hours_takes_either(facts, met):
    assert progress(*facts).met is met


def test_progress_names_what_counted_and_what_did_not_and_why():
    found = progress(fact(1), fact(2, kind="wish_delivered"), fact(3, on=date(2025, 12, 31)))
    assert found.counted == (1,)
    assert found.passed_over == ((2, "other_kind"), (3, "other_period"))
    assert (found.short_times, found.short_minutes) == (1, 420)


def test_facts_after_the_day_asked_for_are_not_yet_there():
    found = progress(fact(1), fact(2, on=date(2026, 6, 1)), on=date(2026, 5, 31))
    assert found.counted == (1,)
    assert found.met is False


def test_quarterly_duty_needs_every_quarter_and_is_short_in_the_present_one():
    spring = fact(1, kind="themed_activity", on=date(2026, 2, 1))
    found = progress(spring, duty=QUARTERLY, on=date(2026, 5, 1))
    assert [part.met for part in found.parts] == [True, False, False, False]
    assert [part.begun for part in found.parts] == [True, True, False, False]
    assert found.share == 0.25
    assert found.short_times == 1


def test_year_is_cut_into_whole_periods():
    quarters = duties.parts_of(YEAR, "quarter")
    assert quarters[0].first == YEAR.first
    assert quarters[-1].last == YEAR.last
    assert len(duties.parts_of(YEAR, "month")) == 12


def test_every_implemented_kind_has_exactly_one_function():
    assert set(duties.EVALUATORS) == set(IMPLEMENTED_DUTIES)


FACTS = st.lists(
    st.builds(
        fact,
        ref=st.integers(1, 10**6),
        on=st.integers(0, 364).map(lambda n: date(2026, 1, 1) + timedelta(days=n)),
        kind=st.sampled_from(["post_service", "wish_delivered"]),
        minutes=st.integers(1, 600),
    ),
    unique_by=lambda each: each.ref,
    max_size=12,
)


@given(FACTS)
def test_more_service_never_takes_a_duty_away(facts):
    before = progress(*facts[:-1]) if facts else progress()
    after = progress(*facts)
    assert after.share >= before.share
    assert after.met or not before.met


@given(FACTS)
def test_each_fact_either_counted_or_says_why_not(facts):
    found = progress(*facts)
    assert sorted((*found.counted, *(ref for ref, _ in found.passed_over))) == sorted(
        each.ref for each in facts
    )
