"""Where a plan stands, made of its parts. Pure; nothing is kept against them."""

from collections.abc import Iterable

from api.assignments.standing import AGREED_STATES, ENDED_STATES, State
from api.programmes.words import PlanState

LEFT_OUT = ENDED_STATES | {State.DECLINED}
"""States of parts that nobody does any more, or never did."""
_IN_FORCE = (State.ACTIVE, State.ON_HOLD, State.PAUSED)
_OPEN = (State.COUNTERED, State.OFFERED)
_OVER = (
    State.FINISHED,
    State.WITHDRAWN,
    State.DECLINED,
    State.CANCELLED,
    State.LAPSED,
)


def state_of(parts: Iterable[State]) -> PlanState:
    """Say where the whole stands: what is in force first, then what is open, then ends.

    One active part makes an active plan, whatever was said to the others.
    """
    found = set(parts)
    for state in (*_IN_FORCE, *_OPEN, *_OVER):
        if state in found:
            return PlanState(state.value)
    return PlanState.CANCELLED


def is_agreed(state: State) -> bool:
    """Whether a part is in force, paused or held."""
    return state in AGREED_STATES
