"""The rate in whole numbers: never shown higher than it is, met exactly at the target."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from allhours.placement.queries.figures import Rate, summed

PARTS = st.integers(0, 200_000).flatmap(
    lambda due: st.tuples(st.integers(0, due), st.just(due), st.integers(0, 500))
)


@given(PARTS, st.integers(0, 100))
def test_the_rate_is_cut_off_and_the_target_exact(parts, target):
    reported, due, excused = parts
    rate = Rate("", "", reported, due, excused)
    assert (rate.expected, rate.missing) == (due + excused, due - reported)
    if not due:
        assert rate.percent is None
        return
    exact = Fraction(100 * reported, due)
    shown = Fraction(f"{rate.percent:.2f}")
    assert shown <= exact < shown + Fraction(1, 100)
    assert rate.reaches(target) == (exact >= target)
    assert (shown >= target) == rate.reaches(target)  # what is shown never says otherwise


@given(PARTS, st.integers(0, 100))
def test_so_many_more_and_the_target_is_met_and_not_one_fewer(parts, target):
    reported, due, excused = parts
    short = Rate("", "", reported, due, excused).short_of(target)
    assert Rate("", "", reported + short, due, excused).reaches(target)
    if short:
        assert not Rate("", "", reported + short - 1, due, excused).reaches(target)


@given(st.lists(PARTS, max_size=8))
def test_lines_add_up(lines):
    rates = [Rate("", "", *parts) for parts in lines]
    total = summed(rates)
    assert total.numerator == sum(rate.numerator for rate in rates)
    assert total.numerator <= total.denominator
    assert total.expected == sum(rate.expected for rate in rates)
