"""What a run's answers say that other rooms listen for: signals, distress, state, review.

It reads places that the document names and nothing else; texts are never looked into.
What follows from it is a rule of the safety room. Source: reference §4.7, §2.1 frame.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from api.exercises.protocol import Part, Protocol, Signal, each_step
from api.exercises.step_codes import OTHER
from api.exercises.steps import ItemStep, ReviewStep, ScaleStep, StateStep, StepBase

Answers = Mapping[str, Any]

SHUT_DOWN = "shut_down"
TEN = 10.0


@dataclass(frozen=True, slots=True)
class Heard:
    """One answer that a signal listens to.

    `value` is its number on the step's own scale, `share` the same as 0 to 1 of that
    scale's top; both None where it is no number. `severity` is an outcome's, 0 to 100.
    """

    code: str
    ref: str
    answer: str | None = None
    value: float | None = None
    share: float | None = None
    severity: float | None = None


@dataclass(frozen=True, slots=True)
class _Ear:
    """Where a signal listens, and to what."""

    signal: Signal
    part: str
    step: StepBase
    repeated: bool
    top: float | None
    by_loinc: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Place:
    """A step that is answered once in a run."""

    part: str
    step: str
    top: float = TEN

    @property
    def ref(self) -> str:
        return f"{self.part}.{self.step}"

    def of(self, answers: Answers) -> Any:
        given = answers.get(self.part)
        return given.get(self.step) if isinstance(given, Mapping) else None


@dataclass(frozen=True, slots=True)
class Hearing:
    """What one published version can tell; made once with it."""

    _ears: tuple[_Ear, ...]
    _before: _Place | None
    _after: _Place | None
    _state: _Place | None
    _review: _Place | None

    def signals(self, answers: Answers) -> list[Heard]:
        """Return every answer that a signal listens to, in the document's order."""
        if not self._ears:
            return []
        return [
            heard
            for ear in self._ears
            for value in _given(ear, answers)
            if (heard := _heard(ear, value)) is not None
        ]

    def number(self, answers: Answers, ref: str) -> float | None:
        """Return the number that a listened-to step was answered with, whatever it was."""
        ear = next((one for one in self._ears if one.signal.step == ref), None)
        values = [] if ear is None else list(_given(ear, answers))
        known = [float(value) for value in values if _is_number(value)]
        return max(known, default=None)

    def distress(self, answers: Answers) -> tuple[float | None, float | None]:
        """Return distress at the start and at the end, 0 to 10 whatever the scale."""
        return _of_ten(self._before, answers), _of_ten(self._after, answers)

    def state_after(self, answers: Answers) -> str | None:
        """Return the body state named at the end."""
        value = None if self._state is None else self._state.of(answers)
        return value if isinstance(value, str) else None

    def review(self, answers: Answers) -> Mapping[str, Any] | None:
        """Return the review block as it was answered."""
        value = None if self._review is None else self._review.of(answers)
        return value if isinstance(value, Mapping) else None

    @property
    def frame_refs(self) -> Mapping[str, tuple[str, ...]]:
        """Name the steps that distress, state and review are read from."""
        places = {
            "distress": (self._before, self._after),
            "state": (self._state,),
            "review": (self._review,),
        }
        return {
            name: tuple(place.ref for place in found if place is not None)
            for name, found in places.items()
        }


def hearing_of(protocol: Protocol) -> Hearing:
    """Compile what a sound protocol can tell."""
    today = [
        (part, step)
        for _, part, step in each_step(protocol)
        if part.when == "now" and part.repeat is None
    ]
    suds = [
        (part, step)
        for part, step in today
        if isinstance(step, ScaleStep) and step.kind == "suds"
    ]
    return Hearing(
        _ears=tuple(_ears(protocol)),
        _before=_first(suds, "pre"),
        _after=_last(suds, "post"),
        _state=_last([one for one in today if isinstance(one[1], StateStep)], "post"),
        _review=_last([one for one in today if isinstance(one[1], ReviewStep)]),
    )


def _first(steps: list[tuple[Part, Any]], role: str) -> _Place | None:
    found = [_place(part, step) for part, step in steps if step.role == role]
    return found[0] if found else None


def _last(steps: list[tuple[Part, Any]], role: str | None = None) -> _Place | None:
    found = [
        _place(part, step) for part, step in steps if role is None or step.role == role
    ]
    return found[-1] if found else None


def _place(part: Part, step: StepBase) -> _Place:
    top = step.max if isinstance(step, ScaleStep) else TEN
    return _Place(part.id, step.id, top)


def _of_ten(place: _Place | None, answers: Answers) -> float | None:
    if place is None:
        return None
    value = place.of(answers)
    return value / place.top * TEN if _is_number(value) else None


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


# --- signals ------------------------------------------------------------------

_WEIGHED_LATER = frozenset({"contact_urge"})
"""Signals whose number is heard at every height: a practice sets where its rule begins."""


def _ears(protocol: Protocol) -> Iterator[_Ear]:
    steps = {ref: (part, step) for ref, part, step in each_step(protocol)}
    for signal in protocol.signals:
        part, step = steps[signal.step]
        yield _Ear(
            signal,
            part.id,
            step,
            part.repeat is not None,
            _top(step),
            {
                one.loinc: one.value
                for one in (step.responses if isinstance(step, ItemStep) else ())
                if one.loinc is not None
            },
        )


def _top(step: StepBase) -> float | None:
    if isinstance(step, ScaleStep):
        return step.max
    if isinstance(step, ItemStep):
        return float(max(one.value for one in step.responses))
    return None


def _given(ear: _Ear, answers: Answers) -> Iterator[Any]:
    part = answers.get(ear.part)
    rounds = part if ear.repeated and isinstance(part, list) else [part]
    for given in rounds:
        value = given.get(ear.step.id) if isinstance(given, Mapping) else None
        if value is not None:
            yield ear.by_loinc.get(value, value) if isinstance(value, str) else value


def _heard(ear: _Ear, value: Any) -> Heard | None:
    if not _fits(ear.signal, value):
        return None
    ref = ear.signal.step
    if _is_number(value):
        share = value / ear.top if ear.top else None
        return Heard(ear.signal.code, ref, value=float(value), share=share)
    codes = list(_codes(value))
    severity = value.get("severity") if isinstance(value, Mapping) else None
    # Only codes of the step go on: an answer in the client's own words stays behind.
    wanted = ear.signal.codes
    named = next((code for code in codes if wanted is None or code in wanted), None)
    return Heard(ear.signal.code, ref, answer=named, severity=severity)


def _fits(signal: Signal, value: Any) -> bool:
    if signal.code in _WEIGHED_LATER and _is_number(value):
        return True
    if signal.codes is not None:
        return any(code in signal.codes for code in _codes(value))
    low, high = signal.at_least, signal.at_most
    if low is None and high is None:
        return True
    if not _is_number(value):
        return False
    return (low is None or value >= low) and (high is None or value <= high)


def _codes(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield value.get("result") or value.get("ended") or OTHER
    elif isinstance(value, list):
        for one in value:
            yield from _codes(one)
