"""One reader per formula: what its readings show together.

The null rules of reference §2.3 live here and in the modules it calls. A reading of
an unknown shape (an older rule wrote it) is left out, never guessed at.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial

from api.progress import ratios
from api.progress.calibration import calibrate
from api.progress.discernment import discern
from api.progress.figures import Figure, absent, median_figure, total_figure, window_of
from api.progress.readers_wholes import WHOLES
from api.progress.recovery import Spell, median_hours, settle_hours
from api.progress.series import (
    Measure,
    Plan,
    Point,
    Read,
    Reader,
    Run,
    Series,
    Setting,
    assemble,
    code_counts,
    rounds_of,
)
from api.progress.tells import told

STATE_LEVELS = ("shut_down", "revved_up", "settled")


def _dicts(items: Sequence[Run], *keys: str) -> list[Run]:
    wanted = frozenset(keys)
    return [
        item
        for item in items
        if isinstance(item.reading, dict) and wanted <= item.reading.keys()
    ]


def _median(points: Sequence[Point], key: str | None = None) -> Figure:
    """Median of the drawn values, or of one part of the points."""
    pairs = [
        (point.day, point.value if key is None else point.parts.get(key))
        for point in points
    ]
    known = [(day, value) for day, value in pairs if value is not None]
    window = window_of(day for day, _ in known)
    return median_figure([value for _, value in known], window)


def _total(points: Sequence[Point], key: str | None = None) -> Figure:
    pairs = [(p.day, p.value if key is None else p.parts.get(key)) for p in points]
    known = [(day, value) for day, value in pairs if value is not None]
    return total_figure([value for _, value in known], window_of(d for d, _ in known))


def _changes(items: Sequence[Run], _: Setting) -> Read:
    return _changed(_dicts(items, "before", "after", "change"))


def _changed(items: Sequence[Run]) -> Read:
    points = [
        item.point(
            item.reading["change"],
            before=item.reading["before"],
            after=item.reading["after"],
        )
        for item in items
    ]
    return Read(points, {"median_change": _median(points)})


def _distress(items: Sequence[Run], _: Setting) -> Read:
    """Median of deltas; 0-10 and 0-100 are never mixed. Source: §2.3 D-SUDS."""
    known = _dicts(items, "before", "after", "change", "max")
    if not known:
        return _changed(known)
    finished = [item for item in known if not item.stopped] or known
    top = finished[-1].reading["max"]
    same = [item for item in known if item.reading["max"] == top]
    read = _changed(same)
    other = len(known) - len(same)
    notes = (f"Only runs on the 0-{top} scale are shown.",) if other else ()
    counts = {"other_scale": other} if other else {}
    return Read(read.points, read.figures, counts, notes=notes)


def _states(items: Sequence[Run], _: Setting) -> Read:
    """Counts of directions, no means: states are ordinal. Source: §2.3 D-STATE."""
    points = []
    for item in _dicts(items, "before", "after", "shift"):
        after = item.reading["after"]
        level = STATE_LEVELS.index(after) if after in STATE_LEVELS else None
        parts = {key: item.reading[key] for key in ("before", "shift")}
        points.append(item.point(level, after, **parts))
    counts = code_counts(point.parts["shift"] for point in points)
    return Read(points, {}, counts, trended=False, levels=STATE_LEVELS)


def _beliefs(items: Sequence[Run], _: Setting) -> Read:
    """Across runs the belief at the end is followed, within a run its change."""
    known = _dicts(items, "before", "after", "change")
    closing = any(item.reading["after"] is not None for item in known)
    points = [
        item.point(
            item.reading["after" if closing else "before"],
            before=item.reading["before"],
            change=item.reading["change"],
        )
        for item in known
    ]
    return Read(points, {"median_change": _median(points, "change")})


def _resource(items: Sequence[Run], setting: Setting) -> Read:
    """Gain and reach; a resource that turned is counted apart. Source: §2.3 D-RES."""
    read = _changes(items, setting)
    coded = _coded(items)
    reach = ratios.Rule({"reached": 1, "not_reached": 0, "soured": 0}, 1)
    figures = {**read.figures, "reach_rate": ratios.share(coded, reach)}
    return Read(read.points, figures, ratios.tally(coded))


def _breath(items: Sequence[Run], _: Setting) -> Read:
    points = [
        item.point(
            item.reading["rate"],
            seconds=item.reading["seconds"],
            ratio=item.reading["ratio"],
        )
        for item in _dicts(items, "rate", "seconds", "ratio")
    ]
    figures = {
        "median_rate": _median(points),
        "median_ratio": _median(points, "ratio"),
        "total_seconds": _total(points, "seconds"),
    }
    return Read(points, figures)


def _numbers(items: Sequence[Run], _: Setting, *, total: bool = False) -> Read:
    points = [
        item.point(item.reading)
        for item in items
        if isinstance(item.reading, int | float) and not isinstance(item.reading, bool)
    ]
    figures = {"median": _median(points)}
    return Read(points, figures | ({"total": _total(points)} if total else {}))


def _choices(items: Sequence[Run], _: Setting) -> Read:
    """A list of choices made, without direction: more or fewer is neither good nor bad."""
    known = _dicts(items, "count", "kinds")
    points = [
        item.point(item.reading["count"], kinds=item.reading["kinds"]) for item in known
    ]
    counts = code_counts(kind for item in known for kind in item.reading["kinds"])
    return Read(points, {"total": _total(points)}, counts, trended=False)


def _expectancy(items: Sequence[Run], _: Setting) -> Read:
    """Change of expectation first, then learning, then surprise (§4.1, §2.3)."""
    keys = ("belief", "result", "ev", "ec", "lr")
    known = _dicts(items, *keys)
    points = [
        item.point(
            item.reading["ec"],
            item.reading["result"],
            belief=item.reading["belief"],
            ev=item.reading["ev"],
            lr=item.reading["lr"],
        )
        for item in known
    ]
    figures = {
        "median_expectancy_change": _median(points),
        "median_learning_rate": _median(points, "lr"),
        "median_expectancy_violation": _median(points, "ev"),
    }
    return Read(points, figures, code_counts(str(p.code) for p in points))


def _calibration(items: Sequence[Run], _: Setting) -> Read:
    forecasts, points = [], []
    for item in _dicts(items, "p"):
        p, came = item.reading["p"], item.reading.get("o")
        code = {1: "happened", 0: "did_not_happen"}.get(came, "partly")
        forecasts.append((item.day, p, came))
        points.append(item.point(100 * p, code))
    found = calibrate(forecasts)
    names = ("brier", "bias", "reliability", "resolution", "uncertainty")
    figures = {name: getattr(found, name) for name in names}
    counts = code_counts(str(point.code) for point in points)
    return Read(points, figures, counts, trended=False)


def _coded(items: Sequence[Run]) -> list[tuple[date, str]]:
    return [(item.day, item.reading["code"]) for item in _dicts(items, "code")]


def _code_points(items: Sequence[Run]) -> list[Point]:
    return [item.point(code=item.reading["code"]) for item in _dicts(items, "code")]


def _ratio(items: Sequence[Run], _: Setting, *, rule: ratios.Rule) -> Read:
    coded = _coded(items)
    figures = {"share": ratios.share(coded, rule)}
    weighted = ratios.weighted_share(coded, rule)
    if weighted is not None:
        figures["weighted_share"] = weighted
    return Read(_code_points(items), figures, ratios.tally(coded), trended=False)


def _discernment(items: Sequence[Run], _: Setting) -> Read:
    coded = _coded(items)
    found = discern(coded)
    names = ("d_prime", "criterion", "hit_rate", "false_alarm_rate")
    figures = {name: getattr(found, name) for name in names}
    return Read(_code_points(items), figures, ratios.tally(coded), trended=False)


def _alternatives(items: Sequence[Run], _: Setting) -> Read:
    points = [
        item.point(item.reading["count"], entropy=item.reading["entropy"])
        for item in _dicts(items, "count", "entropy")
    ]
    figures = {
        "median_count": _median(points),
        "median_entropy": _median(points, "entropy"),
    }
    return Read(points, figures)


def _values(items: Sequence[Run], _: Setting) -> Read:
    """Values met ÷ values observed, n is the observations. Source: §2.3 D-VAL."""
    known = _dicts(items, "met", "observed")
    points = [
        item.point(item.reading["met"], observed=item.reading["observed"])
        for item in known
    ]
    met = sum(item.reading["met"] for item in known)
    observed = sum(item.reading["observed"] for item in known)
    window = window_of(item.day for item in known)
    figure = absent(0, None, "share", "no_data")
    if observed:
        figure = Figure(met / observed, observed, window, "share")
    return Read(points, {"share": figure}, trended=False)


def _delay(items: Sequence[Run], _: Setting) -> Read:
    known = _dicts(items, "minutes")
    points = [item.point(item.reading["minutes"]) for item in known]
    return Read(points, {"median_minutes": _median(points)})


def _recovery(items: Sequence[Run], setting: Setting) -> Read:
    """Hours to settle; open ones are censored, not dropped. Source: §2.3 D-RECOV."""
    points, spells = [], []
    for item in _dicts(items, "started", "hours"):
        started = datetime.fromtimestamp(item.reading["started"], UTC)
        hours = item.reading["hours"]
        if hours is None:
            hours = settle_hours(started, setting.distress)
        watched = (setting.as_of - started).total_seconds() / 3600
        spells.append(
            Spell(max(watched, 0) if hours is None else hours, hours is not None)
        )
        code = None if hours is not None else "open"
        points.append(item.point(hours, code, started=started))
    window = window_of(point.day for point in points)
    counts = {"settled": sum(s.settled for s in spells)}
    counts["open"] = len(spells) - counts["settled"]
    figures = {"median_hours": median_hours(spells, window)}
    return Read(points, figures, counts, trended=False)


def _needs(items: Sequence[Run], _: Setting) -> Read:
    """A mean per need and side, never a total. Source: reference §2.3 D-NEEDS."""
    known = _dicts(items)
    points = [item.point(None, None, **item.reading) for item in known]
    figures = {}
    for name in sorted({key for point in points for key in point.parts}):
        values = [(p.day, p.parts[name]) for p in points if name in p.parts]
        mean = sum(value for _, value in values) / len(values)
        window = window_of(day for day, _ in values)
        figures[f"mean_{name}"] = Figure(mean, len(values), window, "mean")
    return Read(points, figures, trended=False)


def _mix(items: Sequence[Run], _: Setting) -> Read:
    known = _dicts(items, "codes")
    points = [item.point(None, None, codes=item.reading["codes"]) for item in known]
    counts = code_counts(code for item in known for code in item.reading["codes"])
    return Read(points, {}, counts, trended=False)


def _scores(items: Sequence[Run], _: Setting) -> Read:
    """Scores of one questionnaire; a run without a score is a point without height."""
    known = _dicts(items, "score", "least", "most", "prorated")
    named = ("instrument", "least", "most", "prorated", "bands")
    points = [
        item.point(
            item.reading["score"], **{key: item.reading.get(key) for key in named}
        )
        for item in known
    ]
    counts = code_counts("prorated" for item in known if item.reading["prorated"])
    return Read(points, {"median": _median(points)}, counts)


READERS: Mapping[str, Reader] = {
    "distress_change": _distress,
    "state_shift": _states,
    "belief_change": _beliefs,
    "resource_gain": _resource,
    "scale_change": _changes,
    "scale_value": _numbers,
    "item_count": _numbers,
    "completeness": _numbers,
    "dose": partial(_numbers, total=True),
    "breath": _breath,
    "choice_count": _choices,
    "expectancy": _expectancy,
    "calibration": _calibration,
    "discernment": _discernment,
    "alternatives": _alternatives,
    "values_met": _values,
    "delay": _delay,
    "recovery": _recovery,
    "needs": _needs,
    "code_mix": _mix,
    "instrument_score": _scores,
    **WHOLES,
    **{name: partial(_ratio, rule=rule) for name, rule in ratios.RULES.items()},
}


# Sums only grow, so a stopped run may add to them.
SUMS = frozenset(("total", "total_seconds"))
NOTE_STOPPED = "Runs ended by choice are shown, and change no median, share or slope."


def build(
    measure: Measure,
    runs: Sequence[Run],
    setting: Setting,
    plan: Plan | None = None,
) -> Series:
    """Make the series of one measure out of the readings of many runs.

    Raises KeyError for a formula outside the closed set.
    """
    items = rounds_of(runs)
    reader = partial(_read, measure)
    read = reader(items, setting)
    if any(item.stopped for item in items):
        read = _without_stops(read, reader, items, setting)
    return assemble(measure, read, plan or Plan())


def _read(measure: Measure, items: Sequence[Run], setting: Setting) -> Read:
    """What the formula reads, with the figures that the measure asks for besides."""
    read = READERS[measure.formula](items, setting)
    if measure.tell is None:
        return read
    more = told(measure.tell, read.points, setting.as_of.date())
    return replace(read, figures={**read.figures, **more})


def _without_stops(
    read: Read, reader: Reader, items: Sequence[Run], setting: Setting
) -> Read:
    """Keep points, counts and sums of all runs, take the rest from finished ones."""
    finished = reader([item for item in items if not item.stopped], setting).figures
    figures = {
        name: figure
        if name in SUMS
        else finished.get(name, absent(0, None, figure.method, "no_data"))
        for name, figure in read.figures.items()
    }
    return replace(read, figures=figures, notes=(*read.notes, NOTE_STOPPED))
