"""What was believed beside what came: the reliability diagram, with n in every place.

Below five known outcomes nothing is drawn. It speaks of expectations, and judges nobody.
Source: reference §2.3 D-CAL, §4.5.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from statistics import fmean
from typing import NamedTuple

from api.progress.calibration import AT_LEAST, BINS_FROM, Forecast
from api.progress.chart_axes import days_text
from api.progress.chart_bars import percent
from api.progress.chart_style import (
    Look,
    dot,
    empty,
    heard,
    label,
    picture,
    rule,
    table,
)
from api.progress.figures import Interval, window_of
from api.progress.ratios import wilson
from api.progress.reasons import REASONS
from api.progress.series import Series

TITLE = "What was expected, and what came"
FORMULA = "calibration"
_SIDE, _LEFT, _TOP = 300, 210, 66
_HEIGHT = 440
_OUTCOMES = {"happened": 1, "did_not_happen": 0}


class Place(NamedTuple):
    """Forecasts that said alike: mean stated belief, share that came, n."""

    belief: float
    came: float
    n: int
    interval: Interval


def forecasts_of(found: Iterable[Series]) -> list[Forecast]:
    """The forecasts of some series; those of runs ended by choice stay out (law 1)."""
    return sorted(
        (
            (point.day, point.value / 100, _OUTCOMES.get(point.code or ""))
            for series in found
            if series.measure.formula == FORMULA
            for point in series.points
            if point.value is not None and not point.stopped
        ),
        key=lambda one: (one[0], one[1], one[2] is None, one[2] or 0),
    )


def places(forecasts: Sequence[Forecast]) -> list[Place]:
    """Group as the decomposition of the Brier score does; none below five outcomes.

    Groups are the distinct beliefs, or ten-point bins from 30 outcomes on.
    """
    known = [(p, o) for _, p, o in forecasts if o is not None]
    if len(known) < AT_LEAST:
        return []
    binned = len(known) >= BINS_FROM
    groups: dict[float, list[tuple[float, int]]] = defaultdict(list)
    for p, o in known:
        groups[min(int(p * 10 + 1e-9), 9) if binned else p].append((p, o))
    return [_place(groups[key]) for key in sorted(groups)]


def _place(group: Sequence[tuple[float, int]]) -> Place:
    came, n = sum(o for _, o in group), len(group)
    return Place(fmean(p for p, _ in group), came / n, n, wilson(came, n))


def reliability_chart(
    forecasts: Sequence[Forecast], look: Look, title: str = TITLE
) -> str:
    """Draw stated belief against what came; on the slant they agree."""
    found = places(forecasts)
    if not found:
        return empty(title, told(forecasts, look), look)
    body = [*_frame(look)]
    for place in found:
        body += _mark(place, look)
    caption = "On the slanted line, things came as often as expected."
    return picture(
        title,
        told(forecasts, look),
        "".join(body),
        look,
        captions=[caption],
        height=_HEIGHT,
    )


def _x(share: float) -> float:
    return round(_LEFT + _SIDE * share, 1)


def _y(share: float) -> float:
    return round(_TOP + _SIDE * (1 - share), 1)


def _frame(look: Look) -> Iterable[str]:
    for at in range(0, 101, 20):
        share = at / 100
        yield rule("grid", _LEFT, _y(share), _LEFT + _SIDE, _y(share))
        yield rule("grid", _x(share), _TOP, _x(share), _TOP + _SIDE)
        if look.numbers:
            yield label(_LEFT - 8, _y(share) + 4, percent(share), "end")
            yield label(_x(share), _TOP + _SIDE + 20, percent(share), "middle")
    yield rule("zero", _x(0), _y(0), _x(1), _y(1), ' stroke-dasharray="5 4"')
    yield label(_x(0.5), _TOP + _SIDE + 42, "how likely it seemed", "middle", "ink")
    yield label(_LEFT - 56, _y(0.5), "how often it came", "end", "ink")
    yield label(_LEFT + _SIDE + 12, _y(1) + 4, "came more often than expected")
    yield label(_LEFT + _SIDE + 12, _y(0) + 4, "came less often than expected")


def _mark(place: Place, look: Look) -> Iterable[str]:
    x = _x(place.belief)
    low, high = map(_y, place.interval)
    yield rule("slope", x, low, x, high, ' stroke-width="1.5"')
    yield dot("point", x, _y(place.came), 5)
    if look.numbers:
        yield label(x + 8, _y(place.came) - 7, f"n {place.n}", kind="ink")


def told(forecasts: Sequence[Forecast], look: Look) -> str:
    """The diagram in sentences."""
    known = [one for one in forecasts if one[2] is not None]
    partly = len(forecasts) - len(known)
    window = window_of(day for day, _, _ in known)
    if window is None:
        return REASONS["no_data"]
    if len(known) < AT_LEAST:
        return REASONS["insufficient_outcomes"]
    expected, came = fmean(p for _, p, _ in known), fmean(o or 0 for _, _, o in known)
    said = [
        f"Known outcomes {days_text(window)}: {len(known)}.",
        f"Expected on average {percent(expected)}, came {percent(came)}.",
        _bias(expected - came),
    ]
    if partly:
        said.append(f"{partly} that came partly are left out.")
    return heard(said, look)


def _bias(bias: float) -> str:
    if abs(bias) < 0.05:
        return "Things came about as often as expected."
    often = "less" if bias > 0 else "more"
    return f"Things came {often} often than expected."


def reliability_table(
    forecasts: Sequence[Forecast], look: Look, title: str = TITLE
) -> str:
    """The same places as a table: belief, share, interval, n."""
    found = places(forecasts)
    if not look.numbers:
        rows: list[tuple[str, ...]] = [
            (_bias(place.belief - place.came),) for place in found
        ]
        return table(title, told(forecasts, look), ("What came",), rows)
    heads = ("Seemed likely", "Came", "95 % interval", "n")
    rows = [
        (
            percent(place.belief),
            percent(place.came),
            " to ".join(map(percent, place.interval)),
            str(place.n),
        )
        for place in found
    ]
    return table(title, told(forecasts, look), heads, rows)


def series_reliability_chart(series: Series, look: Look) -> str:
    """Draw the diagram of one series."""
    return reliability_chart(forecasts_of([series]), look, series.measure.title)


def series_reliability_table(
    series: Series, look: Look, _most: int | None = None
) -> str:
    """Tell the diagram of one series; it is never long."""
    return reliability_table(forecasts_of([series]), look, series.measure.title)
