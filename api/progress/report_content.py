"""What a report says, section by section, and what was left out of it.

Points first, then slope with interval, then words. Two sides, never added up; nothing
that counts what was not done; no total and no verdict. What is left out leaves no hint.
Source: reference §4.6.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from api.progress import notes
from api.progress.chart_axes import days_text
from api.progress.chart_calendar import (
    TITLE,
    TITLE_FOR_OTHERS,
    Done,
    calendar_chart,
    calendar_table,
)
from api.progress.chart_kinds import drawer
from api.progress.chart_scale import day_text, number_text
from api.progress.chart_scores import FORMULA as SCORE
from api.progress.chart_style import Look, table, words
from api.progress.figures import Figure
from api.progress.hiding import quiet
from api.progress.outcomes import outcomes_of
from api.progress.planned import timed_seconds
from api.progress.reasons import REASONS
from api.progress.report_instruments import change_table
from api.progress.runs import Picked, StoredRun, series_of
from api.progress.sides import GOAL
from api.progress.views import Reader
from api.progress.views import words as series_words

MOST_CHARTS = 40
MOST_ROWS = 40
_UNDRAWN = frozenset(
    {"recovery", "choice_count", "distress_change", "state_shift", "item_count"}
)
"""Longer tables show their newest rows; figures are made of all."""


class Section(StrEnum):
    """The sections of a report, in their order."""

    DONE = "done"
    PROTECTION = "protection"
    CONNECTION = "connection"
    PRACTICE = "practice"
    INSTRUMENTS = "instruments"
    SETBACKS = "setbacks"
    CHOICES = "choices"


TITLES = {
    Section.DONE: "What was done",
    Section.PROTECTION: "Protection: limits and early noticing",
    Section.CONNECTION: "Connection: small steps of trust",
    Section.PRACTICE: "Settling and practice",
    Section.INSTRUMENTS: "Questionnaires",
    Section.SETBACKS: "Setbacks, and the plan for them",
    Section.CHOICES: "Choices made",
}


@dataclass(frozen=True, slots=True)
class PlanWords:
    """A plan for a hard patch in the client's own words, as far as the reader may see."""

    made_on: date
    signs: Sequence[str]
    helps: Sequence[str]


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a report is made of, as its reader may see it, newest runs first.

    `facts` are the runs that may be known to have been; `runs` those with readings.
    """

    reader: Reader
    now: datetime
    runs: Sequence[StoredRun] = ()
    facts: Sequence[StoredRun] = ()
    ratings: Sequence[tuple[datetime, float]] = ()
    plans: Sequence[PlanWords] = ()
    numbers: bool = True
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Block:
    """One thing of a section: heading, sentences, picture, table, small print.

    `svg` and `tables` are markup made by the charts; everything else is plain text.
    """

    title: str = ""
    said: Sequence[str] = ()
    svg: str = ""
    tables: Sequence[str] = ()
    small: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One section with its blocks."""

    section: Section
    blocks: Sequence[Block] = field(default=())


def redacted(
    runs: Iterable[StoredRun], leave_out: frozenset[str], wanted: frozenset[Section]
) -> list[StoredRun]:
    """Take exercises (by slug) and series (by name) out of runs for one print.

    It happens at the source, so that no figure, note or choice can tell of them; an
    exercise that has a section of its own goes with its section.
    """
    kept = []
    for run in runs:
        slug = run.version.slug
        if slug in leave_out or _home_of(run) not in (None, *wanted):
            continue
        gone = {one for one in run.version.measures if f"{slug}.{one}" in leave_out}
        kept.append(run._replace(hidden=run.hidden | gone) if gone else run)
    return kept


_HOMES = {"recovery": Section.SETBACKS, SCORE: Section.INSTRUMENTS}


def _home_of(run: StoredRun) -> Section | None:
    """The section that an exercise belongs to whole, if there is one."""
    return next(
        (home for one, home in _HOMES.items() if run.version.with_formula(one)), None
    )


