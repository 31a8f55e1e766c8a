"""The client's own steps: on to a part, and back. Nobody else makes them.

Going back lowers no number and takes nothing away: runs and what they showed stay
with their part. A step is asked for no reason.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.assignments.service_anchors import note_step
from api.assignments.standing import State
from api.foundation import clock
from api.programmes.bundle import Bundle, step_of
from api.programmes.gates import (
    Known,
    Step,
    StepRefusal,
    Target,
    down_to,
    go_to,
    opened_by_client,
)
from api.programmes.schemas_plans import StepIn
from api.programmes.service_keeping import (
    PlanRefused,
    Said,
    is_repeated,
    keep,
    load,
    opened,
)
from api.programmes.standing import is_agreed
from api.programmes.words import PlanVerb

_MESSAGES = {
    StepRefusal.NO_SUCH_PART: "There is no such part in what was agreed.",
    StepRefusal.PART_NEEDED: "Name the part.",
    StepRefusal.NOT_A_GO: "This part does not wait for a go.",
    StepRefusal.NOT_NEXT: "One rung at a time: this one is further up.",
    StepRefusal.NOT_BELOW: "This rung is not below.",
    StepRefusal.NOTHING_ABOVE: "No part waits for a go.",
}


async def go(db: AsyncSession, caller: Caller, plan_id: UUID, body: StepIn) -> Bundle:
    """Go on to the next part that waits for a go, or to the one named.

    Raises PlanRefused where it leads nowhere, or to a part not agreed, or on hold.
    """
    bundle, done = await _opened(db, caller, plan_id, PlanVerb.GO, body)
    if done:
        return bundle
    target = _target(bundle, go_to(_known(bundle), body.part))
    if target.part is not None:
        _check_agreed(bundle, target.part)
    return await _made(db, caller, bundle, PlanVerb.GO, body, target)


async def down(db: AsyncSession, caller: Caller, plan_id: UUID, body: StepIn) -> Bundle:
    """Step back: to the rung below, to the one named, or off the ladder."""
    bundle, done = await _opened(db, caller, plan_id, PlanVerb.DOWN, body)
    if done:
        return bundle
    target = _target(bundle, down_to(_known(bundle), body.part))
    return await _made(db, caller, bundle, PlanVerb.DOWN, body, target)


async def _opened(
    db: AsyncSession, caller: Caller, plan_id: UUID, verb: PlanVerb, body: StepIn
) -> tuple[Bundle, bool]:
    bundle = await opened(db, caller, plan_id, right=Right.ANSWER_OFFERS)
    return bundle, is_repeated(bundle, verb, body, Said(part=body.part))


def _known(bundle: Bundle, steps: Sequence[Step] | None = None) -> Known:
    """What the rule needs for steps; what was done has no part in them."""
    runs: dict[str, list[datetime]] = {}
    taken = bundle.steps() if steps is None else steps
    return bundle.known(bundle.in_force, runs, taken, clock.now())


def _target(bundle: Bundle, found: Target | StepRefusal) -> Target:
    if isinstance(found, Target):
        return found
    raise _refused(bundle, found.value, _MESSAGES[found])


def _refused(bundle: Bundle, reason: str, message: str) -> PlanRefused:
    return PlanRefused(
        message,
        reason=reason,
        state=bundle.state.value,
        version=bundle.plan.version,
    )


def _check_agreed(bundle: Bundle, part: str) -> None:
    assignment = bundle.assignments(bundle.in_force)[part]
    if not is_agreed(assignment.state):
        message = "This part has not been agreed; answer its offer first."
        raise _refused(bundle, "not_agreed", message)
    if assignment.state is State.ON_HOLD:
        message = "A safety hold is in force; the therapist lifts it."
        raise _refused(bundle, "on_hold", message)


async def _made(
    db: AsyncSession,
    caller: Caller,
    bundle: Bundle,
    verb: PlanVerb,
    body: StepIn,
    target: Target,
) -> Bundle:
    if target.repeated and body.id is None:
        return bundle
    before = opened_by_client(_known(bundle))
    said = Said(part=body.part)
    row = await keep(db, caller, bundle, verb, body, said, leads_to=target.part)
    after = opened_by_client(_known(bundle, [*bundle.steps(), step_of(row)]))
    assigned = bundle.assignments(bundle.in_force)
    for part in sorted(before ^ after):
        await note_step(
            db,
            assigned[part],
            is_open=part in after,
            move_id=row.id,
            at=row.at,
        )
    (fresh,) = await load(db, caller.practice_id, [bundle.plan])
    return fresh
