"""Who may do what, on whose things: the one table.

Dependencies, the docs, the OpenAPI scopes and the isolation test all read it. A right
that no row grants is granted to nobody. What is outside a caller's reach does not
exist for them: the answer is 404, as for a thing that was never there.
"""

from collections.abc import Iterable, Mapping
from enum import IntEnum, StrEnum


class Role(StrEnum):
    """What a person is in a practice; staff may hold several."""

    CLIENT = "client"
    THERAPIST = "therapist"
    OWNER = "owner"
    COORDINATOR = "coordinator"
    PRIVACY_OFFICER = "privacy_officer"


STAFF_ROLES = frozenset(Role) - {Role.CLIENT}


class Reach(IntEnum):
    """On whose things a right holds; wider is larger."""

    OWN = 1
    CARE_TEAM = 2
    PRACTICE = 3


class Right(StrEnum):
    """What can be done."""

    READ_SELF = "read_self"
    """See who you are signed in as, and end your own sign-in."""
    READ_PRACTICE = "read_practice"
    """See the practice's name, zone and staff."""
    MANAGE_PRACTICE = "manage_practice"
    """Rename the practice, invite staff, change roles, end access."""
    READ_CLIENTS = "read_clients"
    """See clients: nickname, zone, who cares for them. Nothing clinical."""
    ADD_CLIENTS = "add_clients"
    """Take a new client into one's care."""
    MANAGE_CLIENTS = "manage_clients"
    """Rename or discharge a client, issue enrolment codes, see shared persons."""
    MANAGE_CARE_TEAM = "manage_care_team"
    """Say who of the staff cares for a client."""
    MANAGE_SEPARATIONS = "manage_separations"
    """Keep two clients apart: no shared staff, no trace of each other."""
    MANAGE_OWN_DEVICES = "manage_own_devices"
    """See one's devices and end them."""
    MANAGE_OWN_PEOPLE = "manage_own_people"
    """Keep private nicknames of the people in one's life."""
    MANAGE_OWN_PROFILE = "manage_own_profile"
    """Change one's own zone and nickname."""
    READ_EXERCISES = "read_exercises"
    """Read the library and the practice's published exercises."""
    WRITE_EXERCISES = "write_exercises"
    """Draft, publish, fork and retire the practice's exercises."""
    OFFER_EXERCISES = "offer_exercises"
    """Offer, revise, agree, hold, finish, cancel."""
    ANSWER_OFFERS = "answer_offers"
    """Accept, decline, not now, counter-propose, withdraw, give and revoke grants."""
    PACE_ASSIGNMENTS = "pace_assignments"
    """Pause and resume."""
    READ_ASSIGNMENTS = "read_assignments"
    """See what was offered and agreed, and its history as one may see it."""
    SUBMIT_COMPLETIONS = "submit_completions"
    """Send what was done, from any device, at any time; choose who may read it."""
    READ_COMPLETIONS = "read_completions"
    """Read what was done, as far as it is shared."""
    READ_PROGRESS = "read_progress"
    """Read series, charts and adherence, as far as they are shared."""
    READ_CARE = "read_care"
    """See precautions, phase and what offers wait for, of a client."""
    MANAGE_CARE = "manage_care"
    """Keep a client's precautions and phase."""
    REVIEW_COMPLETIONS = "review_completions"
    """Mark what was shared as seen, say something to it, record session markers."""
    READ_ALERTS = "read_alerts"
    """See alerts; a client sees their own."""
    ACKNOWLEDGE_ALERTS = "acknowledge_alerts"
    """Say that an alert was seen and what came of it."""
    MANAGE_SAFETY = "manage_safety"
    """Say who reads alerts and how soon, and set the practice's safety texts."""
    READ_CONDUCT = "read_conduct"
    """See how the practice kept to consent in one client's care."""
    READ_PRACTICE_CONDUCT = "read_practice_conduct"
    """See how the practice kept to consent, as counts without clients."""


_EVERYONE = dict.fromkeys(Role, Reach.OWN)
_STAFF = dict.fromkeys(sorted(STAFF_ROLES), Reach.PRACTICE)
_CLIENT = {Role.CLIENT: Reach.OWN}
_THERAPIST = {Role.THERAPIST: Reach.CARE_TEAM}
_BOTH = _CLIENT | _THERAPIST

TABLE: Mapping[Right, Mapping[Role, Reach]] = {
    Right.READ_SELF: _EVERYONE,
    Right.READ_PRACTICE: _STAFF,
    Right.MANAGE_PRACTICE: {Role.OWNER: Reach.PRACTICE},
    Right.READ_CLIENTS: _STAFF | _THERAPIST,
    Right.ADD_CLIENTS: _THERAPIST,
    Right.MANAGE_CLIENTS: _THERAPIST,
    Right.MANAGE_CARE_TEAM: _THERAPIST
    | {Role.OWNER: Reach.PRACTICE, Role.COORDINATOR: Reach.PRACTICE},
    Right.MANAGE_SEPARATIONS: {
        Role.OWNER: Reach.PRACTICE,
        Role.PRIVACY_OFFICER: Reach.PRACTICE,
    },
    Right.MANAGE_OWN_DEVICES: _CLIENT,
    Right.MANAGE_OWN_PEOPLE: _CLIENT,
    Right.MANAGE_OWN_PROFILE: _CLIENT,
    Right.READ_EXERCISES: dict.fromkeys(Role, Reach.PRACTICE),
    Right.WRITE_EXERCISES: {Role.THERAPIST: Reach.PRACTICE},
    Right.OFFER_EXERCISES: _THERAPIST,
    Right.ANSWER_OFFERS: _CLIENT,
    Right.PACE_ASSIGNMENTS: _BOTH,
    Right.READ_ASSIGNMENTS: _BOTH,
    Right.SUBMIT_COMPLETIONS: _CLIENT,
    Right.READ_COMPLETIONS: _BOTH,
    Right.READ_PROGRESS: _BOTH,
    Right.READ_CARE: _BOTH,
    Right.MANAGE_CARE: _THERAPIST,
    Right.REVIEW_COMPLETIONS: _THERAPIST,
    Right.READ_ALERTS: _BOTH,
    Right.ACKNOWLEDGE_ALERTS: _THERAPIST,
    Right.MANAGE_SAFETY: {Role.OWNER: Reach.PRACTICE},
    Right.READ_CONDUCT: _BOTH,
    Right.READ_PRACTICE_CONDUCT: {
        Role.OWNER: Reach.PRACTICE,
        Role.PRIVACY_OFFICER: Reach.PRACTICE,
    },
}

PUBLIC_OPERATIONS = frozenset(
    {
        "accept_invitation",
        "sign_in",
        "refresh",
        "enrol_device",
        "issue_token",
        "livez",
        "readyz",
        "list_crisis_resources",
    }
)
"""Operations that need no token; everything else names a right in its signature.

Crisis resources are among them because a person who is signed out may need help most.
"""


def reach_of(roles: Iterable[Role], right: Right) -> Reach | None:
    """Return the widest reach that any of the roles gives, or None for no right."""
    given = TABLE[right]
    reaches = [given[role] for role in roles if role in given]
    return max(reaches, default=None)
