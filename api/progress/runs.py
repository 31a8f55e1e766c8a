"""From stored runs to series: which readings belong together, under which name.

Pure. A series is one measure of one exercise across its versions; readings of a version
that computed the measure by another formula are left out and counted, never mixed.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from pydantic_core import from_json

from api.progress.readers import build
from api.progress.series import Measure, Plan, Run, Series, Setting
from api.progress.sides import side_of

STOPPED = "stopped"
PLAN = "plan"
NOTHING: frozenset[str] = frozenset()
FOR_THERAPISTS = ("review_date",)
"""Formulas a client's own view leaves out. Source: reference §2.2 E34."""
NOTE_FORMULA = "An older version computed this in another way; those runs are left out."


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """What a series needs to know of one exercise version.

    `plan` names the readings made of its part `plan`, if it has one: what someone
    prepared for a hard patch.
    """

    slug: str
    title: str
    stop_is_success: bool
    measures: Mapping[str, Measure]
    by_formula: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    plan: tuple[str, ...] = ()

    def with_formula(self, formula: str) -> tuple[str, ...]:
        """Name the measures of one formula."""
        return self.by_formula.get(formula, ())

    @property
    def for_therapists(self) -> frozenset[str]:
        """Name the measures that are not part of the client's own view."""
        return frozenset(
            name for formula in FOR_THERAPISTS for name in self.with_formula(formula)
        )


class StoredRun(NamedTuple):
    """One ended run; `hidden` are readings that are not for the reader.

    They are made of steps the client kept back, or told to therapists only.
    """

    version: VersionFacts
    at: datetime
    day: date
    stopped: bool
    points: Mapping[str, Any]
    hidden: frozenset[str]
    interval_days: float | None
    id: Any = None

    def reading(self, measure: str) -> Any:
        """What this run says in one measure, or None where it is not for the reader."""
        return None if measure in self.hidden else self.points.get(measure)


@dataclass(frozen=True, slots=True)
class Picked:
    """One series with the exercise it belongs to."""

    exercise: str
    exercise_title: str
    series: Series

    @property
    def id(self) -> str:
        """The name of the series on the wire."""
        return f"{self.exercise}.{self.series.measure.id}"


@dataclass(slots=True)
class _Group:
    version: VersionFacts
    measure: Measure
    interval_days: float | None
    runs: list[Run] = field(default_factory=list)
    left_out: int = 0


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def moment_of(value: datetime | str) -> datetime:
    """A moment as a driver gives it: aware, or text in UTC."""
    if isinstance(value, str):
        value = datetime.fromisoformat(value)
    return value if value.tzinfo is not None else value.replace(tzinfo=UTC)


def local_day(at: datetime, zone: str) -> date:
    """The calendar day on the client's wall; unknown zones count as UTC."""
    try:
        return at.astimezone(_zone(zone)).date()
    except (KeyError, ValueError):
        return at.date()


def all_from_json(texts: Sequence[str]) -> list[Any]:
    """Read many JSON texts at one go, which is several times quicker than one by one."""
    found: list[Any] = from_json(f"[{','.join(texts)}]")
    return found


def facts_of(document: Mapping[str, Any]) -> VersionFacts:
    """Take out of a published document what series need."""
    phase = document.get("phase")
    written = document.get("measures") or ()
    measures = {
        one["id"]: Measure(
            one["id"],
            one["formula"],
            one["title"],
            one.get("better"),
            side_of(one["formula"], phase),
            (one.get("options") or {}).get("tell"),
        )
        for one in written
    }
    return VersionFacts(
        slug=document["slug"],
        title=document["title"],
        stop_is_success=bool(document.get("stop_is_success")),
        measures=measures,
        by_formula=_grouped(measures),
        plan=tuple(one["id"] for one in written if _parts_of(one) == {PLAN}),
    )


