"""The caller of a request, found by one statement; a signature says what they may.

async def offer_assignment(caller: MayOffer, ...): ...

The look-up stands before the request's transaction, so that a stranger never waits for
a writer, nor makes one wait.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Security
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase
from fastapi.security.utils import get_authorization_scheme_param
from sqlalchemy import and_, bindparam, select
from sqlmodel import col
from starlette.requests import HTTPConnection

from api.access import tokens
from api.access.permissions import Reach, Right, Role, reach_of
from api.access.tables import AccessToken, Membership, SignIn
from api.foundation import clock
from api.foundation.database import database_of
from api.foundation.errors import NotPermitted, NotSignedIn
from api.foundation.journal import Actor
from api.foundation.straight import Statement

_A_CLIENT = frozenset({Role.CLIENT})


@dataclass(frozen=True)
class Caller:
    """Who is calling: a member of staff, or a client through one of their devices."""

    practice_id: UUID
    id: UUID
    roles: frozenset[Role]
    sign_in_id: UUID
    device_id: UUID | None = None

    @property
    def is_client(self) -> bool:
        """Whether a client is calling."""
        return Role.CLIENT in self.roles

    @property
    def actor(self) -> Actor:
        """How the journal names them."""
        kind = "client" if self.is_client else "staff"
        return Actor(self.practice_id, kind, self.id, self.device_id)

    def reach(self, right: Right) -> Reach | None:
        """Return on whose things the right holds, or None."""
        return reach_of(self.roles, right)


FIND_CALLER = Statement(
    select(
        col(SignIn.id).label("sign_in_id"),
        col(SignIn.kind),
        col(SignIn.person_id),
        col(SignIn.device_id),
        col(Membership.roles),
    )
    .select_from(AccessToken)
    .join(
        SignIn,
        and_(
            col(SignIn.practice_id) == col(AccessToken.practice_id),
            col(SignIn.id) == col(AccessToken.sign_in_id),
        ),
    )
    .outerjoin(
        Membership,
        and_(
            col(Membership.practice_id) == col(SignIn.practice_id),
            col(Membership.id) == col(SignIn.person_id),
            col(SignIn.kind) == "staff",
            col(Membership.ended_at).is_(None),
        ),
    )
    .where(
        col(AccessToken.practice_id) == bindparam("practice"),
        col(AccessToken.hash) == bindparam("hash"),
        col(AccessToken.expires_at) > bindparam("now"),
        col(SignIn.ended_at).is_(None),
        col(SignIn.expires_at) > bindparam("now"),
    )
)
"""Token to caller in one look-up; ending a sign-in or a membership ends it at once."""


def caller_from(practice_id: UUID, row: Sequence[Any]) -> Caller:
    """Make the caller of a row that `FIND_CALLER` found."""
    sign_in_id, kind, person_id, device_id, held = row
    roles = _A_CLIENT if kind == "client" else frozenset(map(Role, held or ()))
    if not roles:
        raise NotSignedIn
    return Caller(practice_id, person_id, roles, sign_in_id, device_id)


class Door(SecurityBase):
    """A dependency that finds the caller and lets in only who holds the right."""

    scheme_name = "bearer"
    model = HTTPBearer(description="An opaque access token")

    def __init__(self, right: Right) -> None:
        self.right = right

    async def __call__(self, connection: HTTPConnection) -> Caller:
        """Return the caller; 401 without a valid token, 403 without the right."""
        given = connection.headers.get("authorization")
        scheme, text = get_authorization_scheme_param(given)
        token = tokens.read(text) if scheme.lower() == "bearer" else None
        if token is None:
            raise NotSignedIn
        found = await database_of(connection).straight.read(
            FIND_CALLER,
            {"practice": token.practice_id, "hash": token.hash, "now": clock.now()},
        )
        if not found:
            raise NotSignedIn
        caller = caller_from(token.practice_id, found[0])
        if caller.reach(self.right) is None:
            raise NotPermitted
        return caller


def may(right: Right) -> Any:
    """Return the dependency that lets in only callers with the right."""
    return Security(Door(right), scopes=[right.value])


CurrentCaller = Annotated[Caller, may(Right.READ_SELF)]
MayReadPractice = Annotated[Caller, may(Right.READ_PRACTICE)]
MayManagePractice = Annotated[Caller, may(Right.MANAGE_PRACTICE)]
MayReadClients = Annotated[Caller, may(Right.READ_CLIENTS)]
MayAddClients = Annotated[Caller, may(Right.ADD_CLIENTS)]
MayManageClients = Annotated[Caller, may(Right.MANAGE_CLIENTS)]
MayManageCareTeam = Annotated[Caller, may(Right.MANAGE_CARE_TEAM)]
MayManageSeparations = Annotated[Caller, may(Right.MANAGE_SEPARATIONS)]
MayManageOwnDevices = Annotated[Caller, may(Right.MANAGE_OWN_DEVICES)]
MayManageOwnPeople = Annotated[Caller, may(Right.MANAGE_OWN_PEOPLE)]
MayManageOwnProfile = Annotated[Caller, may(Right.MANAGE_OWN_PROFILE)]
MayReadExercises = Annotated[Caller, may(Right.READ_EXERCISES)]
MayWriteExercises = Annotated[Caller, may(Right.WRITE_EXERCISES)]
MayOffer = Annotated[Caller, may(Right.OFFER_EXERCISES)]
MayAnswerOffers = Annotated[Caller, may(Right.ANSWER_OFFERS)]
MayPace = Annotated[Caller, may(Right.PACE_ASSIGNMENTS)]
MayReadAssignments = Annotated[Caller, may(Right.READ_ASSIGNMENTS)]
MaySubmit = Annotated[Caller, may(Right.SUBMIT_COMPLETIONS)]
MayReadCompletions = Annotated[Caller, may(Right.READ_COMPLETIONS)]
MayReadProgress = Annotated[Caller, may(Right.READ_PROGRESS)]
MayReadCare = Annotated[Caller, may(Right.READ_CARE)]
MayManageCare = Annotated[Caller, may(Right.MANAGE_CARE)]
MayReview = Annotated[Caller, may(Right.REVIEW_COMPLETIONS)]
MayReadAlerts = Annotated[Caller, may(Right.READ_ALERTS)]
MayAcknowledgeAlerts = Annotated[Caller, may(Right.ACKNOWLEDGE_ALERTS)]
MayManageSafety = Annotated[Caller, may(Right.MANAGE_SAFETY)]
MayReadConduct = Annotated[Caller, may(Right.READ_CONDUCT)]
MayReadPracticeConduct = Annotated[Caller, may(Right.READ_PRACTICE_CONDUCT)]
