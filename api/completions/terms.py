"""The terms a run was begun under, and what they share by default. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.assignments.merge import Said, replay
from api.assignments.standing import AGREED_STATES, State, Verb
from api.completions.sharing import Level

_PROPOSALS = frozenset({Verb.OFFER, Verb.REVISE, Verb.AGREE, Verb.KEEP})
"""Staff's words that a client's slow clock must not put after the client's answer."""

_YES = frozenset({Verb.ACCEPT, Verb.AGREE})
"""The client's yes to an offer, or the therapist's to what the client proposed."""


@dataclass(frozen=True, slots=True)
class Begun:
    """One revision of an assignment's terms, and where the assignment stands.

    `was_agreed`: the client said yes to this assignment at some time, whatever became
    of it since. `terms_level` is what these terms share where sharing was granted.
    """

    assignment_id: UUID
    revision: int
    exercise_id: UUID
    exercise_version_id: UUID
    setting: str
    terms_level: Level
    was_agreed: bool
    state: State
    may_share: bool
    changed_at: datetime

    def default_now(self, at: datetime) -> Level | None:
        """Return what is shared by default of a run that ended at a moment.

        None where the assignment has changed since: then its moves have to be read.
        """
        if self.changed_at > at or self.state not in AGREED_STATES:
            return None
        return self.terms_level if self.may_share else Level.SEALED


def default_at(terms_level: Level, moves: Iterable[Said], at: datetime) -> Level:
    """Return what is shared by default of a run that ended at a moment.

    The terms' level if the grant to share was in force then, else nothing: whoever
    takes the grant back later keeps what they shared, and can seal each one. A run
    from before the yes counts as done under it.
    """
    known = list(moves)
    yes = [said.move.at for said in known if said.move.verb in _YES]
    at = max(at, min(yes)) if yes else at
    standing = replay(
        said for said in known if said.move.at <= at or said.move.verb in _PROPOSALS
    )
    shares = standing is not None and standing.grants.share
    return terms_level if shares else Level.SEALED
