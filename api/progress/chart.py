"""One series as an inline SVG line chart and as its table twin.

Made on the server, without script or outside reference; readable in light, dark and
on paper. Points first, then the slope; gaps stay gaps, and nothing is filled in.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median

from api.progress.chart_axes import axes, days_text, number_ticks, setback_marks
from api.progress.chart_scale import (
    LEFT,
    TOP,
    Frame,
    frame_of,
    number_text,
    plot_height,
    plot_width,
)
from api.progress.chart_style import (
    Cell,
    Look,
    dot,
    empty,
    heard,
    paint,
    picture,
    rule,
    table,
    words,
)
from api.progress.hiding import quiet
from api.progress.series import Point, Series
from api.progress.trend import Trend, day_medians

CAPTIONS = {
    "distress_change": "After minus before: below 0 is less upset at the end.",
    "belief_change": "After minus before, in points of 100.",
    "resource_gain": "After minus before: above 0 is more support felt.",
    "scale_change": "After minus before.",
    "breath": "Breaths a minute.",
    "dose": "Seconds.",
    "delay": "Minutes.",
    "completeness": "1 is all of it filled in.",
    "expectancy": "How much the belief let go, in points of 100.",
    "alternatives": "How many ways to read it.",
}
"""What the drawn number is, formula by formula (reference §2.3)."""


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What is drawn: points with heights, level names, and where lines may not go."""

    points: Sequence[tuple[int, Point, float]]
    levels: tuple[str, ...]
    breaks: tuple[int, ...] | None


def _drawing(series: Series) -> _Drawing:
    if series.levels or any(point.value is not None for point in series.points):
        drawn = [
            (at, point, point.value)
            for at, point in enumerate(series.points)
            if point.value is not None
        ]
        breaks = None if series.levels else series.breaks
        return _Drawing(drawn, series.levels, breaks)
    codes = [point.code for point in series.points if point.code is not None]
    levels = tuple(dict.fromkeys(codes))
    coded = [
        (at, point, float(levels.index(point.code)))
        for at, point in enumerate(series.points)
        if point.code is not None
    ]
    return _Drawing(coded, levels, None)


def describe(series: Series) -> str:
    """The chart in sentences, for people who hear it."""
    drawing = _drawing(series)
    if series.points and not drawing.points:
        return f"{len(series.points)} runs; what they hold is in the table."
    if not drawing.points or series.window is None:
        return "There are no points yet."
    count = len(drawing.points)
    points = "1 point" if count == 1 else f"{count} points"
    said = [f"{points} {days_text(series.window)}.", *_captions(series)]
    if drawing.levels:
        said.append(f"What was chosen: {', '.join(map(words, drawing.levels))}.")
    else:
        values = [value for _, _, value in drawing.points]
        low, high = number_text(min(values)), number_text(max(values))
        said.append(f"Lowest {low}, highest {high}.")
    if series.gaps:
        said.append("The line is interrupted where there was a longer pause.")
    return " ".join([*said, *trend_sentences(series.trend)])


def _captions(series: Series) -> list[str]:
    """What a number of this series means, where its title does not say it."""
    caption = CAPTIONS.get(series.measure.formula)
    return [caption] if caption else []


def trend_sentences(trend: Trend | None) -> list[str]:
    """Slope with interval, then words: only what the points allow (§4.5, §4.6)."""
    if trend is None or trend.slope_per_week is None or trend.interval is None:
        return []
    low, high = (number_text(one, 2) for one in trend.interval)
    slope = number_text(trend.slope_per_week, 2)
    if trend.provisional:
        return [f"First impression only: {slope} a week over {trend.n} days."]
    said = [f"Slope {slope} a week, 95 % interval {low} to {high}, {trend.n} days."]
    return [*said, f"{trend.word.capitalize()}."] if trend.word else said


def line_chart(series: Series, look: Look) -> str:
    """Draw a series over time.

    Returns a complete SVG document without an XML declaration, fit for inlining.
    Ordinal series get named rows and no line; series without a plan get no line.
    """
    drawing = _drawing(series)
    title, said = series.measure.title, told(series, look)
    if not drawing.points:
        return empty(title, told(series, look), look)
    captions = _captions(series) if look.numbers else quiet(_captions(series))
    return picture(title, said, _body(series, drawing, look), look, captions=captions)


def told(series: Series, look: Look) -> str:
    """The chart in sentences, as far as its reader wants numbers."""
    if look.numbers:
        return describe(series)
    if series.window is None:
        return "There are no points yet."
    word = series.trend.word if series.trend else None
    said = [f"Noted {days_text(series.window)}.", *_captions(series)]
    return heard([*said, f"{word.capitalize()}."] if word else said, look)


