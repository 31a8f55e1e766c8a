"""What goes over the wire about completions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import ConfigDict, Field, RootModel, model_validator

from api.completions.merge import State
from api.completions.sharing import Level
from api.completions.submission import Run, Wish
from api.foundation.schemas import Flag, Id7, In, Moment, Out, Whole, Zone
from api.safety.schemas import SupportOut

Save = Annotated[Whole, Field(ge=1, le=1_000_000)]
Revision = Annotated[Whole, Field(ge=1, le=1_000_000)]
Occurrence = Annotated[str, Field(min_length=1, max_length=64)]
KeptBack = Annotated[
    str,
    Field(
        max_length=81,
        pattern=r"^[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39})?$",
        examples=["rounds.note"],
    ),
]
Answers = dict[str, Any]


CompletionId = Annotated[
    Id7,
    Field(description="A UUIDv7 that the device made: a retry is the same request."),
]
PartId = Annotated[
    str, Field(max_length=60, description="The id of one of its follow-up parts.")
]

_SHARING = {"level": "scores", "kept_back": []}
_COMPLETION = {
    "assignment_id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "revision": 1,
    "occurrence": "3",
    "state": "completed",
    "save": 1,
    "started_at": "2026-05-04T18:00:00Z",
    "ended_at": "2026-05-04T18:07:30Z",
    "zone": "Europe/Berlin",
    "answers": {"opening": {"consent": "given", "distress_before": 6}},
}
_PART = {
    "assignment_id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "revision": 1,
    "done_at": "2026-05-11T18:00:00Z",
    "zone": "Europe/Berlin",
    "answers": {"outcome": {"result": "did_not_happen", "belief_now": 20}},
}


def _example(**members: Any) -> ConfigDict:
    return ConfigDict(**In.model_config, json_schema_extra={"examples": [members]})


class SharingChoice(In):
    """How much others may read, and which steps stay back even when all is shared."""

    model_config = _example(**_SHARING)

    level: Level
    kept_back: list[KeptBack] = Field(
        default_factory=list,
        max_length=200,
        description="`part.step`, or a whole `part`; readings made of them stay back.",
    )

    def wish(self) -> Wish:
        """Return the choice as the rules know it."""
        return Wish(self.level, frozenset(self.kept_back))


class CompletionSave(In):
    """One sending of a completion: the whole of it, never a patch."""

    model_config = _example(**_COMPLETION)

    assignment_id: UUID
    revision: Revision = Field(description="The terms it was begun under.")
    occurrence: Occurrence | None = Field(
        default=None, description="Which planned occurrence, if it was one."
    )
    state: State
    ended_by_choice: Flag = Field(
        default=True,
        description="For a stop: whether the client chose it or was interrupted.",
    )
    save: Save = Field(
        default=1, description="Raise it by one each time something changed."
    )
    started_at: Moment
    ended_at: Moment | None = Field(
        default=None, description="When it was completed or stopped, else null."
    )
    zone: Zone = Field(description="Where the client was, as an IANA zone.")
    answers: Answers = Field(
        default_factory=dict,
        description="As the version's answer schema says, at most 64 kB.",
    )
    sharing: SharingChoice | None = Field(
        default=None,
        description="The client's choice for this one; without it the agreed default.",
    )

    @model_validator(mode="after")
    def _ends_when_it_ended(self) -> Self:
        if (self.ended_at is None) != (self.state is State.IN_PROGRESS):
            msg = "ended_at goes with completed and stopped, and only with them"
            raise ValueError(msg)
        if self.ended_at is not None and self.ended_at < self.started_at:
            msg = "ended_at lies before started_at"
            raise ValueError(msg)
        return self

    def run(self) -> Run:
        """Return the sending as the rules know it."""
        return Run(
            self.assignment_id,
            self.revision,
            self.occurrence,
            self.state,
            self.ended_by_choice,
            self.save,
            self.started_at,
            self.ended_at,
            self.zone,
            self.answers,
            None if self.sharing is None else self.sharing.wish(),
        )


class PartSave(In):
    """A follow-up part; it may arrive before the completion it belongs to."""

    model_config = _example(**_PART)

    assignment_id: UUID
    revision: Revision
    done_at: Moment
    zone: Zone
    answers: Answers | list[Answers] = Field(
        description="The steps of the part; a list of rounds where the part repeats."
    )


def _shown(**members: Any) -> ConfigDict:
    return ConfigDict(**Out.model_config, json_schema_extra={"examples": [members]})


_FACT: dict[str, Any] = {
    "id": "01890a5d-ac96-774b-bcce-b302099a8058",
    "client_id": "01890a5d-ac96-774b-bcce-b302099a8056",
    "assignment_id": "01890a5d-ac96-774b-bcce-b302099a8057",
    "revision": 1,
    "exercise_version_id": "01890a5d-ac96-774b-bcce-b302099a8055",
    "occurrence": "1.3",
    "state": "completed",
    "started_at": "2026-05-04T18:00:00Z",
    "ended_at": "2026-05-04T18:07:30Z",
    "zone": "Europe/Berlin",
}
_POINTS = {"distress": {"before": 6, "after": 4, "change": -2, "max": 10}}
_SCORES: dict[str, Any] = _FACT | {
    "ended_by_choice": False,
    "fraction_done": 1.0,
    "points": _POINTS,
}
_SHARED: dict[str, Any] = {"level": "scores", "kept_back": [], "seen": []}


class FactOut(Out):
    """What the level `fact` shows: that and when it was done."""

    model_config = _shown(**_FACT)

    id: UUID
    client_id: UUID
    assignment_id: UUID
    revision: int
    exercise_version_id: UUID
    occurrence: str | None
    state: State
    started_at: datetime
    ended_at: datetime | None
    zone: str


class ScoresOut(FactOut):
    """What the level `scores` shows: and the readings, measure by measure."""

    model_config = _shown(**_SCORES)

    ended_by_choice: bool
    fraction_done: float = Field(description="Share of the required steps, 0 to 1.")
    points: dict[str, Any]


class PartOut(Out):
    """A follow-up part; `answers` is null where it was kept back."""

    part: str
    done_at: datetime
    zone: str
    answers: Any


class FullOut(ScoresOut):
    """What the level `full` shows: and the answers, without what is kept back."""

    answers: dict[str, Any] | None
    parts: list[PartOut]


class SharingOut(Out):
    """What is shared of a completion now.

    `seen` names the choices that made it so: a device sends them with its next choice.
    """

    model_config = _shown(**_SHARED)

    level: Level
    kept_back: list[str]
    seen: list[UUID]


class OwnOut(FullOut):
    """What the client sees of their own: everything, at every level."""

    save: int
    received_at: datetime
    sharing: SharingOut
    version: int


class CompletionOut(RootModel[OwnOut | FullOut | ScoresOut | FactOut]):
    """A completion as its reader may see it: the level decides which members it has."""

    model_config = ConfigDict(json_schema_extra={"examples": [_SCORES]})


class CompletionPage(Out):
    """A page of completions, newest first; `next` is the following page's cursor."""

    model_config = _shown(items=[_SCORES], next=None)

    items: list[CompletionOut]
    next: str | None


