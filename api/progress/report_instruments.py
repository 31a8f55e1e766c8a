"""What questionnaires say of a change: by every parameter set, each named.

Published thresholds disagree, so there is never one answer without its source. A change
within the noise is said to be just that, and is a normal result. Source: reference §3.3.
"""

from collections.abc import Sequence

from api.instruments.change import DISPLAY, Change, ChangeClass
from api.progress.chart_scale import day_text, number_text
from api.progress.chart_style import table, words
from api.progress.outcomes import Outcome
from api.progress.views import Reader

_WAYS = {1: "more than noise, for the better", -1: "more than noise, for the worse"}
_CROSSED = {1: "now on the everyday side of the cut", -1: "now past the cut"}


def change_table(outcome: Outcome, reader: Reader, *, numbers: bool) -> str:
    """Tell the change since the baseline, a row a parameter set; empty without one."""
    known = [one for one in outcome.changes if one.reliable is not None]
    if outcome.reason is not None or not known:
        return ""
    title = f"{outcome.instrument.title}: change since the beginning"
    if not numbers:
        rows: list[Sequence[str]] = [(one.parameter_set, _said(one)) for one in known]
        return table(title, "", ("Parameter set", "What it says"), rows)
    rows = [
        (
            one.parameter_set,
            number_text(one.points or 0),
            _threshold(one),
            _said(one) + (_class(one) if reader == "therapist" else ""),
        )
        for one in known
    ]
    heads = ("Parameter set", "Points", "More than noise from", "What it says")
    return table(title, _baseline(outcome), heads, rows)


def _baseline(outcome: Outcome) -> str:
    start = outcome.baseline
    if start.value is None or start.at is None:
        return ""
    how = words(start.method or "")
    return (
        f"Beginning: {number_text(start.value)}, {day_text(start.at.date())} "
        f"({how}, n {start.n})."
    )


def _threshold(change: Change) -> str:
    if change.threshold is None:
        return ""
    return f"{'over ' if change.strict else ''}{number_text(change.threshold, 2)}"


def _said(change: Change) -> str:
    """Say it in words that claim no more than the sums do."""
    said = _WAYS.get(change.reliable or 0, DISPLAY[ChangeClass.UNCHANGED])
    crossed = _CROSSED.get(change.crossed or 0)
    return f"{said}; {crossed}" if crossed else said


def _class(change: Change) -> str:
    if change.change_class is None or change.change_class in DISPLAY:
        return ""
    return f" (class: {change.change_class})"