def _grouped(measures: Mapping[str, Measure]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, one in measures.items():
        found[one.formula] = (*found.get(one.formula, ()), name)
    return found


def _parts_of(measure: Mapping[str, Any]) -> set[str]:
    return {ref.split(".", 1)[0] for ref in (measure.get("from") or {}).values()}


def stored_run(
    row: Sequence[Any],
    version: VersionFacts,
    interval_days: float | None,
    points: Mapping[str, Any],
    *,
    own: bool,
) -> StoredRun:
    """Make sense of one raw row of `queries.runs_of`; `points` are its readings."""
    state, ended_at, zone, _, kept_back = row[3:8]
    hidden = version.for_therapists if own else NOTHING
    if not own and kept_back != "[]":
        hidden = frozenset(json.loads(kept_back))
    at = moment_of(ended_at)
    return StoredRun(
        version,
        at,
        local_day(at, zone),
        state == STOPPED and not version.stop_is_success,
        points,
        hidden,
        interval_days,
        row[11],
    )


def series_of(
    runs: Iterable[StoredRun],
    as_of: datetime,
    *,
    measure: str | None = None,
    ratings: Sequence[tuple[datetime, float]] = (),
) -> list[Picked]:
    """Make every series of these runs, by exercise, then in the document's order.

    `runs` newest first: the newest version names the measure and the plan. `ratings`
    are what `ratings_of` makes of all runs, for setbacks nobody marked as settled.
    """
    groups: dict[tuple[str, str], _Group] = {}
    by_version: dict[int, list[tuple[str, _Group, bool]]] = {}
    for run in runs:
        joined = by_version.get(id(run.version))
        if joined is None:
            joined = by_version[id(run.version)] = list(_joined(groups, run, measure))
        _take(run, joined)
    setting = Setting(as_of=as_of, distress=ratings)
    return [
        Picked(group.version.slug, group.version.title, _made(group, setting))
        for _, group in sorted(groups.items(), key=_by_exercise)
        if group.runs
    ]


def ratings_of(runs: Iterable[StoredRun]) -> list[tuple[datetime, float]]:
    """Every distress rating on the 0-10 scale, oldest first; those of stops are left out.

    Both ratings of a run stand at its end. Source: reference §2.3 D-RECOV.
    """
    found = []
    for run in runs:
        if run.stopped:
            continue
        for name in run.version.with_formula("distress_change"):
            reading = run.reading(name)
            if isinstance(reading, Mapping) and reading.get("max") == 10:
                found += [(run.at, reading["before"]), (run.at, reading["after"])]
    return sorted(found)


def _by_exercise(entry: tuple[tuple[str, str], _Group]) -> str:
    return entry[0][0]


def _joined(
    groups: dict[tuple[str, str], _Group], run: StoredRun, measure: str | None
) -> Iterator[tuple[str, _Group, bool]]:
    """Name the series a version's readings belong to, and whether they are alike."""
    for name, spec in run.version.measures.items():
        if measure is not None and name != measure:
            continue
        key = (run.version.slug, name)
        if key not in groups:
            groups[key] = _Group(run.version, spec, run.interval_days)
        yield name, groups[key], spec.formula == groups[key].measure.formula


def _take(run: StoredRun, joined: Sequence[tuple[str, _Group, bool]]) -> None:
    _, at, day, stopped, points, hidden, _, _ = run
    for name, group, alike in joined:
        reading = points.get(name)
        if reading is None or name in hidden:
            continue
        if alike:
            group.runs.append(Run(at, day, reading, stopped))
        else:
            group.left_out += 1


def _made(group: _Group, setting: Setting) -> Series:
    made = build(group.measure, group.runs, setting, _plan(group))
    if not group.left_out:
        return made
    counts = {**made.counts, "other_formula": group.left_out}
    return replace(made, counts=counts, notes=(*made.notes, NOTE_FORMULA))


def _plan(group: _Group) -> Plan:
    """The planned rhythm, and how many points it would have given so far."""
    interval = group.interval_days
    if interval is None or not group.runs:
        return Plan()
    days = [run.day for run in group.runs]
    planned = int((max(days) - min(days)).days / interval) + 1
    return Plan(interval, planned)
