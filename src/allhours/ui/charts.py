"""Geometry for the SVG components. Pure; a plot is 100 wide and 40 high, origin top left."""

from collections.abc import Sequence
from dataclasses import dataclass

from allhours.ui.parts import LineChart, Series

WIDTH, HEIGHT = 100.0, 40.0


@dataclass(frozen=True, slots=True)
class Line:
    series: Series
    points: str
    last: float


@dataclass(frozen=True, slots=True)
class Plot:
    lines: Sequence[Line]
    rows: Sequence[tuple[str, Sequence[float]]]
    top: float
    grid: Sequence[float]


def percent(done: float, of: float) -> int:
    """Share in whole percent, 0–100; never 100 before it is complete, never 0 once begun."""
    if of <= 0:
        return 0
    share = round(100 * done / of)
    if done >= of:
        return 100
    return min(99, max(1 if done > 0 else 0, share))


def nice_top(highest: float) -> float:
    """The axis' upper end: a round number, not below ``highest``."""
    if highest <= 0:
        return 1
    power = 1.0
    while power * 10 < highest:
        power *= 10
    while power > highest:
        power /= 10
    return next(power * step for step in (1, 1.5, 2, 3, 4, 5, 6, 8, 10) if power * step >= highest)


def plot(chart: LineChart) -> Plot:
    top = nice_top(max((v for s in chart.series for v in s.values), default=0))
    lines = [Line(s, _points(s.values, top), s.values[-1] if s.values else 0) for s in chart.series]
    rows = [
        (label, [s.values[index] for s in chart.series]) for index, label in enumerate(chart.labels)
    ]
    return Plot(lines, rows, top, [0, HEIGHT / 2, HEIGHT])


def _points(values: Sequence[float], top: float) -> str:
    gap = WIDTH / max(1, len(values) - 1)
    return " ".join(
        f"{index * gap:.2f},{HEIGHT - value / top * HEIGHT:.2f}"
        for index, value in enumerate(values)
    )
