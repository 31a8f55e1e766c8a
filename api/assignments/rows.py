"""How rows and the rules' values become each other. Pure; decides nothing."""

from datetime import datetime
from uuid import UUID

from api.assignments.merge import Said
from api.assignments.standing import Grants, Move, Standing
from api.assignments.tables import Assignment, AssignmentMove


def standing_of(row: Assignment) -> Standing:
    """Return the standing that the row keeps."""
    return Standing(
        state=row.state,
        agreed_revision=row.agreed_revision,
        offered_revision=row.offered_revision,
        counter_revision=row.counter_revision,
        latest_revision=row.latest_revision,
        grants=Grants(row.may_do, row.may_remind, row.may_share),
        counter_grants=Grants(*(row.counter_grants or ())),
        paused_by=row.paused_by,
        held=row.is_held,
        not_now_until=row.not_now_until,
    )


def said_of(row: AssignmentMove) -> Said:
    """Return a kept move as the rules read it."""
    move = Move(
        verb=row.verb,
        actor=row.actor,
        at=row.at,
        revision=row.revision,
        grants=None if row.grants is None else Grants(*row.grants),
        until=row.until,
        replaces=row.replaces,
    )
    return Said(row.id, move, row.seen, row.recorded, row.device_id)


def show(assignment: Assignment, after: Standing) -> None:
    """Write a standing into the row that readers see."""
    assignment.state = after.state
    assignment.agreed_revision = after.agreed_revision
    assignment.offered_revision = after.offered_revision
    assignment.counter_revision = after.counter_revision
    assignment.latest_revision = max(assignment.latest_revision, after.latest_revision)
    assignment.shown_revision = (
        after.agreed_revision or after.offered_revision or assignment.shown_revision
    )
    assignment.may_do = after.grants.do
    assignment.may_remind = after.grants.remind
    assignment.may_share = after.grants.share
    assignment.counter_grants = listed(after.counter_grants)
    assignment.paused_by = after.paused_by
    assignment.is_held = after.held
    assignment.not_now_until = after.not_now_until


def listed(grants: Grants | None) -> list[bool] | None:
    """Return grants as a row keeps them."""
    return None if grants is None else [grants.do, grants.remind, grants.share]


def row_of(
    assignment: Assignment,
    said: Said,
    *,
    actor_id: UUID | None,
    received_at: datetime,
    reason: str | None = None,
    reason_shared: bool = False,
) -> AssignmentMove:
    """Return the row of a move."""
    move = said.move
    return AssignmentMove(
        practice_id=assignment.practice_id,
        assignment_id=assignment.id,
        id=said.id,
        client_id=assignment.client_id,
        verb=move.verb,
        actor=move.actor,
        actor_id=actor_id,
        device_id=said.device_id,
        at=move.at,
        received_at=received_at,
        seen=said.seen,
        recorded=said.recorded,
        revision=move.revision,
        replaces=move.replaces,
        grants=listed(move.grants),
        until=move.until,
        reason=reason,
        reason_shared=reason_shared,
    )
