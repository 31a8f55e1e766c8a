"""What was written down of each person in the client's life: counts and series, by person.

There is no label of a person, no sum over measures, and no order among persons. What is a
dealbreaker stands first and is never averaged with anything. Source: reference §2.3 D-BHR,
D-CI, D-VAL, D-TRR; §2.2 E37, E38; §4.6 rules 6 and 10.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from api.progress.figures import Figure, absent, window_of
from api.progress.readers import build
from api.progress.runs import Picked, StoredRun
from api.progress.series import Measure, Run, Series, Setting

DEALBREAKERS, GREEN_FLAGS, LEVELS = "dealbreakers_found", "green_found", "levels"
"""Measures that a person's own block is made of, by the names the library gives them."""

FOUND = ("present", "absent", "unclear")
MONTH_DAYS = 30
METHOD_STEPS = "levels moved / 30 days"


@dataclass(frozen=True, slots=True)
class About:
    """One run with its readings by person; None where who it was is kept back."""

    run: StoredRun
    by_person: Mapping[str, Mapping[str, Any]] | None


@dataclass(frozen=True, slots=True)
class Flags:
    """One list held beside a person: how often each finding came at the newest look.

    `looks_with_present` of `looks` met something on it at all, so that nothing found once
    is lost when it is not found again.
    """

    counts: Mapping[str, int]
    looks: int
    looks_with_present: int
    seen_on: date | None


@dataclass(frozen=True, slots=True)
class PersonPart:
    """Everything about one person that the reader may see."""

    person: str
    dealbreakers: Flags
    green_flags: Flags
    unclear_share: Figure
    steps_per_month: Figure
    series: Sequence[Picked]


@dataclass(slots=True)
class _Group:
    exercise: str
    exercise_title: str
    measure: Measure
    runs: list[Run] = field(default_factory=list)


def persons_of(
    abouts: Iterable[About], known: Iterable[str], as_of: datetime
) -> list[PersonPart]:
    """Split readings by person, for the persons a reader may know of, in that order.

    `abouts` newest first. A reading that is kept back stays back here too.
    """
    every = list(abouts)
    return [
        _part(person, groups, as_of)
        for person in known
        if (groups := _groups(person, every))
    ]


def _groups(person: str, abouts: Sequence[About]) -> list[_Group]:
    found: dict[tuple[str, str], _Group] = {}
    for about in abouts:
        run = about.run
        for name, reading in ((about.by_person or {}).get(person) or {}).items():
            measure = run.version.measures.get(name)
            if measure is None or name in run.hidden:
                continue
            group = found.setdefault(
                (run.version.slug, name),
                _Group(run.version.slug, run.version.title, measure),
            )
            if group.measure.formula == measure.formula:
                group.runs.append(Run(run.at, run.day, reading, run.stopped))
    return [found[key] for key in sorted(found)]


def _part(person: str, groups: Sequence[_Group], as_of: datetime) -> PersonPart:
    made = [
        Picked(
            group.exercise,
            group.exercise_title,
            build(group.measure, group.runs, Setting(as_of)),
        )
        for group in groups
    ]
    stops = [one for group in groups for one in _looks(group, DEALBREAKERS)]
    goods = [one for group in groups for one in _looks(group, GREEN_FLAGS)]
    return PersonPart(
        person=person,
        dealbreakers=_flags(stops),
        green_flags=_flags(goods),
        unclear_share=_unclear(stops, goods),
        steps_per_month=_steps(made),
        series=made,
    )


def _looks(group: _Group, measure: str) -> list[tuple[date, list[str]]]:
    """Every finished look at a list, newest first: its day and what was found."""
    if group.measure.id != measure or group.measure.formula != "code_mix":
        return []
    return [
        (run.day, [str(code) for code in run.reading["codes"]])
        for run in group.runs
        if not run.stopped and isinstance(run.reading, Mapping)
    ]


def _flags(looks: Sequence[tuple[date, list[str]]]) -> Flags:
    count = Counter(looks[0][1] if looks else ())
    return Flags(
        counts={code: count[code] for code in FOUND},
        looks=len(looks),
        looks_with_present=sum("present" in codes for _, codes in looks),
        seen_on=max((day for day, _ in looks), default=None),
    )


def _unclear(*lists: Sequence[tuple[date, list[str]]]) -> Figure:
    """Share of things nobody could tell, over the newest looks at both lists."""
    newest = [looks[0] for looks in lists if looks]
    codes = [code for _, found in newest for code in found if code in FOUND]
    window = window_of(day for day, _ in newest)
    if not codes:
        return absent(0, window, "share", "no_data")
    return Figure(codes.count("unclear") / len(codes), len(codes), window, "share")


def _steps(made: Sequence[Picked]) -> Figure:
    """How many rings a person was moved in 30 days, either way, n looks."""
    placed: Series | None = next(
        (
            one.series
            for one in made
            if one.series.measure.id == LEVELS
            and one.series.measure.formula == "scale_value"
        ),
        None,
    )
    points = [p for p in placed.points if not p.stopped] if placed else []
    window = window_of(point.day for point in points)
    if window is None:
        return absent(0, None, METHOD_STEPS, "no_data")
    days = (window[1] - window[0]).days
    if days < MONTH_DAYS:
        return absent(len(points), window, METHOD_STEPS, "insufficient_days")
    values = [point.value for point in points if point.value is not None]
    moved = sum(abs(after - before) for before, after in pairwise(values))
    return Figure(moved * MONTH_DAYS / days, len(points), window, METHOD_STEPS)
