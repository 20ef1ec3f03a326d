"""Charts as SVG drawn here: they need no script, and widths in per cent fit them to any screen."""

from collections.abc import Mapping
from dataclasses import dataclass

HEIGHT = 132
_WIDEST = 2.4  # per cent of the chart


@dataclass
class Bar:
    """One year."""

    year: int
    count: int
    x: str
    width: str
    y: float
    height: float


@dataclass
class Chart:
    """Documents a year, ready for `room/_chart.html`."""

    bars: list[Bar]
    marks: list[tuple[int, str]]
    """Years named under the axis, with their place in per cent."""
    first: int
    last: int
    total: int
    peak: Bar
    height: int = HEIGHT


def years(counts: Mapping[int, int], labels: int = 10) -> Chart | None:
    """A bar a year from the first to the last; None when no document has a date."""
    known = {year: count for year, count in counts.items() if 0 < year < 3000 and count}
    if not known:
        return None
    first, last = min(known), max(known)
    if last - first < 9:
        first, last = first - 5, last + 5
    span, most = last - first + 1, max(known.values())
    step = 100 / span
    width = min(step * 0.82, _WIDEST)
    bars = []
    for year, count in sorted(known.items()):
        height = max(2.0, round(HEIGHT * count / most, 1))
        x = (year - first) * step + (step - width) / 2
        bars.append(Bar(year, count, f"{x:.3f}%", f"{width:.3f}%", HEIGHT - height, height))
    every = next(n for n in (1, 2, 5, 10, 20, 25, 50, 100, 250, 500, 1000) if span / n <= labels)
    marks = [
        (year, f"{(year - first + 0.5) * step:.3f}%")
        for year in range(first, last + 1)
        if year % every == 0 and year - first > span * 0.02 and last - year > span * 0.03
    ]
    peak = max(bars, key=lambda bar: bar.count)
    return Chart(bars, marks, first, last, sum(known.values()), peak)