def parts_of(made: Material, wanted: frozenset[Section]) -> list[Part]:
    """Build the wanted sections in order; one with nothing in it is not there."""
    picked = series_of(made.runs, made.now, ratings=made.ratings)
    setbacks = notes.setbacks(picked, []) if Section.SETBACKS in wanted else []
    look = _Looks(made, [one["noted_on"] for one in setbacks])
    found = {
        Section.DONE: _done(made),
        Section.INSTRUMENTS: [
            *(_series(one, look) for one in picked if _formula(one) == SCORE),
            *_changes(made),
        ],
        Section.SETBACKS: _setbacks(made, setbacks, _of_setbacks(made, picked, look)),
        Section.CHOICES: _choices(made),
    }
    sides = {
        Section.PROTECTION: "protection",
        Section.CONNECTION: "connection",
        Section.PRACTICE: None,
    }
    own = {run.version.slug for run in made.runs if _home_of(run)}
    for section, side in sides.items():
        chosen = [
            one
            for one in picked
            if one.series.measure.side == side
            and _formula(one) != "choice_count"
            and one.exercise not in own
        ]
        found[section] = _of_side(chosen, look, side)
    return [
        Part(section, found[section])
        for section in Section
        if section in wanted and found[section]
    ]


def _formula(one: Picked) -> str:
    return one.series.measure.formula


def _changes(made: Material) -> Sequence[Block]:
    """What the parameter sets of each questionnaire say of its change."""
    told = (
        change_table(outcome, made.reader, numbers=made.numbers)
        for outcome in outcomes_of(made.runs)
    )
    return [Block(tables=[one]) for one in told if one]


@dataclass(frozen=True, slots=True)
class _Looks:
    made: Material
    setbacks: Sequence[date]

    def at(self, name: str) -> Look:
        return Look(name, False, self.made.numbers, self.setbacks)


def _of_side(
    picked: Sequence[Picked], look: _Looks, side: str | None
) -> Sequence[Block]:
    newest = sorted(picked, key=_newest, reverse=True)[:MOST_CHARTS]
    chosen = [one for one in picked if one in newest]
    blocks = [_series(one, look) for one in chosen]
    if blocks and side == "protection":
        blocks.insert(0, Block(said=GOAL))
    rest = [one for one in picked if one not in newest]
    if rest:
        names = "; ".join(f"{one.exercise_title}: {_title(one)}" for one in rest)
        blocks.append(Block("Also noted, not drawn here", [names]))
    return blocks


def _newest(one: Picked) -> tuple[date, str]:
    return (one.series.window or (date.min, date.min))[1], one.id


def _title(one: Picked) -> str:
    return one.series.measure.title


def _series(one: Picked, looks: _Looks) -> Block:
    """One series: picture, its table, then figures, then words."""
    made, series = looks.made, one.series
    look = looks.at(f"{made.reader}-{one.id}")
    face = drawer(series)
    # A therapist's words stand in the caption of the table already.
    said = series_words(series, made.reader) if made.reader == "client" else []
    small = [_figure(name, figure) for name, figure in series.figures.items()]
    method = series.trend.method_notes if series.trend else ()
    return Block(
        f"{one.exercise_title}: {_title(one)}",
        said if made.numbers else quiet(said),
        face.picture(series, look),
        [face.table(series, look, MOST_ROWS)],
        [*(small if made.numbers else ()), *series.notes, *method],
    )


def _figure(name: str, figure: Figure) -> str:
    """A figure with n, window and method, or the reason why there is none (law 7)."""
    if figure.value is None:
        return f"{words(name)}: {REASONS.get(figure.reason or '', 'not told')}"
    said = f"{words(name)}: {number_text(figure.value, 2)}"
    if figure.interval:
        low, high = (number_text(end, 2) for end in figure.interval)
        said += f", 95 % interval {low} to {high}"
    window = f", {days_text(figure.window)}" if figure.window else ""
    return f"{said} (n {figure.n}{window}; {figure.method})"


