from hypothesis import given
from hypothesis import strategies as st

from allhours.ui import charts
from allhours.ui.parts import LineChart, Series


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_percent_is_full_only_when_complete_and_empty_only_at_zero(done: int, of: int) -> None:
    share = charts.percent(done, of)

    assert 0 <= share <= 100
    assert (share == 100) == (done >= of)
    assert (share == 0) == (done == 0)


def test_percent_of_nothing_is_zero() -> None:
    assert charts.percent(3, 0) == 0


@given(st.floats(0.01, 1e9))
def test_nice_top_is_never_below_the_highest_value(highest: float) -> None:
    assert highest <= charts.nice_top(highest) <= 10 * highest


def test_plot_places_first_and_last_value_at_the_edges() -> None:
    plot = charts.plot(LineChart("t", ["1月", "2月"], [Series("提出", [0, 100])]))

    assert plot.lines[0].points == "0.00,40.00 100.00,0.00"
    assert plot.rows == [("1月", [0]), ("2月", [100])]


def test_plot_of_no_values_has_an_axis() -> None:
    assert charts.plot(LineChart("t", [], [])).top == 1
