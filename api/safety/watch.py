"""The early-warning rules that one run alone decides; those with a past are in `watch_past`.

Pure: from a run's answers to findings of codes and numbers. The state a run ended in is
no input here: stopping is heard as little as completing. Source: reference §4.7, §2.1.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from api.exercises.answers import CompiledExercise
from api.exercises.hearing import SHUT_DOWN, TEN, Heard
from api.safety.alerts import Priority, Rule
from api.safety.thresholds import (
    LEAST_RISE,
    LEAST_URGE,
    MOST_CHOICE,
    SUPPORT_RISE,
    Thresholds,
)

SCORE = "score"
"""The measure under which a questionnaire keeps its reading."""
PRESSURE = "felt_like_pressure"
MADE_IT_WORSE = -1
HAPPENED = "happened"
WORST = 100.0
EVERY_STEP = "*"
"""What a finding rests on that is made of all the answers of a form."""
_ALWAYS = frozenset({"self_harm", "unsafe"})
_NEEDS_SUPPORT = _ALWAYS | {"unreal"}
"""Who has lost their bearings is shown whom to call. Source: reference §2.2 E08."""
_NEVER_ALONE = frozenset({"shame"})


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: at most one of a rule for one source.

    `key` is what makes it the same finding when it is met again; `payload` may tell more.
    `runs` and `steps` name what it rests on.
    """

    rule: Rule
    priority: Priority
    payload: Mapping[str, Any]
    source: UUID
    at: datetime
    key: Mapping[str, Any]
    runs: tuple[UUID, ...] = ()
    steps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """A questionnaire's reading: unrounded, and which way is better.

    `scale` names the counting: scores of two countings are never compared.
    """

    instrument: str
    value: float
    direction: str | None
    scale: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """One run, or follow-up part, as the rules read it; at most as one may see it."""

    id: UUID
    exercise: str
    at: datetime
    heard: tuple[Heard, ...] = ()
    before: float | None = None
    after: float | None = None
    state_after: str | None = None
    has_review: bool = False
    pressed: bool = False
    choice: float | None = None
    score: Score | None = None
    easier: str | None = None
    refs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def rise(self) -> float | None:
        """How much distress rose, on 0 to 10; None where it was not said twice."""
        if self.before is None or self.after is None:
            return None
        return self.after - self.before

    def told(self, code: str) -> list[Heard]:
        """Return what was heard of one signal."""
        return [one for one in self.heard if one.code == code]


def read_run(
    compiled: CompiledExercise,
    answers: Mapping[str, Any],
    *,
    ident: UUID,
    at: datetime,
    points: Mapping[str, Any] | None = None,
    part: str | None = None,
) -> Run:
    """Read a run as the rules need it; with `part`, what that follow-up part added.

    Of a part only its own signals trigger; distress and shame may come from the run.
    """
    hearing, protocol = compiled.hearing, compiled.protocol
    before, after = hearing.distress(answers)
    review = hearing.review(answers) or {}
    heard = hearing.signals(answers)
    if part is not None:
        heard = [
            one
            for one in heard
            if one.code in _NEVER_ALONE or one.ref.startswith(f"{part}.")
        ]
    return Run(
        id=ident,
        exercise=protocol.slug,
        at=at,
        heard=tuple(heard),
        before=before,
        after=after,
        state_after=hearing.state_after(answers),
        has_review=bool(review),
        pressed=PRESSURE in (review.get("obstacles") or ()),
        choice=review.get("felt_like_my_choice"),
        score=None if part is not None else read_score(points),
        easier=next(iter(protocol.easier), None),
        refs=hearing.frame_refs,
    )


def read_score(points: Mapping[str, Any] | None) -> Score | None:
    """Read a questionnaire's score out of a run's readings, if it has one."""
    reading = (points or {}).get(SCORE)
    if not isinstance(reading, Mapping) or reading.get("score") is None:
        return None
    return Score(
        str(reading.get("instrument")),
        float(reading["score"]),
        reading.get("direction"),
        reading.get("scale"),
    )


# --- before anything is read --------------------------------------------------


def is_quiet(
    compiled: CompiledExercise, answers: Mapping[str, Any], *, ended: bool
) -> bool:
    """Tell whether no rule of any practice could find something in these answers.

    Cheap, and only ever wrong on the careful side. An ended questionnaire is never
    quiet: its rules look at earlier ones.
    """
    hearing = compiled.hearing
    if any(_matters(one, ended=ended) for one in hearing.signals(answers)):
        return False
    if hearing.state_after(answers) == SHUT_DOWN:
        return False
    before, after = hearing.distress(answers)
    least = LEAST_RISE if ended else SUPPORT_RISE
    if before is not None and after is not None and after - before >= least:
        return False
    if not ended:
        return True
    review = hearing.review(answers)
    if review is not None and _is_hard(review):
        return False
    return compiled.protocol.kind != "questionnaire"


def _matters(heard: Heard, *, ended: bool) -> bool:
    if heard.code in _NEEDS_SUPPORT:
        return True
    if not ended or heard.code in _NEVER_ALONE:
        return False
    if heard.code == "contact_urge" and heard.share is not None:
        return heard.share * TEN >= LEAST_URGE
    return heard.code != "feared_outcome" or heard.answer == HAPPENED


def _is_hard(review: Mapping[str, Any]) -> bool:
    choice = review.get("felt_like_my_choice")
    return (
        PRESSURE in (review.get("obstacles") or ())
        or (choice is not None and choice <= MOST_CHOICE)
        or made_it_worse(review)
    )


def made_it_worse(review: Mapping[str, Any] | None) -> bool:
    """Tell whether a review says that the run made it worse. Source: reference §4.2."""
    return review is not None and review.get("helpfulness") == MADE_IT_WORSE


