"""Two devices that did not know of each other: their ends joined into one standing.

The rule is "the most protective wins", aspect by aspect, and only who touched an aspect
has a say in it: stopping over everything; a no over a counter-proposal, over "not now",
over a yes; a pause over a resume; a grant taken over a grant given; sealed over shared.
A yes holds only if everyone who answered said yes; a pause is never lost.
Source: design §6; peers.md F12.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from api.assignments.lifecycle import settled, with_pause, without_pause
from api.assignments.standing import (
    AGREED_STATES,
    NO_GRANTS,
    Actor,
    Grants,
    PausedBy,
    Standing,
    State,
)

Order = tuple[datetime, UUID]
"""Where a device's move stands among its others: its clock, then its id."""
_EARLIEST: Order = (datetime.min.replace(tzinfo=UTC), UUID(int=0))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A counter-proposal that was made, and the grants that came with it."""

    order: Order
    revision: int
    grants: Grants


@dataclass(frozen=True, slots=True)
class Trace:
    """Where one device's moves led, and which aspects they touched."""

    after: Standing
    answered: bool = False
    paced: bool = False
    granted: Grants = NO_GRANTS
    proposal: Proposal | None = None

    @property
    def touched(self) -> bool:
        """Whether the device did anything at all."""
        return self.answered or self.paced or self.granted != NO_GRANTS


def join(base: Standing, traces: Sequence[Trace]) -> Standing:
    """Return the most protective standing that the devices' ends allow.

    All traces begin at `base`. The order of the traces does not matter.
    """
    voices = [trace for trace in traces if trace.touched]
    if len(voices) < 2:
        return voices[0].after if voices else base
    latest = max(trace.after.latest_revision for trace in voices)
    paced = replace(
        base, latest_revision=latest, paused_by=_pause(base, voices), held=base.held
    )
    states = {trace.after.state for trace in voices}
    if State.WITHDRAWN in states:
        return _withdrawn(base, voices, latest)
    if State.DECLINED in states:
        return _declined(paced)
    return _answered(base, paced, voices)


def _withdrawn(base: Standing, voices: Sequence[Trace], latest: int) -> Standing:
    agreed = {
        trace.after.agreed_revision
        for trace in voices
        if trace.after.state is State.WITHDRAWN
    }
    one = agreed.pop() if len(agreed) == 1 else base.agreed_revision
    return Standing(State.WITHDRAWN, agreed_revision=one, latest_revision=latest)


def _declined(paced: Standing) -> Standing:
    return replace(
        paced,
        state=State.DECLINED,
        offered_revision=None,
        counter_revision=None,
        counter_grants=NO_GRANTS,
        not_now_until=None,
    )


def _pause(base: Standing, voices: Sequence[Trace]) -> PausedBy | None:
    pacing = [trace for trace in voices if trace.paced]
    if not pacing:
        return base.paused_by
    own = {PausedBy.CLIENT, PausedBy.BOTH}
    if any(trace.after.paused_by in own for trace in pacing):
        return with_pause(base.paused_by, Actor.CLIENT)
    return without_pause(base.paused_by, Actor.CLIENT)


def _said_yes(base: Standing, trace: Trace) -> bool:
    return trace.after.agreed_revision != base.agreed_revision


def _answered(base: Standing, paced: Standing, voices: Sequence[Trace]) -> Standing:
    """Join what was said to the open offer, then pauses and grants around it."""
    answers = [trace for trace in voices if trace.answered]
    others = [trace for trace in answers if not _said_yes(base, trace)]
    yes = bool(answers) and not others
    proposal = _proposal(base, answers if yes else others, answers)
    joined = replace(
        paced,
        agreed_revision=answers[0].after.agreed_revision
        if yes
        else base.agreed_revision,
        offered_revision=None if yes else _offer(base, others),
        counter_revision=proposal.revision if proposal else None,
        counter_grants=NO_GRANTS,
        not_now_until=_not_now(base, others) if others or not answers else None,
    )
    if yes or base.state in AGREED_STATES:
        return settled(replace(joined, grants=_grants(base, voices, yes=yes)))
    if proposal is None:
        return replace(joined, state=State.OFFERED)
    grants = replace(proposal.grants, do=True)
    return replace(joined, state=State.COUNTERED, counter_grants=grants)


def _offer(base: Standing, others: Sequence[Trace]) -> int | None:
    declined = any(trace.after.offered_revision is None for trace in others)
    return None if declined else base.offered_revision


def _not_now(base: Standing, others: Sequence[Trace]) -> datetime | None:
    if not others:
        return base.not_now_until
    if any(trace.after.offered_revision is None for trace in others):
        return None
    waits = [trace.after.not_now_until for trace in others]
    return max((until for until in waits if until is not None), default=None)


def _proposal(
    base: Standing, judges: Sequence[Trace], answers: Sequence[Trace]
) -> Proposal | None:
    made = [
        trace.proposal
        for trace in answers
        if trace.proposal is not None
        and trace.proposal.revision == trace.after.counter_revision
    ]
    if made:
        return max(made, key=lambda proposal: proposal.order)
    gone = any(trace.after.counter_revision is None for trace in judges)
    if gone or base.counter_revision is None:
        return None
    return Proposal(_EARLIEST, base.counter_revision, base.counter_grants)


def _grants(base: Standing, voices: Sequence[Trace], *, yes: bool) -> Grants:
    """A grant is given if everyone who touched it gives it.

    A yes that does not hold can take a grant away, but give none.
    """
    before = base.grants if base.state in AGREED_STATES else Grants(True, True, True)
    given = Grants(True, True, True)
    touched = NO_GRANTS
    for trace in voices:
        after = trace.after.grants
        if _said_yes(base, trace) and not yes:
            after &= before
        given = Grants(
            given.do and (after.do or not trace.granted.do),
            given.remind and (after.remind or not trace.granted.remind),
            given.share and (after.share or not trace.granted.share),
        )
        touched |= trace.granted
    return (given & touched) | before.without(touched)
