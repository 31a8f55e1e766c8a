"""Which pictures fit which formula, and how each is drawn and told.

The first kind that fits is the usual one. A kind that does not fit is refused, never
bent: states get no line with a mean, counts no trend.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import NamedTuple

from api.progress.chart import line_chart, table_twin
from api.progress.chart_bars import bars_table, counts_chart, ratio_chart
from api.progress.chart_pairs import pairs_chart, pairs_table
from api.progress.chart_reliability import (
    series_reliability_chart,
    series_reliability_table,
)
from api.progress.chart_scores import scores_chart, scores_table
from api.progress.chart_states import (
    shifts_chart,
    shifts_table,
    states_chart,
    states_table,
)
from api.progress.chart_style import Look
from api.progress.ratios import RULES
from api.progress.series import Series


class Kind(StrEnum):
    """How a series is drawn."""

    LINE = "line"
    PAIRS = "pairs"
    STATES = "states"
    SHIFTS = "shifts"
    RATIO = "ratio"
    COUNTS = "counts"
    RELIABILITY = "reliability"
    SCORES = "scores"


class Drawer(NamedTuple):
    """Both faces of a kind: the picture, and the table with the same numbers."""

    picture: Callable[[Series, Look], str]
    table: Callable[[Series, Look, int | None], str]


DRAWERS: Mapping[Kind, Drawer] = {
    Kind.LINE: Drawer(line_chart, table_twin),
    Kind.PAIRS: Drawer(pairs_chart, pairs_table),
    Kind.STATES: Drawer(states_chart, states_table),
    Kind.SHIFTS: Drawer(shifts_chart, shifts_table),
    Kind.RATIO: Drawer(ratio_chart, bars_table),
    Kind.COUNTS: Drawer(counts_chart, bars_table),
    Kind.RELIABILITY: Drawer(series_reliability_chart, series_reliability_table),
    Kind.SCORES: Drawer(scores_chart, scores_table),
}

_FITTING: Mapping[str, tuple[Kind, ...]] = {
    "distress_change": (Kind.LINE, Kind.PAIRS),
    "scale_change": (Kind.LINE, Kind.PAIRS),
    "belief_change": (Kind.LINE, Kind.PAIRS),
    "resource_gain": (Kind.LINE, Kind.PAIRS, Kind.RATIO, Kind.COUNTS),
    "expectancy": (Kind.LINE, Kind.PAIRS, Kind.COUNTS),
    "state_shift": (Kind.STATES, Kind.SHIFTS, Kind.LINE),
    "calibration": (Kind.RELIABILITY, Kind.LINE, Kind.COUNTS),
    "choice_count": (Kind.COUNTS, Kind.LINE),
    "code_mix": (Kind.COUNTS,),
    "value_by_code": (Kind.LINE, Kind.COUNTS),
    "review_date": (Kind.COUNTS,),
    "discernment": (Kind.COUNTS, Kind.LINE),
    "values_met": (Kind.RATIO, Kind.LINE),
    "recovery": (Kind.LINE, Kind.COUNTS),
    "instrument_score": (Kind.SCORES, Kind.LINE),
    **dict.fromkeys(RULES, (Kind.RATIO, Kind.COUNTS, Kind.LINE)),
}


def fitting_kinds(formula: str) -> tuple[Kind, ...]:
    """The kinds that fit a formula, the usual one first."""
    return _FITTING.get(formula, (Kind.LINE,))


def drawer(series: Series, kind: Kind | None = None) -> Drawer:
    """How a series is drawn; raises ValueError for a kind that does not fit."""
    kinds = fitting_kinds(series.measure.formula)
    if kind is not None and kind not in kinds:
        msg = "this kind of chart does not fit this series"
        raise ValueError(msg)
    return DRAWERS[kind or kinds[0]]