def _body(series: Series, drawing: _Drawing, look: Look) -> str:
    days = [point.day for _, point, _ in drawing.points]
    values = [value for _, _, value in drawing.points]
    if drawing.levels:
        rows = len(drawing.levels)
        frame = Frame(min(days), max(days), -0.5, rows - 0.5)
        ticks = [(float(at), words(one)) for at, one in enumerate(drawing.levels)]
    else:
        frame = frame_of(days, values)
        ticks = list(number_ticks(values, frame, look))
    inner = [*_slope(series, frame), *_lines(drawing, frame)]
    return (
        "".join(axes(frame, ticks, zero=not drawing.levels))
        + "".join(setback_marks(frame, look))
        # An inner <svg> clips the slope to the plot without needing a reference.
        + f'<svg x="{LEFT}" y="{TOP}" width="{plot_width()}" '
        f'height="{plot_height()}" overflow="hidden">{"".join(inner)}</svg>'
        + f'<g transform="translate({LEFT} {TOP})">'
        # Points at the same place are one mark: a picture has no need of more.
        + "".join(dict.fromkeys(_dots(drawing, frame)))
        + "</g>"
    )


def _slope(series: Series, frame: Frame) -> Iterable[str]:
    """The Theil-Sen line, dashed while provisional; its band from five days on."""
    trend = series.trend
    if trend is None or trend.slope_per_week is None or trend.window is None:
        return
    followed = day_medians(
        (point.day, point.value)
        for point in series.points
        if point.value is not None and not point.stopped
    )
    middle = median((day - frame.first).days for day, _ in followed)
    centre = median(value for _, value in followed)
    ends = [(day - frame.first).days for day in trend.window]

    def height(day: float, per_week: float) -> float:
        return frame.y(centre + per_week / 7 * (day - middle))

    if trend.interval is not None and not trend.provisional:
        yield _band(frame, ends, middle, height, trend.interval)
    dash = ' stroke-dasharray="6 5"' if trend.provisional else ""
    (x1, y1), (x2, y2) = (
        (frame.x(day), height(day, trend.slope_per_week)) for day in ends
    )
    yield rule("slope", x1, y1, x2, y2, f' stroke-width="2"{dash}')


def _band(
    frame: Frame,
    ends: Sequence[int],
    middle: float,
    height: Callable[[float, float], float],
    interval: tuple[float, float],
) -> str:
    low, high = interval
    first, last = ends
    corners = [
        (first, low),
        (middle, low),
        (last, high),
        (last, low),
        (middle, high),
        (first, high),
    ]
    points = " ".join(f"{frame.x(day)},{height(day, by)}" for day, by in corners)
    return f'<polygon {paint("band")} points="{points}"/>'


def _lines(drawing: _Drawing, frame: Frame) -> Iterable[str]:
    if drawing.breaks is None:
        return
    pieces: list[list[str]] = [[]]
    breaks = list(drawing.breaks)
    for at, point, value in drawing.points:
        if point.stopped:
            continue
        if breaks and at >= breaks[0]:
            breaks = [one for one in breaks if one > at]
            pieces.append([])
        pieces[-1].append(f"{frame.x_of(point.day)},{frame.y(value)}")
    for piece in pieces:
        if len(piece) > 1:
            yield (
                f'<polyline {paint("line")} points="{" ".join(piece)}" fill="none" '
                'stroke-width="1.5"/>'
            )


def _dots(drawing: _Drawing, frame: Frame) -> Iterable[str]:
    for _, point, value in drawing.points:
        kind = "point stopped" if point.stopped else "point"
        yield dot(kind, frame.x_of(point.day), frame.y(value))


def table_twin(series: Series, look: Look, most: int | None = None) -> str:
    """The same points as an HTML table; at most the newest `most` of them."""
    first = 0 if most is None else max(0, len(series.points) - most)
    said = told(series, look)
    if first:
        said = f"{said} {heard_newest(most or 0, len(series.points), look)}"
    rows = [_row(at, series, look) for at in range(first, len(series.points))]
    return table(series.measure.title, said, ("Day", "Value", "Note"), rows)


def heard_newest(shown: int, of: int, look: Look) -> str:
    """How much of a long table is left away."""
    if look.numbers:
        return f"The newest {shown} of {of} are listed."
    return "Only the newest are listed."


def _row(at: int, series: Series, look: Look) -> tuple[Cell, ...]:
    point, notes = series.points[at], []
    if series.breaks and at in series.breaks:
        notes.append("after a longer pause")
    if point.stopped:
        notes.append("ended by choice")
    return point.day, _value(point, series, look), ", ".join(notes)


def _value(point: Point, series: Series, look: Look) -> str:
    if not look.numbers:
        return words(point.code) if point.code else "noted"
    if point.code is not None and (series.levels or point.value is None):
        return words(point.code)
    if point.value is None:
        return ", ".join(_part(name, one) for name, one in point.parts.items())
    text = number_text(point.value, 2)
    return f"{text} ({words(point.code)})" if point.code else text


def _part(name: str, value: object) -> str:
    if isinstance(value, list):
        return ", ".join(words(str(one)) for one in value)
    if isinstance(value, int | float):
        value = number_text(value, 2)
    return f"{words(name)} {value}"
