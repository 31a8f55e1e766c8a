"""Where one planned occurrence stands, from its window, its answer and its runs.

Facts in, one status of reference §4.3 out. Whatever was done counts first; a choice
comes before silence; silence is neither consent nor refusal, and pauses excuse it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from api.progress.adherence import OccurrenceStatus


class Answer(StrEnum):
    """What the client said about one occurrence."""

    DONE = "done"
    NOT_TODAY = "not_today"
    NOT_SAFE_TO = "not_safe_to"
    OTHER_REASON = "other_reason"


@dataclass(frozen=True, slots=True)
class Opening:
    """When an occurrence can be done, and until when a late run still counts."""

    opens_at: datetime
    closes_at: datetime
    grace_until: datetime


@dataclass(frozen=True, slots=True)
class Done:
    """A run that names the occurrence. `at` is when it ended, by the client's clock,
    or began while it is under way; `shared` is false where the reader may not know.
    """

    at: datetime
    completed: bool
    stopped: bool
    by_choice: bool
    fraction: float
    shared: bool = True


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which nothing was asked: paused, held, or ended for good (no `to`)."""

    kind: OccurrenceStatus
    from_at: datetime
    to: datetime | None = None

    def touches(self, opening: Opening) -> bool:
        """Whether any of the window lies in it."""
        return self.from_at < opening.closes_at and (
            self.to is None or self.to > opening.opens_at
        )


def status_of(
    opening: Opening,
    runs: Sequence[Done],
    answer: Answer | None,
    spells: Sequence[Spell],
    now: datetime,
    *,
    stop_is_success: bool = False,
) -> tuple[OccurrenceStatus, float]:
    """Return the status and, for a partial one, the share of required steps done.

    Source: reference §4.3. A run after the grace counts as a run, not for this
    occurrence. A run nobody may know of makes the occurrence `not_shared`.
    """
    if any(not run.shared for run in runs):
        return OccurrenceStatus.NOT_SHARED, 0.0
    timely = [run for run in runs if run.at <= opening.grace_until]
    done = _done(timely, answer, stop_is_success=stop_is_success)
    if done is not None:
        return done, 0.0
    for spell in spells:
        if spell.touches(opening):
            return spell.kind, 0.0
    return _open_or_over(opening, timely, answer, now)


def _done(
    runs: Sequence[Done], answer: Answer | None, *, stop_is_success: bool
) -> OccurrenceStatus | None:
    """What was done or chosen, the fullest first."""
    chosen = [run for run in runs if run.stopped and run.by_choice]
    if any(run.completed for run in runs) or (chosen and stop_is_success):
        return OccurrenceStatus.COMPLETED
    if answer is Answer.NOT_SAFE_TO:
        return OccurrenceStatus.NOT_SAFE_TO
    if answer is Answer.NOT_TODAY:
        return OccurrenceStatus.DECLINED
    if chosen:
        return OccurrenceStatus.STOPPED_BY_CHOICE
    return OccurrenceStatus.COMPLETED if answer is Answer.DONE else None


def _open_or_over(
    opening: Opening, runs: Sequence[Done], answer: Answer | None, now: datetime
) -> tuple[OccurrenceStatus, float]:
    if answer is Answer.OTHER_REASON:
        return OccurrenceStatus.SKIPPED_OTHER, 0.0
    if now < opening.opens_at:
        return OccurrenceStatus.NOT_DUE, 0.0
    if now < opening.grace_until:
        return OccurrenceStatus.WINDOW_OPEN, 0.0
    furthest = max((run.fraction for run in runs), default=0.0)
    if furthest > 0:
        return OccurrenceStatus.PARTIAL, min(furthest, 1.0)
    return OccurrenceStatus.MISSED, 0.0
