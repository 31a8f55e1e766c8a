"""One series as an inline SVG line chart and as its table twin.

Made on the server, without script or outside reference; readable in light, dark and
on paper. Points first, then the slope; gaps stay gaps, and nothing is filled in.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from html import escape
from statistics import median

from api.progress.chart_scale import (
    BOTTOM,
    HEIGHT,
    LEFT,
    TOP,
    WIDTH,
    Frame,
    day_text,
    day_ticks,
    frame_of,
    number_text,
    plot_height,
    plot_width,
    span_of,
    value_ticks,
)
from api.progress.series import Point, Series
from api.progress.trend import Trend, day_medians

STYLE = (
    ".ground{fill:#fff}.ink{fill:#1f2430}.soft{fill:#5a6170}.grid{stroke:#dcdfe6}"
    ".zero{stroke:#9aa1b0}.line{stroke:#7c8aa5}.point{fill:#2b5c9e;stroke:#2b5c9e}"
    ".stopped{fill:#fff}.slope{stroke:#8a5a00}.band{fill:#e8b44c;fill-opacity:.25}"
    "@media (prefers-color-scheme:dark){.ground{fill:#15181f}.ink{fill:#eceff5}"
    ".soft{fill:#b3bac8}.grid{stroke:#333a48}.zero{stroke:#6d7688}"
    ".line{stroke:#8fa0bf}.point{fill:#8ab8f5;stroke:#8ab8f5}.stopped{fill:#15181f}"
    ".slope{stroke:#f0c060}.band{fill:#f0c060;fill-opacity:.18}}"
    "@media print{.ground{fill:#fff}.ink,.soft{fill:#000}.grid{stroke:#ccc}"
    ".point{fill:#000;stroke:#000}.stopped{fill:#fff}.line,.slope{stroke:#444}}"
)
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
_DIGEST = b64encode(sha256(STYLE.encode()).digest()).decode()
CONTENT_SECURITY_POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'"


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


def words(text: str) -> str:
    """A code in plain words."""
    return text.replace("_", " ")


def describe(series: Series) -> str:
    """The chart in sentences, for people who hear it."""
    drawing = _drawing(series)
    if series.points and not drawing.points:
        return f"{len(series.points)} runs; what they hold is in the table."
    if not drawing.points or series.window is None:
        return "There are no points yet."
    count = len(drawing.points)
    points = "1 point" if count == 1 else f"{count} points"
    said = [f"{points} {_days(series.window)}.", *_captions(series)]
    if drawing.levels:
        said.append(f"What was chosen: {', '.join(map(words, drawing.levels))}.")
    else:
        values = [value for _, _, value in drawing.points]
        low, high = number_text(min(values)), number_text(max(values))
        said.append(f"Lowest {low}, highest {high}.")
    if series.gaps:
        said.append("The line is interrupted where there was a longer pause.")
    return " ".join([*said, *trend_sentences(series.trend)])


def _days(window: tuple[date, date]) -> str:
    first, last = map(day_text, window)
    return f"on {first}" if first == last else f"from {first} to {last}"


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


def line_chart(series: Series, name: str) -> str:
    """Draw a series; `name` makes the ids unique where charts share a page.

    Returns a complete SVG document without an XML declaration, fit for inlining.
    Ordinal series get named rows and no line; series without a plan get no line.
    """
    drawing = _drawing(series)
    key = escape("".join(one if one.isalnum() else "-" for one in name), quote=True)
    title = escape(series.measure.title)
    body = _body(series, drawing) if drawing.points else _empty(describe(series))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'width="{WIDTH}" height="{HEIGHT}" role="img" '
        f'aria-labelledby="title-{key} desc-{key}" '
        'font-family="system-ui, sans-serif" font-size="12">'
        f'<title id="title-{key}">{title}</title>'
        f'<desc id="desc-{key}">{escape(describe(series))}</desc>'
        f"<style>{STYLE}</style>"
        f'<rect class="ground" width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
        f'<text class="ink" x="{LEFT}" y="26" font-size="15">{title}</text>'
        f"{_caption(series)}{body}</svg>"
    )


def _caption(series: Series) -> str:
    return "".join(
        f'<text class="soft" x="{LEFT}" y="45" fill="#5a6170">{escape(one)}</text>'
        for one in _captions(series)
    )


def _empty(said: str) -> str:
    return (
        f'<text class="soft" x="{WIDTH / 2}" y="{HEIGHT / 2}" text-anchor="middle">'
        f"{escape(said)}</text>"
    )


def _body(series: Series, drawing: _Drawing) -> str:
    days = [point.day for _, point, _ in drawing.points]
    values = [value for _, _, value in drawing.points]
    if drawing.levels:
        rows = len(drawing.levels)
        frame = Frame(min(days), max(days), -0.5, rows - 0.5)
        ticks = [(float(at), words(one)) for at, one in enumerate(drawing.levels)]
    else:
        frame = frame_of(days, values)
        digits = 2 if frame.high - frame.low < 2 else 1
        ticks = [
            (tick, number_text(tick, digits)) for tick in value_ticks(*span_of(values))
        ]
    inner = [*_slope(series, frame), *_lines(drawing, frame)]
    return (
        "".join(_axes(frame, ticks))
        # An inner <svg> clips the slope to the plot without needing a reference.
        + f'<svg x="{LEFT}" y="{TOP}" width="{plot_width()}" '
        f'height="{plot_height()}" overflow="hidden">{"".join(inner)}</svg>'
        + f'<g transform="translate({LEFT} {TOP})">'
        + "".join(_dots(drawing, frame))
        + "</g>"
    )


def _axes(frame: Frame, ticks: Iterable[tuple[float, str]]) -> Iterable[str]:
    for value, label in ticks:
        y = TOP + frame.y(value)
        kind = "zero" if value == 0 and frame.low < 0 else "grid"
        yield (
            f'<line class="{kind}" x1="{LEFT}" x2="{LEFT + plot_width()}" y1="{y}" '
            f'y2="{y}" stroke="#dcdfe6"/>'
            f'<text class="soft" x="{LEFT - 8}" y="{y + 4}" text-anchor="end" '
            f'fill="#5a6170">{escape(label)}</text>'
        )
    days = day_ticks(frame.first, frame.last)
    for at, day in enumerate(days):
        anchor = _anchor(at, len(days))
        yield (
            f'<text class="soft" x="{LEFT + frame.x_of(day)}" y="{HEIGHT - BOTTOM + 24}"'
            f' text-anchor="{anchor}" fill="#5a6170">'
            f"{day_text(day, year=at in (0, len(days) - 1))}</text>"
        )


def _anchor(at: int, count: int) -> str:
    if count == 1 or 0 < at < count - 1:
        return "middle"
    return "end" if at else "start"


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
    yield (
        f'<line class="slope" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" '
        f'stroke="#8a5a00" stroke-width="2"{dash}/>'
    )


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
    return (
        f'<polygon class="band" points="{points}" fill="#e8b44c" fill-opacity=".25"/>'
    )


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
                f'<polyline class="line" points="{" ".join(piece)}" fill="none" '
                'stroke="#7c8aa5" stroke-width="1.5"/>'
            )


def _dots(drawing: _Drawing, frame: Frame) -> Iterable[str]:
    for _, point, value in drawing.points:
        kind = "point stopped" if point.stopped else "point"
        fill = "#fff" if point.stopped else "#2b5c9e"
        yield (
            f'<circle class="{kind}" cx="{frame.x_of(point.day)}" '
            f'cy="{frame.y(value)}" r="4" fill="{fill}" stroke="#2b5c9e" '
            'stroke-width="1.5"/>'
        )


def table_twin(series: Series) -> str:
    """The same points as an HTML table, everything escaped."""
    rows = "".join(_row(at, point, series) for at, point in enumerate(series.points))
    return (
        f"<table><caption>{escape(series.measure.title)}. "
        f"{escape(describe(series))}</caption>"
        '<thead><tr><th scope="col">Day</th><th scope="col">Value</th>'
        '<th scope="col">Note</th></tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


def _row(at: int, point: Point, series: Series) -> str:
    notes = []
    if series.breaks and at in series.breaks:
        notes.append("after a longer pause")
    if point.stopped:
        notes.append("ended by choice")
    return (
        f'<tr><th scope="row"><time datetime="{point.day.isoformat()}">'
        f"{day_text(point.day)}</time></th><td>{escape(_value(point, series))}</td>"
        f"<td>{escape(', '.join(notes))}</td></tr>"
    )


def _value(point: Point, series: Series) -> str:
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
