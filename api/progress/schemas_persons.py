"""What goes over the wire about progress by person: counts and series, never a label."""

from datetime import date
from typing import Literal
from uuid import UUID

from pydantic import Field

from api.foundation.schemas import Out
from api.progress.schemas import SeriesOut
from api.progress.schemas_figures import CLIENT, RATIO, Count, FigureOut, example

_FLAGS = {
    "present": 1,
    "absent": 3,
    "unclear": 1,
    "looks": 2,
    "looks_with_present": 1,
    "seen_on": "2026-05-18",
}
_PERSON = {
    "person_id": "01890a5d-ac96-774b-bcce-b302099a8059",
    "nickname": "M.",
    "dealbreakers": _FLAGS,
    "green_flags": {**_FLAGS, "present": 4},
    "unclear_share": {**RATIO, "value": 0.2, "method": "share"},
    "steps_per_month": {**RATIO, "value": 0.5, "method": "levels moved / 30 days"},
    "series": [],
    "words": ["You met something here that is a dealbreaker for you."],
}


class FlagsFoundOut(Out):
    """One of the client's own lists held beside a person: counts of the newest look."""

    present: Count
    absent: Count
    unclear: Count
    looks: Count = Field(description="How often the list was held beside this person.")
    looks_with_present: Count = Field(
        description="In how many of those looks something was met. Nothing is lost."
    )
    seen_on: date | None = Field(description="The day of the newest look.")


class PersonProgressOut(Out):
    """What was written down of one person. Present dealbreakers come first."""

    model_config = example(**_PERSON)

    person_id: UUID
    nickname: str
    dealbreakers: FlagsFoundOut
    green_flags: FlagsFoundOut
    unclear_share: FigureOut
    steps_per_month: FigureOut = Field(description="Rings moved, in either direction.")
    series: list[SeriesOut] = Field(
        description="How limits, words, values and trust were met, for this person."
    )
    words: list[str]


class PersonsOut(Out):
    """Progress by person, in the order the client named them."""

    model_config = example(
        view="client",
        client_id=CLIENT,
        parameter_set="attune.progress.1",
        complete=True,
        persons=[_PERSON],
        words=["These are counts of what was written down."],
    )

    view: Literal["client", "therapist"]
    client_id: UUID
    parameter_set: str
    complete: bool
    persons: list[PersonProgressOut]
    words: list[str]