def _done(made: Material) -> Sequence[Block]:
    """What was done: the calendar, and a list by exercise. Runs ended by choice count."""
    if not made.facts:
        return []
    done = [Done(run.day, run.version.title) for run in reversed(made.facts)]
    look = Look(f"{made.reader}-calendar", False, made.numbers)
    title = TITLE if made.reader == "client" else TITLE_FOR_OTHERS
    return [
        Block(
            "",
            [],
            calendar_chart(done, look, title),
            [_by_exercise(made), calendar_table(done, look, title, MOST_ROWS)],
        )
    ]


def _by_exercise(made: Material) -> str:
    days: dict[str, set[date]] = defaultdict(set)
    runs: Counter[str] = Counter()
    minutes: dict[str, float] = defaultdict(float)
    for run in made.facts:
        days[run.version.title].add(run.day)
        runs[run.version.title] += 1
    for run in made.runs:
        seen = {name: run.reading(name) for name in run.points}
        seconds = timed_seconds(seen, run.version)
        if seconds is not None:
            minutes[run.version.title] += seconds / 60
    titles = sorted(runs)
    if not made.numbers:
        return table("By exercise", "", ("Exercise",), [(one,) for one in titles])
    rows = [
        (
            title,
            str(runs[title]),
            str(len(days[title])),
            number_text(minutes[title]) if title in minutes else "",
        )
        for title in titles
    ]
    return table("By exercise", "", ("Exercise", "Times", "Days", "Minutes"), rows)


def _of_setbacks(
    made: Material, picked: Sequence[Picked], look: "_Looks"
) -> Sequence[Block]:
    """The series of the exercises in which setbacks are noted; time to settle is told
    as a figure, never drawn as a line to come down.
    """
    own = {
        run.version.slug for run in made.runs if run.version.with_formula("recovery")
    }
    return [
        _series(one, look)
        for one in picked
        if one.exercise in own and _formula(one) not in _UNDRAWN
    ]


def _setbacks(
    made: Material, setbacks: Sequence[dict[str, Any]], drawn: Sequence[Block]
) -> Sequence[Block]:
    """Setbacks as ordinary notes, the plan beside them; no time to get over them."""
    if not setbacks and not made.plans:
        return drawn
    blocks = []
    if setbacks:
        rows = [
            (one["noted_on"], "settled again" if one["settled"] else "")
            for one in setbacks[-MOST_ROWS:]
        ]
        listed = table("Noted", "", ("Day", "Note"), rows)
        said = ["Setbacks are an ordinary part of the way. They take nothing away."]
        blocks.append(Block("", said, tables=[listed]))
    for plan in made.plans:
        blocks.append(
            Block(
                f"The plan of {day_text(plan.made_on)}",
                [
                    f"{name}: {'; '.join(lines)}"
                    for name, lines in (
                        ("Early signs", plan.signs),
                        ("What helps", plan.helps),
                    )
                    if lines
                ],
            )
        )
    return [*blocks, *drawn]


def _choices(made: Material) -> Sequence[Block]:
    """Every choice counts as a choice, and none for or against anything."""
    known = {run.id for run in made.runs}
    bare = [run for run in made.facts if run.id not in known and run.stopped]
    found = notes.choices(made.runs)
    found += [one for one in notes.choices(bare) if one["kind"] == "stopped"]
    if not found:
        return []
    found.sort(key=lambda one: (one["day"], one["exercise"], one["kind"]), reverse=True)
    rows = [
        (one["day"], words(one["kind"]), one["exercise_title"])
        for one in found[:MOST_ROWS]
    ]
    title = "The newest first" if len(found) > MOST_ROWS else "Newest first"
    listed = table(title, "", ("Day", "Choice", "Exercise"), rows)
    said = ["Saying no, stopping and changing one's mind are choices, and they count."]
    return [Block("", said, tables=[listed])]
