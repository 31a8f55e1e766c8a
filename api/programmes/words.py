"""The words of a programme plan: verbs, kinds, where a plan stands. Values only."""

from enum import StrEnum


class Kind(StrEnum):
    """A course has an order; on a ladder the client goes up and down at will."""

    COURSE = "course"
    LADDER = "ladder"


class Origin(StrEnum):
    """Where a programme comes from."""

    LIBRARY = "library"
    PRACTICE = "practice"


class PlanVerb(StrEnum):
    """What people do with a plan as a whole, and the client's own steps in it."""

    OFFER = "offer"
    REVISE = "revise"
    CANCEL = "cancel"
    ACCEPT = "accept"
    DECLINE = "decline"
    NOT_NOW = "not_now"
    WITHDRAW = "withdraw"
    GO = "go"
    DOWN = "down"


STEPS = frozenset({PlanVerb.GO, PlanVerb.DOWN})
"""The client's own moves between parts."""


class PlanState(StrEnum):
    """Where a plan stands, as its parts make it; never kept for itself."""

    OFFERED = "offered"
    COUNTERED = "countered"
    ACTIVE = "active"
    PAUSED = "paused"
    ON_HOLD = "on_hold"
    FINISHED = "finished"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
