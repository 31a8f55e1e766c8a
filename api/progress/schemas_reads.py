"""What goes over the wire about reads: expectation and outcome, alarms, ways to safety.

No field and no code calls a read or a person anything.
"""

from typing import Literal
from uuid import UUID

from pydantic import Field

from api.foundation.schemas import Out
from api.progress.reads import Kind
from api.progress.schemas_figures import (
    CLIENT,
    MEDIAN,
    RATIO,
    Count,
    FigureOut,
    example,
)

_BRIER = {**RATIO, "value": 0.21, "method": "brier"}
_SDT = {**RATIO, "method": "signal detection, log-linear"}
_READS = {
    "kind": "experiments",
    "title": "What you expected of others, and what came",
    "exercises": ["saying-no", "small-share"],
    "expectancy_change": {**MEDIAN, "value": 25.0},
    "learning_rate": {**MEDIAN, "value": 0.4},
    "expectancy_violation": {**MEDIAN, "value": 60.0},
    "accurate": {**RATIO, "value": 0.7, "n": 10, "interval": [0.4, 0.89]},
    "undecided": 0,
    "counts": {"happened": 3, "partly": 1, "did_not_happen": 7, "unknown": 0},
    "brier": _BRIER,
    "expected_minus_came": {**RATIO, "value": 0.18, "method": "mean belief - share"},
    "reliability": {**_BRIER, "value": 0.05, "method": "murphy, distinct beliefs"},
    "resolution": {**_BRIER, "value": 0.05, "method": "murphy, distinct beliefs"},
    "uncertainty": {**_BRIER, "method": "murphy, distinct beliefs"},
    "bins": [],
    "words": ["Your read was accurate in 7 of 10."],
}
_ALARMS = {
    "cells": {
        "accurate_alarm": 6,
        "missed_alarm": 2,
        "false_alarm": 3,
        "accurate_calm": 9,
        "cannot_tell": 1,
    },
    "d_prime": {**_SDT, "value": 1.2},
    "criterion": {**_SDT, "value": 0.01},
    "hit_rate": {**_SDT, "value": 0.72},
    "false_alarm_rate": {**_SDT, "value": 0.27},
    "words": ["Your alarm is one with fewer false alarms."],
}
_OPTION = {
    "kind": "resources",
    "words": "If you are not safe right now, people you can reach are listed here.",
    "href": "/v1/crisis-resources",
    "exercise": None,
}


class BinOut(Out):
    """Beliefs within ten points, and how often it then came."""

    from_belief: Count
    to_belief: Count
    n: Count
    mean_belief: float | None
    share: float | None = Field(description="Null in a bin of fewer than 5.")
    reason: str | None


class ReadsOut(Out):
    """One kind of reads. Change of expectation comes first, then learning."""

    model_config = example(**_READS)

    kind: Kind
    title: str
    exercises: list[str]
    expectancy_change: FigureOut
    learning_rate: FigureOut
    expectancy_violation: FigureOut
    accurate: FigureOut = Field(
        description="How often the likelier side of a belief is what came."
    )
    undecided: Count = Field(description="Beliefs of exactly one half.")
    counts: dict[str, Count] = Field(
        description="By outcome: happened, partly, did_not_happen, unknown. Only the "
        "first and the third are in the scores."
    )
    brier: FigureOut
    expected_minus_came: FigureOut = Field(
        description="Mean belief minus share of what came; above 0, more was expected."
    )
    reliability: FigureOut = Field(
        description="Brier = reliability - resolution + uncertainty."
    )
    resolution: FigureOut
    uncertainty: FigureOut
    bins: list[BinOut] = Field(description="From 30 known outcomes on; before, none.")
    words: list[str]


class AlarmsOut(Out):
    """Inner alarms beside what was there. Of reads, never of a person."""

    model_config = example(**_ALARMS)

    cells: dict[str, Count] = Field(
        description="accurate_alarm, missed_alarm, false_alarm, accurate_calm, and "
        "cannot_tell, which is in no figure."
    )
    d_prime: FigureOut = Field(
        description="From 10 known outcomes with 3 of each side on."
    )
    criterion: FigureOut = Field(description="Below 0: notices more.")
    hit_rate: FigureOut
    false_alarm_rate: FigureOut
    words: list[str]


class SafetyOptionOut(Out):
    """A way to safety, to show where something feared has come true."""

    model_config = example(**_OPTION)

    kind: Literal["resources", "talk", "exercise"]
    words: str
    href: str | None
    exercise: str | None = Field(description="The slug of a library exercise.")


class CalibrationOut(Out):
    """How what was expected met what came, for the reader in `view`."""

    model_config = example(
        view="client",
        client_id=CLIENT,
        parameter_set="attune.progress.1",
        complete=True,
        reads=[_READS],
        alarms=_ALARMS,
        safety_options=[_OPTION],
        words=["A missed alarm costs more than a quiet one."],
    )

    view: Literal["client", "therapist"]
    client_id: UUID
    parameter_set: str
    complete: bool = Field(
        description="False where only the newest 2,000 runs went in."
    )
    reads: list[ReadsOut]
    alarms: AlarmsOut
    safety_options: list[SafetyOptionOut] = Field(
        description="Ways to safety after something feared came true; else none."
    )
    words: list[str] = Field(description="To be shown with any of it.")
