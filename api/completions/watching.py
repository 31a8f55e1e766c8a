"""A run as the early-warning rules may read it: by its client, or by the care team.

Pure. What is not shared does not exist for the care team's view, so a rule can't tell
them what they could not have read. Source: design law 4; reference §4.7.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from api.completions import document, sharing
from api.completions.merge import State
from api.completions.sharing import Level
from api.exercises.answers import CompiledExercise
from api.safety.alerts import ALWAYS_TOLD, CLIENT_FIRST, Audience
from api.safety.watch import Finding, Run, read_run, read_score
from api.safety.watch_past import Past

Row = Mapping[str, Any]
REVIEWS_REACH = 24
"""How far to look for reviewed runs on either side; many runs are not reviewed."""
RUNS_REACH = 2


@dataclass(frozen=True, slots=True)
class View:
    """One way of looking: everything, or what the care team may read at a moment."""

    own: bool
    now: datetime

    def shows(self, row: Row) -> bool:
        """Tell whether a run's readings are there to be looked at."""
        if self.own:
            return True
        if row.get("state") is State.IN_PROGRESS:
            return False
        until = row["shared_until"]
        lasting = until is None or until > self.now
        return lasting and sharing.allows(row["level"], Level.SCORES)

    def run(
        self,
        row: Row,
        compiled: CompiledExercise,
        answers: Mapping[str, Any],
        *,
        part: str | None = None,
        at: datetime | None = None,
    ) -> Run | None:
        """Read a run, or None where it is not shown; `at` is when the part was done."""
        if not self.shows(row):
            return None
        points = row["points"]
        if not self.own:
            answers = sharing.without(answers, frozenset(row["kept_back"]))
            points = self._points(row)
        return read_run(
            compiled,
            answers,
            ident=row["id"],
            at=at or row["ended_at"] or row["started_at"],
            points=points,
            part=part,
        )

    def scored(self, row: Row, exercise: str) -> Run | None:
        """Read only the score of a run."""
        if not self.shows(row):
            return None
        points = row["points"] if self.own else self._points(row)
        score = read_score(points)
        if score is None:
            return None
        return Run(id=row["id"], exercise=exercise, at=row["ended_at"], score=score)

    def _points(self, row: Row) -> dict[str, Any]:
        hidden = set(row["hidden_points"])
        return {key: one for key, one in row["points"].items() if key not in hidden}


@dataclass(frozen=True, slots=True)
class Material:
    """What was read of a client's past, before anybody's view is taken of it."""

    same: Sequence[tuple[Row, CompiledExercise]] = ()
    reviews: Sequence[tuple[Row, CompiledExercise]] = ()
    scored: Sequence[Row] = ()
    exercise: str = ""
    prior: float | None = None
    unreal: Mapping[bool, Sequence[tuple[UUID, datetime]]] = field(default_factory=dict)

    def seen(self, view: View) -> Past:
        """Return the past as a view has it."""
        reviews = [one for one in _runs(view, self.reviews) if one.has_review]
        scored = [view.scored(row, self.exercise) for row in self.scored]
        return Past(
            same=_runs(view, self.same),
            reviews=reviews,
            scored=[one for one in scored if one is not None],
            unreal=self.unreal.get(view.own, ()),
            prior=self.prior,
        )


def _runs(view: View, rows: Sequence[tuple[Row, CompiledExercise]]) -> list[Run]:
    runs = (
        view.run(row, compiled, document.unpack(row["document"]) or {})
        for row, compiled in rows
    )
    return [one for one in runs if one is not None]


def audiences(
    own: Sequence[Finding], others: Sequence[Finding]
) -> list[tuple[Finding, Audience]]:
    """Say for whom each finding is.

    AL-1 and AL-2 always reach the care team; AL-12 the client first; everything else the
    care team where it is found in what they may read, and else the client alone.
    """
    shown = {
        (one.rule, one.source): one for one in others if one.rule not in CLIENT_FIRST
    }
    found = []
    for one in own:
        if one.rule in ALWAYS_TOLD:
            found.append((one, Audience.CARE_TEAM))
        elif (one.rule, one.source) not in shown:
            found.append((one, Audience.CLIENT))
    kept = (one for one in shown.values() if one.rule not in ALWAYS_TOLD)
    return [*found, *((one, Audience.CARE_TEAM) for one in kept)]
