"""The words of consent: where an assignment stands, moves, and their outcomes.

Values only; what a move does is said in `lifecycle`. Pure: no database, no clock.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where an assignment stands between client and therapist."""

    OFFERED = "offered"
    COUNTERED = "countered"
    ACTIVE = "active"
    PAUSED = "paused"
    ON_HOLD = "on_hold"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"
    FINISHED = "finished"
    LAPSED = "lapsed"


class Verb(StrEnum):
    """What people do with an assignment."""

    OFFER = "offer"
    ACCEPT = "accept"
    DECLINE = "decline"
    NOT_NOW = "not_now"
    COUNTER = "counter"
    TAKE_BACK = "take_back"
    AGREE = "agree"
    KEEP = "keep"
    REVISE = "revise"
    PAUSE = "pause"
    RESUME = "resume"
    HOLD = "hold"
    WITHDRAW = "withdraw"
    FINISH = "finish"
    CANCEL = "cancel"
    LAPSE = "lapse"
    GRANT = "grant"
    REVOKE = "revoke"
    QUIET = "quiet"


class Actor(StrEnum):
    """Who makes a move."""

    CLIENT = "client"
    THERAPIST = "therapist"
    SYSTEM = "system"


class PausedBy(StrEnum):
    """Whose pause is in force."""

    CLIENT = "client"
    THERAPIST = "therapist"
    BOTH = "both"


class Refusal(StrEnum):
    """Why a move was not made: a stable code for programs."""

    NOT_YOURS = "not_yours"
    NOT_OFFERED = "not_offered"
    ALREADY_OFFERED = "already_offered"
    ENDED = "ended"
    NOT_AGREED = "not_agreed"
    ALREADY_AGREED = "already_agreed"
    NOTHING_OFFERED = "nothing_offered"
    NOTHING_COUNTERED = "nothing_countered"
    COUNTERED = "countered"
    STALE_REVISION = "stale_revision"
    REVISION_NEEDED = "revision_needed"
    NEEDS_DO = "needs_do"
    NOTHING_NAMED = "nothing_named"
    ON_HOLD = "on_hold"
    PAUSED_BY_OTHER = "paused_by_other"
    NOT_ACTIVE = "not_active"
    NOT_NOW = "not_now"


MESSAGES: Mapping[Refusal, str] = {
    Refusal.NOT_YOURS: "This move belongs to someone else.",
    Refusal.NOT_OFFERED: "There is no assignment yet.",
    Refusal.ALREADY_OFFERED: "This assignment was offered before; revise it instead.",
    Refusal.ENDED: "This assignment has come to an end.",
    Refusal.NOT_AGREED: "Nothing has been agreed yet.",
    Refusal.ALREADY_AGREED: "These terms are already agreed. To stop, withdraw; "
    "to give or take back one grant, change the grants.",
    Refusal.NOTHING_OFFERED: "No offer is waiting for an answer. "
    "To stop altogether, withdraw.",
    Refusal.NOTHING_COUNTERED: "No counter-proposal is waiting for an answer.",
    Refusal.COUNTERED: "A counter-proposal stands; take it back first.",
    Refusal.STALE_REVISION: "The terms named are not the ones that stand now.",
    Refusal.REVISION_NEEDED: "Name the revision this move is about.",
    Refusal.NEEDS_DO: "Accepting needs the grant to do it.",
    Refusal.NOTHING_NAMED: "Name at least one grant.",
    Refusal.ON_HOLD: "A safety hold is in force; the therapist lifts it.",
    Refusal.PAUSED_BY_OTHER: "Only the person who paused can resume.",
    Refusal.NOT_ACTIVE: "This can only be done while the assignment is active.",
    Refusal.NOT_NOW: "The client asked for time, and the time is not over.",
}


@dataclass(frozen=True, slots=True)
class Grants:
    """The three separate grants: do it, be reminded, share it.

    In a `grant` or `revoke` move, the ones that are true are the ones named.
    """

    do: bool = False
    remind: bool = False
    share: bool = False

    def __and__(self, other: "Grants") -> "Grants":
        """What both allow."""
        return Grants(
            self.do and other.do,
            self.remind and other.remind,
            self.share and other.share,
        )

    def __or__(self, other: "Grants") -> "Grants":
        """What either allows."""
        return Grants(
            self.do or other.do,
            self.remind or other.remind,
            self.share or other.share,
        )

    def without(self, other: "Grants") -> "Grants":
        """What stays when the other is taken away."""
        return Grants(
            self.do and not other.do,
            self.remind and not other.remind,
            self.share and not other.share,
        )


NO_GRANTS = Grants()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one assignment stands.

    `offered_revision` is the open offer; beside `agreed_revision` it may stand while
    the agreed terms stay in force. `counter_grants` are the grants the client gave
    with a counter-proposal made before anything was agreed.
    """

    state: State
    agreed_revision: int | None = None
    offered_revision: int | None = None
    counter_revision: int | None = None
    latest_revision: int = 1
    grants: Grants = NO_GRANTS
    counter_grants: Grants = NO_GRANTS
    paused_by: PausedBy | None = None
    held: bool = False
    not_now_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """One thing somebody does.

    `revision` names the terms a move is about (new ones for `offer`, `revise` and
    `counter`). `replaces` makes a `revise` cosmetic: it names the revision whose
    wording the new one replaces; without it the revise is material, a new offer.
    """

    verb: Verb
    actor: Actor
    at: datetime
    revision: int | None = None
    grants: Grants | None = None
    until: datetime | None = None
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """The move was made."""

    standing: Standing


@dataclass(frozen=True, slots=True)
class Repeated:
    """What the move asks for is already so; nothing changed."""

    standing: Standing


@dataclass(frozen=True, slots=True)
class Refused:
    """The move does not fit where things stand; `standing` says where that is."""

    code: Refusal
    message: str
    standing: Standing | None


Outcome = Applied | Repeated | Refused

AGREED_STATES = frozenset({State.ACTIVE, State.PAUSED, State.ON_HOLD})
OPEN_STATES = AGREED_STATES | {State.OFFERED, State.COUNTERED}
ENDED_STATES = frozenset(
    {State.WITHDRAWN, State.CANCELLED, State.FINISHED, State.LAPSED}
)
"""Final for ever. `declined` is not among them: the therapist may offer anew."""
