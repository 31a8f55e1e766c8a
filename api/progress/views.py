"""How series and figures look on the wire, and what they say in words.

Plain data only, ready to be written as JSON. Therapist and client get the same numbers;
the words differ. Nothing here praises, blames or foretells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

from api.progress.adherence import Adherence, Dose
from api.progress.bands import Band
from api.progress.chart import describe
from api.progress.chart_scale import day_text, number_text
from api.progress.engagement import Engagement
from api.progress.figures import Figure, Window, absent
from api.progress.reasons import REASONS
from api.progress.series import Point, Series
from api.progress.trend import Trend

PARAMETER_SET = "attune.progress.1"
"""Names the minimum counts, the 95 % level and the rules of reference §2.3, §4.3, §4.5."""

Reader = Literal["client", "therapist"]

_CLIENT_WORDS: Mapping[str, str] = {
    "going up": "This has been going up.",
    "going down": "This has been going down.",
    "no change": "This has stayed the same.",
    "no clear direction yet": "There is no clear direction yet. That is common.",
}


_OUTSIDE: Mapping[str, str] = {
    "above": "The newest day is higher than your usual range.",
    "below": "The newest day is lower than your usual range.",
}


def window_view(window: Window | None) -> dict[str, str] | None:
    """First and last local day."""
    if window is None:
        return None
    return {"from": window[0].isoformat(), "to": window[1].isoformat()}


def figure_view(figure: Figure) -> dict[str, Any]:
    """A figure with everything law 7 asks for."""
    return {
        "value": figure.value,
        "n": figure.n,
        "window": window_view(figure.window),
        "method": figure.method,
        "interval": list(figure.interval) if figure.interval else None,
        "reason": figure.reason,
    }


def point_views(points: Sequence[Point]) -> list[dict[str, Any]]:
    """Points as plain data; moments and days stay what they are until written."""
    return [
        {
            "at": at,
            "day": day,
            "value": value,
            "code": code,
            "stopped": stopped,
            "parts": parts or {},
        }
        for at, day, value, code, parts, stopped in points
    ]


def trend_view(trend: Trend) -> dict[str, Any]:
    """A trend, whole; what may not be said is null."""
    return {
        "n": trend.n,
        "points": trend.points,
        "window": window_view(trend.window),
        "method": trend.method,
        "change": trend.change,
        "slope_per_week": trend.slope_per_week,
        "interval": list(trend.interval) if trend.interval else None,
        "tau": trend.tau,
        "p": trend.p,
        "p_method": trend.p_method,
        "provisional": trend.provisional,
        "word": trend.word,
        "reason": trend.reason,
        "method_notes": list(trend.method_notes),
        "band": band_view(trend.band) if trend.band else None,
    }


def band_view(band: Band) -> dict[str, Any]:
    """The usual range of one's own days."""
    return {
        "n": band.n,
        "window": window_view(band.window),
        "method": band.method,
        "middle": band.middle,
        "low": band.low,
        "high": band.high,
        "newest": band.newest,
        "reason": band.reason,
    }


def series_view(
    series: Series,
    *,
    exercise: str,
    exercise_title: str,
    reader: Reader,
) -> dict[str, Any]:
    """One series: points first, then figures, then trend, then words."""
    measure = series.measure
    return {
        "id": f"{exercise}.{measure.id}",
        "exercise": exercise,
        "exercise_title": exercise_title,
        "measure": measure.id,
        "title": measure.title,
        "formula": measure.formula,
        "better": measure.better,
        "side": measure.side,
        "n": series.n,
        "window": window_view(series.window),
        "levels": list(series.levels),
        "points": point_views(series.points),
        "breaks": None if series.breaks is None else list(series.breaks),
        "gaps": series.gaps,
        "sparse": series.sparse,
        "figures": {name: figure_view(one) for name, one in series.figures.items()},
        "counts": dict(series.counts),
        "trend": trend_view(series.trend) if series.trend else None,
        "words": words(series, reader),
        "notes": list(series.notes),
    }


def words(series: Series, reader: Reader) -> list[str]:
    """What the series says, in sentences. Source: reference §4.5, §4.6."""
    if reader == "therapist":
        return [describe(series)]
    if series.window is None:
        return [REASONS["no_data"]]
    first, last = series.window
    days = len({point.day for point in series.points})
    said = [
        f"Noted on {days} {'day' if days == 1 else 'days'}, "
        f"from {day_text(first)} to {day_text(last)}."
    ]
    return said + client_trend(series.trend)


def client_trend(trend: Trend | None) -> list[str]:
    """The trend in client words: no p, no tau, and no direction before its time."""
    if trend is None:
        return []
    if trend.word is None or trend.slope_per_week is None or trend.interval is None:
        return [REASONS["insufficient_points"]] if trend.n else []
    said = [_CLIENT_WORDS[trend.word]]
    outside = _OUTSIDE.get(str(trend.band.newest)) if trend.band else None
    if outside is not None:
        said.append(outside)
    if trend.word in ("going up", "going down"):
        low, high = sorted(abs(one) for one in trend.interval)
        said.append(
            f"By about {number_text(abs(trend.slope_per_week), 2)} a week, somewhere "
            f"between {number_text(low, 2)} and {number_text(high, 2)}."
        )
    return said


def dose_view(dose: Dose) -> dict[str, Any]:
    """How much was done, apart from what was planned."""
    return {
        "minutes": figure_view(dose.minutes),
        "runs": dose.runs,
        "distinct_days": dose.distinct_days,
        "engagement": figure_view(dose.engagement),
    }


def engagement_view(found: Engagement) -> dict[str, Any]:
    """What reviews said, rating by rating."""
    return {
        "reviews": found.reviews,
        "medians": {name: figure_view(one) for name, one in found.medians.items()},
        "obstacles": dict(found.obstacles),
        "next_time": dict(found.next_time),
    }


def adherence_view(found: Adherence) -> dict[str, Any]:
    """Ratios and counts as the therapist reads them."""
    return {
        "parameter_set": PARAMETER_SET,
        **ratios_view(found),
        "choice_rate": figure_view(found.choice_rate),
        "denominator": found.denominator,
        "completed": found.completed,
        "choices_exercised": found.choices_exercised,
        "stops_that_complete": found.stops_that_complete,
        "as_needed": found.as_needed,
    }


def not_shared(found: Adherence) -> Adherence:
    """The same without any ratio, because the client does not share it."""

    def hidden(figure: Figure) -> Figure:
        return absent(0, None, figure.method, "not_shared")

    return replace(
        found,
        strict=hidden(found.strict),
        weighted=hidden(found.weighted),
        choice_rate=hidden(found.choice_rate),
    )


def ratios_view(found: Adherence) -> dict[str, Any]:
    """The two ratios of adherence."""
    return {
        "adherence_strict": figure_view(found.strict),
        "adherence_weighted": figure_view(found.weighted),
    }
