"""A plan with everything that belongs to it, and what follows from the rows. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from api.assignments.standing import State
from api.assignments.tables import Assignment
from api.programmes.definition import Part
from api.programmes.gates import Known, Step
from api.programmes.standing import LEFT_OUT, is_agreed, state_of
from api.programmes.tables import (
    PlanMove,
    PlanPart,
    PlanRevision,
    ProgrammePlan,
    ProgrammeVersion,
)
from api.programmes.words import STEPS, Kind, PlanState, PlanVerb


@dataclass(slots=True)
class Bundle:
    """Rows of one plan; the assignments are as they are now."""

    plan: ProgrammePlan
    version: ProgrammeVersion
    slug: str
    revisions: Mapping[int, PlanRevision]
    members: Sequence[tuple[PlanPart, Assignment]]
    moves: Sequence[PlanMove]

    @property
    def kind(self) -> Kind:
        """Course or ladder."""
        return Kind(self.version.document["kind"])

    @property
    def in_force(self) -> int:
        """The order in force: what was agreed, else what was offered last."""
        plan = self.plan
        if plan.agreed_revision is not None:
            return plan.agreed_revision
        return plan.latest_revision

    @property
    def proposed(self) -> int:
        """The order that a therapist goes on from: what is offered, else in force."""
        return self.plan.offered_revision or self.in_force

    @property
    def state(self) -> PlanState:
        """Where the plan stands, of the parts in force and those proposed."""
        shown = {**self.assignments(self.in_force), **self.assignments(self.proposed)}
        return state_of(one.state for one in shown.values())

    def parts(self, number: int) -> list[Part]:
        """Return the parts of a numbered order."""
        return [Part.model_validate(one) for one in self.revisions[number].parts]

    def assignments(self, number: int) -> dict[str, Assignment]:
        """Return which assignment each part is in a numbered order."""
        names = {part["id"] for part in self.revisions[number].parts}
        return {
            row.part: assignment
            for row, assignment in self.members
            if row.part in names and row.since_revision <= number
        }

    def of_part(self, part: str) -> list[UUID]:
        """Return every assignment that ever was this part: its evidence stays."""
        return [row.assignment_id for row, _ in self.members if row.part == part]

    def any_agreed(self) -> bool:
        """Whether any part is in force."""
        return any(is_agreed(one.state) for _, one in self.members)

    def known(
        self,
        number: int,
        runs: Mapping[str, Sequence[datetime]],
        steps: Sequence[Step],
        now: datetime,
    ) -> Known:
        """Return what the rule of gates needs, for a numbered order of parts."""
        assigned = self.assignments(number)
        return Known(
            kind=self.kind,
            parts=self.parts(number),
            runs=runs,
            steps=steps,
            now=now,
            left_out=frozenset(
                part for part, one in assigned.items() if one.state in LEFT_OUT
            ),
            orders=[
                [part["id"] for part in row.parts]
                for at, row in sorted(self.revisions.items())
                if at < number
            ],
        )

    def steps(self) -> list[Step]:
        """Return the client's own steps."""
        return [step_of(move) for move in self.moves if move.verb in STEPS]


def step_of(move: PlanMove) -> Step:
    """Return a kept step as the rule reads it."""
    up = move.verb is PlanVerb.GO
    return Step(move.id, move.device_id, move.at, move.seen, move.part, up)


def waits_for_answer(assignment: Assignment) -> bool:
    """Whether an offer of this part is open: the first, or one beside agreed terms."""
    if assignment.offered_revision is None:
        return False
    return assignment.state is State.OFFERED or is_agreed(assignment.state)
