"""Moves of several devices, in any order of arrival, become one standing.

`replay` is a function of the set of moves alone: permutation, repetition and partition
of what arrives change nothing. Moves whose makers had seen the same version of the
assignment did not know of each other and are merged; whoever had seen more builds on
the result. Moves that do not fit stay in the set, for a later arrival may make them fit.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

from api.assignments.joining import Order, Proposal, Trace, join
from api.assignments.lifecycle import apply, with_pause, without_pause
from api.assignments.standing import (
    NO_GRANTS,
    Actor,
    Applied,
    Grants,
    Move,
    Outcome,
    Refused,
    Repeated,
    Standing,
    State,
    Verb,
)

_EVERY_GRANT = Grants(do=True, remind=True, share=True)
_ANSWERS = frozenset(
    {Verb.ACCEPT, Verb.DECLINE, Verb.NOT_NOW, Verb.COUNTER, Verb.TAKE_BACK}
)
_PACES = frozenset({Verb.PAUSE, Verb.RESUME})
_HELD_BACK = _PACES | {Verb.HOLD}
_STATES_THAT_WAIT = frozenset({State.OFFERED, State.COUNTERED, State.DECLINED})
_SAYS_IT_AGAIN = _PACES | {Verb.NOT_NOW, Verb.GRANT, Verb.REVOKE}
"""Moves that have a say even where they repeat what is already so."""


@dataclass(frozen=True, slots=True)
class Said:
    """A move as it is kept.

    `seen` is the version of the assignment its maker knew; `recorded` the version it
    made here, which orders what staff and the system did. `device_id` is the client's.
    """

    id: UUID
    move: Move
    seen: int
    recorded: int
    device_id: UUID | None = None

    @property
    def order(self) -> Order:
        """Its place among the moves of its device."""
        return self.move.at, self.id


def replay(moves: Iterable[Said]) -> Standing | None:
    """Return where all moves together lead; None before the first offer."""
    kept = sorted({said.id: said for said in moves}.values(), key=_by_seen)
    standing: Standing | None = None
    for _, group in groupby(kept, key=lambda said: said.seen):
        standing = _together(standing, list(group))
    return standing


def follow(standing: Standing | None, move: Move) -> tuple[Standing | None, Outcome]:
    """Make one move on what its maker knew: the quick way, equal to `replay`.

    A pause, hold or resume that finds nothing agreed waits for the day something is:
    the terms it was said to may turn out later not to have been agreed.
    """
    outcome = apply(standing, move)
    if isinstance(outcome, Refused):
        return _waiting(standing, move), outcome
    return outcome.standing, outcome


def _waiting(standing: Standing | None, move: Move) -> Standing | None:
    if standing is None or standing.state not in _STATES_THAT_WAIT:
        return standing
    if move.verb not in _HELD_BACK:
        return standing
    by_client = move.actor is Actor.CLIENT
    if move.verb is Verb.HOLD:
        return standing if by_client else replace(standing, held=True)
    if move.verb is Verb.PAUSE:
        return replace(standing, paused_by=with_pause(standing.paused_by, move.actor))
    left = without_pause(standing.paused_by, move.actor)
    return replace(standing, paused_by=left, held=standing.held and by_client)


def _by_seen(said: Said) -> tuple[int, int, datetime, UUID]:
    return said.seen, said.recorded, *said.order


def _together(standing: Standing | None, group: Sequence[Said]) -> Standing | None:
    """Merge moves whose makers knew the same: staff first, then every device."""
    devices = _by_device(group)
    base = standing
    for said in sorted(group, key=_by_recorded):
        if said.move.actor is Actor.CLIENT:
            continue
        if said.move.verb is Verb.AGREE and _changed_their_mind(base, devices):
            continue
        base, _ = follow(base, said.move)
    if base is None:
        return None
    return join(base, [_trace(base, moves) for moves in devices.values()])


def _by_recorded(said: Said) -> tuple[int, UUID]:
    return said.recorded, said.id


def _by_device(group: Sequence[Said]) -> Mapping[UUID | None, Sequence[Said]]:
    devices: dict[UUID | None, list[Said]] = {}
    for said in group:
        if said.move.actor is Actor.CLIENT:
            devices.setdefault(said.device_id, []).append(said)
    for moves in devices.values():
        moves.sort(key=lambda said: said.order)
    return devices


def _changed_their_mind(
    standing: Standing | None, devices: Mapping[UUID | None, Sequence[Said]]
) -> bool:
    """Whether the client, not knowing of the therapist's yes, let go of the counter."""
    if standing is None:
        return False
    return any(
        _trace(standing, moves).after.counter_revision != standing.counter_revision
        for moves in devices.values()
    )


def _trace(base: Standing, moves: Sequence[Said]) -> Trace:
    trace = Trace(base)
    for said in moves:
        after, outcome = follow(trace.after, said.move)
        assert after is not None  # noqa: S101 - an offered assignment stays offered
        if _has_a_say(trace.after, after, said.move, outcome):
            trace = _extended(trace, after, said)
    return trace


def _has_a_say(before: Standing, after: Standing, move: Move, outcome: Outcome) -> bool:
    if isinstance(outcome, Applied) or after != before:
        return True
    return isinstance(outcome, Repeated) and move.verb in _SAYS_IT_AGAIN


def _extended(trace: Trace, after: Standing, said: Said) -> Trace:
    move = said.move
    named = move.grants or NO_GRANTS
    proposal = trace.proposal
    if move.verb is Verb.COUNTER and move.revision is not None:
        proposal = Proposal(said.order, move.revision, named)
    granted = trace.granted
    if move.verb is Verb.ACCEPT:
        granted = _EVERY_GRANT
    elif move.verb in (Verb.GRANT, Verb.REVOKE):
        granted |= named
    return Trace(
        after=after,
        answered=trace.answered or move.verb in _ANSWERS | {Verb.WITHDRAW},
        paced=trace.paced or move.verb in _PACES,
        granted=granted,
        proposal=proposal,
    )
