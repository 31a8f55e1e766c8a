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

STOPPED = "stopped"
NOTHING: frozenset[str] = frozenset()
NOTE_FORMULA = "An older version computed this in another way; those runs are left out."


@dataclass(frozen=True, slots=True)
class VersionFacts:
    """What a series needs to know of one exercise version."""

    slug: str
    title: str
    stop_is_success: bool
    measures: Mapping[str, Measure]


class StoredRun(NamedTuple):
    """One ended run; `hidden` are readings made of steps the client kept back."""

    version: VersionFacts
    at: datetime
    day: date
    stopped: bool
    points: Mapping[str, Any]
    hidden: frozenset[str]
    interval_days: float | None


@dataclass(frozen=True, slots=True)
class Picked:
    """One series with the exercise it belongs to."""

    exercise: str
    exercise_title: str
    series: Series


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
    measures = {
        one["id"]: Measure(one["id"], one["formula"], one["title"], one.get("better"))
        for one in document.get("measures") or ()
    }
    return VersionFacts(
        slug=document["slug"],
        title=document["title"],
        stop_is_success=bool(document.get("stop_is_success")),
        measures=measures,
    )


def stored_run(
    row: Sequence[Any],
    version: VersionFacts,
    interval_days: float | None,
    points: Mapping[str, Any],
    *,
    own: bool,
) -> StoredRun:
    """Make sense of one raw row of `queries.runs_of`; `points` are its readings."""
    state, ended_at, zone, _, hidden = row[3:8]
    at = moment_of(ended_at)
    return StoredRun(
        version,
        at,
        local_day(at, zone),
        state == STOPPED and not version.stop_is_success,
        points,
        NOTHING if own or hidden == "[]" else frozenset(json.loads(hidden)),
        interval_days,
    )


def series_of(
    runs: Iterable[StoredRun], as_of: datetime, *, measure: str | None = None
) -> list[Picked]:
    """Make every series of these runs, by exercise, then in the document's order.

    `runs` newest first: the newest version names the measure and the plan.
    """
    groups: dict[tuple[str, str], _Group] = {}
    by_version: dict[int, list[tuple[str, _Group, bool]]] = {}
    for run in runs:
        joined = by_version.get(id(run.version))
        if joined is None:
            joined = by_version[id(run.version)] = list(_joined(groups, run, measure))
        _take(run, joined)
    setting = Setting(as_of=as_of)
    return [
        Picked(group.version.slug, group.version.title, _made(group, setting))
        for _, group in sorted(groups.items(), key=_by_exercise)
        if group.runs
    ]


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
    _, at, day, stopped, points, hidden, _ = run
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
