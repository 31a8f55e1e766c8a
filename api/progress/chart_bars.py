"""Shares with their interval, and codes with their counts, as level bars.

A share that may not be told is not drawn: the picture says why and shows the counts.
More or fewer choices is neither good nor bad, so the bars have one colour and no order
but frequency.
"""

from collections.abc import Mapping, Sequence

from api.progress.chart_axes import days_text
from api.progress.chart_scale import WIDTH, number_text
from api.progress.chart_style import (
    Look,
    block,
    dot,
    empty,
    fitting,
    heard,
    label,
    picture,
    rule,
    table,
    words,
)
from api.progress.figures import Figure
from api.progress.reasons import REASONS
from api.progress.series import Series

MOST_BARS = 24
_LEFT, _RIGHT, _ROW, _TOP = 220, 76, 28, 72
_SHARES = ("share", "reach_rate")
_WIDE = WIDTH - _LEFT - _RIGHT


def share_of(series: Series) -> Figure | None:
    """The ratio of a series, where its formula has one."""
    return next(
        (series.figures[name] for name in _SHARES if name in series.figures), None
    )


def percent(value: float) -> str:
    """A share as people say it."""
    return f"{number_text(100 * value, 0)} %"


def share_text(figure: Figure) -> str:
    """A share with its interval and n, or why there is none."""
    if figure.value is None:
        return REASONS.get(figure.reason or "", REASONS["no_data"])
    said = f"{percent(figure.value)} of {figure.n}"
    if figure.interval:
        low, high = map(percent, figure.interval)
        said += f", 95 % interval {low} to {high}"
    return f"{said}."


def ratio_chart(series: Series, look: Look) -> str:
    """Draw a share with Wilson's interval above the counts it is made of."""
    figure, title = share_of(series), series.measure.title
    if figure is None or not series.points:
        return empty(title, "There are no points yet.", look)
    body = [_share(figure)]
    if figure.value is None:
        body = [label(_LEFT, _TOP + 22, share_text(figure))]
    bars = list(series.counts.items())[:MOST_BARS]
    body.append(_bars(bars, look, _TOP + 76))
    captions = [share_text(figure)] if look.numbers and figure.value is not None else []
    return picture(
        title,
        told(series, look),
        "".join(body),
        look,
        captions=captions,
        height=_TOP + 92 + _ROW * len(bars),
    )


def _share(figure: Figure) -> str:
    """A line from none to all, the interval as a bar on it, the share as a point."""
    y: float = _TOP + 20
    made = [
        rule("grid", _LEFT, y, _LEFT + _WIDE, y),
        label(_LEFT, y + 28, "none"),
        label(_LEFT + _WIDE, y + 28, "all", "end"),
        label(_LEFT - 12, y + 4, "share, with interval", "end"),
    ]
    for x in (_LEFT, _LEFT + _WIDE):
        made.append(rule("zero", x, y - 8, x, y + 8))
    if figure.interval:
        low, high = (round(_LEFT + _WIDE * one, 1) for one in figure.interval)
        made.append(rule("slope", low, y, high, y, ' stroke-width="3"'))
        for end in (low, high):
            made.append(rule("slope", end, y - 6, end, y + 6, ' stroke-width="2"'))
    made.append(dot("point", round(_LEFT + _WIDE * (figure.value or 0), 1), y, 5))
    return "".join(made)


def counts_chart(series: Series, look: Look) -> str:
    """Draw how often each code came."""
    bars, title = list(series.counts.items())[:MOST_BARS], series.measure.title
    if not bars:
        return empty(title, "There is nothing to count yet.", look)
    return picture(
        title,
        told(series, look),
        _bars(bars, look, _TOP),
        look,
        captions=["How often each was named."],
        height=_TOP + 20 + _ROW * len(bars),
    )


def _bars(bars: Sequence[tuple[str, int]], look: Look, top: float) -> str:
    most = max((count for _, count in bars), default=1)
    made = []
    for at, (code, count) in enumerate(bars):
        y = top + _ROW * at
        wide = round(_WIDE * count / max(most, 1), 1)
        made.append(label(_LEFT - 12, y + 13, fitting(words(code), 30), "end", "ink"))
        made.append(block("fa", _LEFT, y, wide, 18))
        if look.numbers:
            made.append(label(_LEFT + wide + 8, y + 13, str(count)))
    return "".join(made)


def told(series: Series, look: Look) -> str:
    """Share and counts in sentences."""
    if series.window is None:
        return "There are no points yet."
    said = [f"Noted {days_text(series.window)}."]
    if figure := share_of(series):
        said.append(share_text(figure))
    if series.counts and look.numbers:
        counted = ", ".join(f"{words(one)} {n}" for one, n in series.counts.items())
        said.append(f"In all: {counted}.")
    elif series.counts:
        said.append(f"Named: {', '.join(map(words, series.counts))}.")
    return heard(said, look)


def bars_table(series: Series, look: Look, most: int | None = None) -> str:
    """Share and counts as a table."""
    counts: Mapping[str, int] = dict(list(series.counts.items())[:most])
    if not look.numbers:
        rows = [(words(code), "noted") for code in counts]
        return table(series.measure.title, told(series, look), ("What", "Note"), rows)
    rows = [(words(code), str(count)) for code, count in counts.items()]
    figure = share_of(series)
    if figure is not None:
        rows.insert(0, ("share", share_text(figure)))
    return table(series.measure.title, told(series, look), ("What", "How often"), rows)
