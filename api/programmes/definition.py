"""The language of a programme: its parts in order, and what each of them waits for.

Pure. A gate names a part before it, an elapsed time after one, or the client's own go.
On a ladder every step up is the client's own go, and never a time that has passed.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, ValidationError

from api.assignments.anchors import ClockTime
from api.assignments.terms import Dose, Reminders, Setting, SharingLevel, StepRef
from api.exercises.claims import RULES
from api.exercises.words import CODE_PATTERN, PRINTABLE
from api.foundation.errors import Fault, faults_of, pointer
from api.foundation.schemas import In, Slug, Whole
from api.programmes.words import Kind

PartId = Annotated[str, Field(pattern=CODE_PATTERN, max_length=40)]
Title = Annotated[str, Field(min_length=1, max_length=160, pattern=PRINTABLE)]
Text = Annotated[str, Field(min_length=1, max_length=1_200, pattern=PRINTABLE)]
Version = Annotated[Whole, Field(ge=1, le=1_000_000)]
Days = Annotated[Whole, Field(ge=0, le=365)]


class AtOnce(In):
    """Open from the beginning."""

    type: Literal["at_once"] = "at_once"


class AfterCompletion(In):
    """Opens when another part was done so many times."""

    type: Literal["after_completion"]
    of: PartId
    times: Annotated[Whole, Field(ge=1, le=50)] = 1


class AfterDelay(In):
    """Opens so many days after another part was first done."""

    type: Literal["after_delay"]
    of: PartId
    days: Annotated[Whole, Field(ge=1, le=365)]


class ClientGo(In):
    """Opens when the client says go; nobody and nothing else opens it."""

    type: Literal["client_go"]


Gate = Annotated[
    AtOnce | AfterCompletion | AfterDelay | ClientGo, Field(discriminator="type")
]


class WheneverItHelps(In):
    """No plan: the client chooses the time."""

    kind: Literal["as_needed"] = "as_needed"


class OneTime(In):
    """Once, some days after the part opens, at a time of day."""

    kind: Literal["once"]
    after_days: Days = 0
    at: ClockTime


class AgainAndAgain(In):
    """By a rule, from some days after the part opens. The rule ends by its COUNT."""

    kind: Literal["repeated"]
    after_days: Days = 0
    at: ClockTime
    rule: Annotated[str, Field(max_length=200, examples=["FREQ=WEEKLY;COUNT=4"])]


Rhythm = Annotated[
    WheneverItHelps | OneTime | AgainAndAgain, Field(discriminator="kind")
]


class PartTerms(In):
    """Suggested terms of a part; what is left out is free or as the exercise says."""

    version: Version | None = None
    schedule: Rhythm | None = None
    setting: Setting | None = None
    with_person: UUID | None = None
    parameters: Annotated[dict[StepRef, Dose], Field(max_length=40)] | None = None
    reminders: Reminders | None = None
    sharing: SharingLevel | None = None
    rationale: Annotated[str, Field(max_length=2_000)] | None = None
    easier: Annotated[tuple[Slug, ...], Field(max_length=5)] | None = None
    lapses_after_days: Annotated[Whole, Field(ge=1, le=365)] | None = None


class Part(In):
    """One exercise of the programme. `stop_note`: what would make this safe to stop."""

    id: PartId
    title: Title
    exercise: Slug
    why: Text
    stop_note: Text
    gate: Gate = AtOnce()
    terms: PartTerms = PartTerms()


Parts = Annotated[tuple[Part, ...], Field(min_length=1, max_length=20)]


class Definition(In):
    """A programme, whole."""

    format: Literal[1] = 1
    slug: Slug
    library_id: Annotated[str, Field(pattern=r"^P[0-9]{2}$")] | None = None
    title: Title
    purpose: Text
    kind: Kind
    evidence: Literal["B", "C", "D"]
    locale: Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$")] = "en"
    parts: Parts


class UnsoundProgramme(ValueError):
    """A programme that can't be published, with all its faults."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(f"{len(faults)} faults")
        self.faults = faults


def check(document: Any) -> list[Fault]:
    """List every fault of a draft with its place; none means that it is sound."""
    faults = list(claim_faults(document))
    try:
        definition = Definition.model_validate(document)
    except ValidationError as error:
        shape = faults_of(error.errors(include_url=False, include_input=False))
        return [*shape, *faults]
    return [*faults, *order_faults(definition.kind, definition.parts)]


def publish(document: Any) -> dict[str, Any]:
    """Write a sound draft as the document that is kept; else raise UnsoundProgramme."""
    faults = check(document)
    if faults:
        raise UnsoundProgramme(faults)
    return Definition.model_validate(document).model_dump(
        mode="json", exclude_none=True
    )


def order_faults(kind: Kind, parts: Sequence[Part]) -> list[Fault]:
    """List what is wrong with the order: names, references, circles, steps up."""
    ids = [part.id for part in parts]
    faults = [
        _at(at, "id", "taken", "Two parts have this id.")
        for at, one in enumerate(ids)
        if one in ids[:at]
    ]
    for at, part in enumerate(parts):
        faults += _reference_faults(at, part, ids)
        if kind is Kind.LADDER:
            faults += _ladder_faults(at, part)
    return faults


def _reference_faults(at: int, part: Part, ids: Sequence[str]) -> Iterator[Fault]:
    """A gate names a part before it: so there is no circle and nothing out of reach."""
    of = getattr(part.gate, "of", None)
    if of is None:
        return
    if of not in ids:
        yield _at(at, "gate/of", "no-such-part", "There is no such part.")
    elif of not in ids[:at]:
        message = "A part waits for one that comes before it."
        yield _at(at, "gate/of", "not-before", message)


def _ladder_faults(at: int, part: Part) -> Iterator[Fault]:
    """Source: peers.md F10: a step up is the client's own, never elapsed time."""
    fine = isinstance(part.gate, ClientGo) or (at == 0 and is_at_once(part))
    if not fine:
        message = "On a ladder every step up is the client's own go."
        yield _at(at, "gate", "not-a-go", message)


def is_at_once(part: Part) -> bool:
    """Whether a part waits for nothing."""
    return isinstance(part.gate, AtOnce)


def _at(at: int, field: str, code: str, message: str) -> Fault:
    return Fault(f"/parts/{at}/{field}", code, message)


_TEXTS = ("title", "purpose", "why", "stop_note", "rationale")


def claim_faults(value: Any, place: tuple[str | int, ...] = ()) -> Iterator[Fault]:
    """List each text that breaks a rule of the claims policy (reference §4.4)."""
    if isinstance(value, Mapping):
        for key in _TEXTS:
            if isinstance(value.get(key), str):
                yield from _broken(value[key], (*place, key))
        for key in ("parts", "terms"):
            yield from claim_faults(value.get(key), (*place, key))
    elif isinstance(value, list | tuple):
        for at, one in enumerate(value):
            yield from claim_faults(one, (*place, at))


def _broken(text: str, place: tuple[str | int, ...]) -> Iterator[Fault]:
    for code, message, pattern in RULES:
        if pattern.search(text):
            yield Fault(pointer(place), code, message)
