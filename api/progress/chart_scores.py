"""Scores of one questionnaire on its whole scale, with the published lines of its bands.

The source of the lines is named with its id, because published thresholds disagree. The
scale is never cut to make a change look larger, and no band is a verdict on anybody.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from api.instruments.definitions import library
from api.instruments.shape import BandSet, Instrument
from api.progress.chart_axes import axes, days_text, setback_marks
from api.progress.chart_scale import (
    LEFT,
    TOP,
    Frame,
    number_text,
    plot_width,
    value_ticks,
)
from api.progress.chart_style import (
    Cell,
    Look,
    dot,
    empty,
    fitting,
    heard,
    label,
    picture,
    rule,
    table,
)
from api.progress.series import Point, Series

FORMULA = "instrument_score"
_APART = 13
"""Band names nearer than this many pixels to each other would cover one another."""


def instrument_of(series: Series) -> Instrument | None:
    """The instrument whose scores these are, as its readings name it."""
    ids = (str(point.parts.get("instrument")) for point in reversed(series.points))
    return next((library()[one] for one in ids if one in library()), None)


def band_set_of(instrument: Instrument | None) -> BandSet | None:
    """The band set whose lines are drawn: the first of the definition."""
    return instrument.band_sets[0] if instrument and instrument.band_sets else None


def scores_chart(series: Series, look: Look) -> str:
    """Draw scores over time between the ends of the scale."""
    drawn = [(point, point.value) for point in series.points if point.value is not None]
    title = series.measure.title
    if not drawn:
        return empty(title, told(series, look), look)
    days = [point.day for point, _ in drawn]
    values = [value for _, value in drawn]
    least, most = _ends(series, values)
    frame = Frame(min(days), max(days), least, most)
    bands = band_set_of(instrument_of(series))
    ticks = [
        (tick, number_text(tick) if look.numbers else "")
        for tick in value_ticks(least, most)
        if least <= tick <= most
    ]
    marks = "".join(
        dict.fromkeys(
            dot(
                "point stopped" if point.stopped else "point",
                LEFT + frame.x_of(point.day),
                TOP + frame.y(value),
            )
            for point, value in drawn
        )
    )
    body = [
        *axes(frame, ticks),
        *_lines(bands, frame, look),
        *setback_marks(frame, look),
    ]
    captions = [_source(bands)] if bands else []
    return picture(
        title, told(series, look), "".join(body) + marks, look, captions=captions
    )


def _ends(series: Series, values: list[float]) -> tuple[float, float]:
    """The ends of the scale as the readings give them; never inside the points."""
    last: Mapping[str, Any] = series.points[-1].parts
    least = min(last.get("least") or 0, *values)
    most = max(last.get("most") or 0, *values)
    return (least, most) if most > least else (least, least + 1)


def _source(bands: BandSet) -> str:
    return f"Lines: {bands.id} ({bands.source})."


def _lines(bands: BandSet | None, frame: Frame, look: Look) -> Iterable[str]:
    """A dashed line where a band begins, its name above the line at the right end."""
    if bands is None:
        return
    above = None
    for band in bands.bands:
        edge = band.at_least if band.at_least is not None else band.above
        at = frame.low if edge is None else edge
        y = round(TOP + frame.y(at), 1)
        if edge is not None:
            yield rule(
                "cut", LEFT, y, LEFT + plot_width(), y, ' stroke-dasharray="2 4"'
            )
        if above is None or above - y >= _APART:
            yield label(
                LEFT + plot_width() - 4, y - 4, fitting(band.label, 40), "end", "soft"
            )
            above = y


def told(series: Series, look: Look) -> str:
    """The scores in sentences."""
    if series.window is None:
        return "There are no points yet."
    said = [f"Filled in {days_text(series.window)}."]
    values = [point.value for point in series.points if point.value is not None]
    if not values:
        return heard([*said, "No score could be told."], look)
    said.append(f"Newest score {number_text(values[-1])}, {len(values)} in all.")
    if bands := band_set_of(instrument_of(series)):
        said.append(_source(bands))
    return heard(said, look)


def scores_table(series: Series, look: Look, most: int | None = None) -> str:
    """The same scores as a table, with the band of each and its set."""
    instrument = instrument_of(series)
    labels = {
        (each.id, band.code): band.label
        for each in (instrument.band_sets if instrument else ())
        for band in each.bands
    }
    points = series.points if most is None else series.points[-most:]
    rows = (_row(point, labels, look) for point in points)
    heads = ("Day", "Score", "Band", "Note")
    return table(series.measure.title, told(series, look), heads, rows)


def _row(
    point: Point, labels: Mapping[tuple[str, str], str], look: Look
) -> tuple[Cell, ...]:
    bands: Mapping[str, str] = point.parts.get("bands") or {}
    named = "; ".join(
        f"{labels.get((name, code), code)} ({name})" for name, code in bands.items()
    )
    notes = [
        "some answers missing, mean used" if point.parts.get("prorated") else "",
        "no score: answers missing" if point.value is None else "",
        "ended by choice" if point.stopped else "",
    ]
    score = "" if point.value is None else number_text(point.value)
    shown = score if look.numbers else "noted"
    return point.day, shown, named, ", ".join(filter(None, notes))