def needs_support(compiled: CompiledExercise, answers: Mapping[str, Any]) -> bool:
    """Tell whether support has to come back with the answer to these answers.

    A risk answer, lost bearings, distress that rose by 3 of 10, or an end shut down; at
    every state of a run, and however often it is sent. Source: reference §2.1 common
    frame, §2.2 E08, §5.1.
    """
    hearing = compiled.hearing
    if hearing.state_after(answers) == SHUT_DOWN:
        return True
    before, after = hearing.distress(answers)
    if before is not None and after is not None and after - before >= SUPPORT_RISE:
        return True
    return any(one.code in _NEEDS_SUPPORT for one in hearing.signals(answers))


# --- the rules of one run -----------------------------------------------------


def always_told(run: Run, *, prior: float | None = None) -> list[Finding]:
    """Return AL-1 and AL-2: of every answer that arrives, complete or not.

    AL-1: 1 is high, 2 and more urgent; an answer without a number counts as urgent.
    `prior` is the same question's answer before this one. Source: reference §4.7.
    """
    findings = []
    if told := run.told("self_harm"):
        value = _highest(told)
        urgent = value is None or value >= 2
        key = {"value": value, "steps": _steps(told)}
        findings.append(
            _finding(
                Rule.SELF_HARM,
                Priority.URGENT if urgent else Priority.HIGH,
                run,
                key,
                {"prior": prior, "resources_shown": True},
            )
        )
    if told := run.told("unsafe"):
        key = {"steps": _steps(told)}
        shown = {"resources_shown": True}
        findings.append(_finding(Rule.UNSAFE, Priority.URGENT, run, key, shown))
    return findings


def of_one_run(run: Run, thresholds: Thresholds) -> list[Finding]:
    """Return AL-7, AL-8 and AL-10. Source: reference §4.7."""
    found = (
        _resource_turned(run),
        _pull_to_contact(run, thresholds),
        _feared_happened(run, thresholds),
    )
    return [one for one in found if one is not None]


def _resource_turned(run: Run) -> Finding | None:
    told = run.told("resource_turned")
    if not told:
        return None
    key = {"exercise": run.exercise, "steps": _steps(told)}
    return _finding(Rule.RESOURCE_TURNED, Priority.MEDIUM, run, key)


def _pull_to_contact(run: Run, thresholds: Thresholds) -> Finding | None:
    urge = _of_ten(run.told("contact_urge"))
    coded = [one for one in run.told("contact_urge") if one.share is None]
    strong = bool(coded) or (urge is not None and urge >= thresholds.urge)
    hurts = _at_contact(run, thresholds)
    if not strong and not hurts:
        return None
    key = {"urge": _tidy(urge) if strong else None, "contact": hurts}
    return _finding(Rule.PULL_TO_CONTACT, Priority.MEDIUM, run, key, also=_felt(run))


def _at_contact(run: Run, thresholds: Thresholds) -> bool:
    if not run.told("contact_event"):
        return False
    felt = (_of_ten(run.told("shame")), run.before, run.after)
    return any(one is not None and one >= thresholds.distress for one in felt)


def hides(steps: Iterable[str], kept_back: frozenset[str]) -> bool:
    """Tell whether what a finding rests on is among what is kept back."""
    parts = {step.split(".", 1)[0] for step in steps}
    return bool(kept_back and (EVERY_STEP in parts or kept_back & (parts | set(steps))))


def _felt(run: Run) -> tuple[str, ...]:
    shame = tuple(one.ref for one in run.told("shame"))
    return (*shame, *run.refs.get("distress", ()))


def _feared_happened(run: Run, thresholds: Thresholds) -> Finding | None:
    """It happened; where nobody said how bad it was, it counts as bad."""
    worst = max(
        (
            (WORST if one.severity is None else one.severity, one.severity is not None)
            for one in run.told("feared_outcome")
            if one.answer == HAPPENED
        ),
        default=None,
    )
    if worst is None or worst[0] < thresholds.severity:
        return None
    severity, was_said = worst
    key = {"severity": _tidy(severity) if was_said else None}
    return _finding(Rule.FEARED_HAPPENED, Priority.MEDIUM, run, key)


_SIGNALS_OF: Mapping[Rule, frozenset[str]] = {
    Rule.SELF_HARM: frozenset({"self_harm"}),
    Rule.UNSAFE: frozenset({"unsafe"}),
    Rule.RESOURCE_TURNED: frozenset({"resource_turned"}),
    Rule.PULL_TO_CONTACT: frozenset({"contact_urge", "contact_event"}),
    Rule.FEARED_HAPPENED: frozenset({"feared_outcome"}),
}


def _finding(
    rule: Rule,
    priority: Priority,
    run: Run,
    key: Mapping[str, Any],
    more: Mapping[str, Any] | None = None,
    also: Iterable[str] = (),
) -> Finding:
    own = (one.ref for one in run.heard if one.code in _SIGNALS_OF[rule])
    return Finding(
        rule=rule,
        priority=priority,
        payload={**key, **(more or {})},
        source=run.id,
        at=run.at,
        key=key,
        runs=(run.id,),
        steps=tuple(dict.fromkeys((*own, *also))),
    )


def _steps(told: Iterable[Heard]) -> list[str]:
    return sorted({one.ref for one in told})


def _highest(told: Iterable[Heard]) -> float | None:
    """Return the highest number heard; None as soon as one answer has none."""
    values = [one.value for one in told]
    known = [value for value in values if value is not None]
    return max(known) if len(known) == len(values) else None


def _of_ten(told: Iterable[Heard]) -> float | None:
    shares = [one.share for one in told if one.share is not None]
    return max(shares) * TEN if shares else None


def _tidy(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
