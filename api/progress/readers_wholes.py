"""Readers of the formulas that read a run as a whole: maps, lines and plans.

A newer map or line takes the place of the one before, so the newest is told, never a
sum over them. Source: reference §2.2, the entry of each formula.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from api.progress.figures import Figure, absent, median_figure, window_of
from api.progress.series import Point, Read, Reader, Run, Setting, code_counts

NEWEST = "newest run"
CHANGE = "newest mean - first mean"
DUE = "dates past, with no newer plan since"


def _dicts(items: Sequence[Run], *keys: str) -> list[Run]:
    wanted = frozenset(keys)
    return [
        item
        for item in items
        if isinstance(item.reading, dict) and wanted <= item.reading.keys()
    ]


def _newest(points: Sequence[Point], key: str | None = None) -> Figure:
    """What the newest run says, of which there is one."""
    if not points:
        return absent(0, None, NEWEST, "no_data")
    point = points[-1]
    value = point.value if key is None else point.parts[key]
    if value is None:
        return absent(0, None, NEWEST, "no_data")
    return Figure(float(value), 1, (point.day, point.day), NEWEST)


def _by_code(items: Sequence[Run], _: Setting) -> Read:
    """A median for each thing that was chosen. Source: reference §2.2 E03."""
    points = [
        item.point(item.reading["value"], item.reading["code"])
        for item in _dicts(items, "value", "code")
    ]
    counts = code_counts(str(point.code) for point in points)
    figures = {}
    for code in counts:
        own = [p for p in points if p.code == code]
        values = [p.value for p in own if p.value is not None]
        figures[f"median_{code}"] = median_figure(values, window_of(p.day for p in own))
    return Read(points, figures, counts, trended=False)


def _cycles(items: Sequence[Run], _: Setting) -> Read:
    """Turns of the newest line; each line tells the whole story anew. §2.2 E39."""
    points = [
        item.point(item.reading)
        for item in items
        if isinstance(item.reading, int) and not isinstance(item.reading, bool)
    ]
    return Read(points, {"newest": _newest(points)}, trended=False)


def _coverage(items: Sequence[Run], _: Setting) -> Read:
    """Kinds on the newest map, and its size. Source: reference §2.2 E47."""
    points = [
        item.point(item.reading["different"], count=item.reading["count"])
        for item in _dicts(items, "count", "different")
    ]
    figures = {
        "newest_kinds": _newest(points),
        "newest_size": _newest(points, "count"),
    }
    return Read(points, figures, trended=False)


def _means(items: Sequence[Run], _: Setting) -> Read:
    """How far the mean moved from the first map to the newest. §2.2 E21."""
    points = [
        item.point(item.reading["mean"], count=item.reading["count"])
        for item in _dicts(items, "mean", "count")
    ]
    n, window = len(points), window_of(point.day for point in points)
    first, last = (points[0].value, points[-1].value) if points else (None, None)
    if first is None or last is None:
        change = absent(0, None, CHANGE, "no_data")
    elif n == 1:
        change = absent(n, window, CHANGE, "insufficient_runs")
    else:
        change = Figure(last - first, n, window, CHANGE)
    return Read(points, {"mean_change": change}, trended=False)


def _reviews(items: Sequence[Run], setting: Setting) -> Read:
    """How many plans wait to be looked at again; n is the plans with a day.

    For therapists only: see `runs.FOR_THERAPISTS`. Source: reference §2.2 E34.
    """
    known = _dicts(items, "at")
    newest = max((item.at for item in known if not item.stopped), default=None)
    points, waiting = [], 0
    for item in known:
        named = item.reading["at"]
        if named is None:
            points.append(item.point(code="no_date"))
            continue
        day = datetime.fromtimestamp(named, UTC)
        code = "later" if day > setting.as_of else "due"
        if newest is not None and newest > item.at and newest >= day:
            code = "looked_at"
        waiting += code == "due"
        points.append(item.point(code=code, review_at=day))
    dated = [point for point in points if point.code != "no_date"]
    due = absent(0, None, DUE, "no_data")
    if dated:
        due = Figure(float(waiting), len(dated), window_of(p.day for p in dated), DUE)
    counts = code_counts(str(point.code) for point in points)
    return Read(points, {"review_due": due}, counts, trended=False)


WHOLES: Mapping[str, Reader] = {
    "value_by_code": _by_code,
    "cycle_count": _cycles,
    "coverage": _coverage,
    "round_mean": _means,
    "review_date": _reviews,
}
