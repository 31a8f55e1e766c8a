"""A lenient reading of a draft: every part and step that can be told apart, with its place.

A draft may be broken in several places at once. The outline lets the checks go on beside a
broken step, so that an author sees all faults in one answer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import TypeAdapter, ValidationError

from api.exercises.frame import framed, is_of_frame
from api.exercises.steps import Step, StepBase

Place = tuple[str | int, ...]
_STEP: TypeAdapter[Step] = TypeAdapter(Step)


@dataclass(frozen=True, slots=True)
class PlacedStep:
    """A step where the author wrote it. `step` is None where its shape is wrong."""

    part: "PlacedPart"
    at: int
    id: str | None
    raw: Mapping[str, Any]
    step: StepBase | None
    place: Place

    @property
    def ref(self) -> str:
        """The reference `part.step`, empty if one of the ids is missing."""
        return f"{self.part.id}.{self.id}" if self.part.id and self.id else ""


@dataclass(slots=True)
class PlacedPart:
    """A part where the author wrote it; parts of the frame have no place."""

    at: int
    id: str | None
    repeated: bool
    later: bool
    place: Place
    steps: list[PlacedStep] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Outline:
    """All parts in order, and the first step of each reference."""

    parts: tuple[PlacedPart, ...]
    steps: Mapping[str, PlacedStep]

    def each(self) -> Iterator[PlacedStep]:
        """Walk the steps that the author wrote; the frame is left out."""
        for part in self.parts:
            if part.place:
                yield from part.steps


def outline(document: Mapping[str, Any]) -> Outline:
    """Read what can be read of a draft, the frame included where it asks for one."""
    raw = document.get("parts")
    written = list(raw) if isinstance(raw, list) else []
    locale = _text(document.get("locale")) or "en"
    is_framed = document.get("frame") == "standard"
    sources = framed(written, locale) if is_framed else written
    parts, at_written = [], 0
    for at, source in enumerate(sources):
        place: Place = ()
        if not is_of_frame(source):
            place, at_written = ("parts", at_written), at_written + 1
        if isinstance(source, Mapping):
            parts.append(_part(at, source, place))
    steps: dict[str, PlacedStep] = {}
    for part in parts:
        for step in part.steps:
            steps.setdefault(step.ref, step)
    steps.pop("", None)
    return Outline(tuple(parts), steps)


def _part(at: int, raw: Mapping[str, Any], place: Place) -> PlacedPart:
    part = PlacedPart(
        at=at,
        id=_text(raw.get("id")),
        repeated=raw.get("repeat") is not None,
        later=raw.get("when") == "later",
        place=place,
    )
    steps = raw.get("steps")
    for step_at, step in enumerate(steps if isinstance(steps, list) else ()):
        if isinstance(step, Mapping):
            part.steps.append(
                PlacedStep(
                    part=part,
                    at=step_at,
                    id=_text(step.get("id")),
                    raw=step,
                    step=_parsed(step),
                    place=(*place, "steps", step_at),
                )
            )
    return part


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _parsed(raw: Mapping[str, Any]) -> StepBase | None:
    try:
        return _STEP.validate_python(raw)
    except ValidationError:
        return None