class ReceiptOut(Out):
    """That a completion was received; the same for every repetition.

    `support` comes with a risk answer and where distress rose: show it first.
    """

    model_config = _shown(
        id=_FACT["id"],
        state="completed",
        save=1,
        received_at="2026-05-06T08:00:00Z",
        fraction_done=1.0,
        points=_POINTS,
        sharing=_SHARED,
        version=1,
        support=None,
    )

    id: UUID
    state: State
    save: int
    received_at: datetime
    fraction_done: float
    points: dict[str, Any]
    sharing: SharingOut
    version: int
    support: SupportOut | None


class PartReceiptOut(Out):
    """That a part was received. `pending`: its completion has not arrived yet.

    `support` comes with a risk answer: show it first.
    """

    model_config = _shown(
        completion_id=_FACT["id"],
        part="after",
        received_at="2026-05-11T18:00:05Z",
        pending=False,
        support=None,
    )

    completion_id: UUID
    part: str
    received_at: datetime
    pending: bool
    support: SupportOut | None


class SharingChangeOut(Out):
    """One choice of the client, as it was made."""

    id: UUID
    at: datetime
    received_at: datetime
    device_id: UUID | None
    level: Level
    kept_back: list[str]


class SharingHistoryOut(Out):
    """Every choice about a completion, and what they come to."""

    model_config = _shown(now=_SHARED, default="scores", changes=[])

    now: SharingOut
    default: Level = Field(description="What is shared as long as nothing was chosen.")
    changes: list[SharingChangeOut]


def shared(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row shares now, as it goes over the wire."""
    return {
        "level": row["level"],
        "kept_back": row["kept_back"],
        "seen": row["choices"],
    }


def receipt(
    row: Mapping[str, Any], support: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the receipt of a kept completion."""
    return {
        "id": row["id"],
        "state": row["state"],
        "save": row["save"],
        "received_at": row["received_at"],
        "fraction_done": row["fraction_done"],
        "points": row["points"],
        "sharing": shared(row),
        "version": row["version"],
        "support": support,
    }
