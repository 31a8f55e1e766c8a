"""The consent lifecycle of one assignment, as pure functions (design §4).

`apply` answers what one move does to where an assignment stands. It knows no
database, no HTTP and no clock, never asks for a reason, and never reads silence as
an answer: without a move nothing changes.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

from api.assignments.standing import (
    AGREED_STATES,
    ENDED_STATES,
    MESSAGES,
    NO_GRANTS,
    Actor,
    Applied,
    Grants,
    Move,
    Outcome,
    PausedBy,
    Refusal,
    Refused,
    Repeated,
    Standing,
    State,
    Verb,
)

NOT_NOW_FOR = timedelta(days=7)
"""How long a "not now" lasts when the client names no day."""

_ENDS: Mapping[Verb, State] = {
    Verb.DECLINE: State.DECLINED,
    Verb.WITHDRAW: State.WITHDRAWN,
    Verb.CANCEL: State.CANCELLED,
    Verb.FINISH: State.FINISHED,
    Verb.LAPSE: State.LAPSED,
}
_AFTER_DECLINE = frozenset({Verb.REVISE, Verb.WITHDRAW, Verb.CANCEL})


def apply(standing: Standing | None, move: Move) -> Outcome:
    """Say what a move does; a move whose wish is already true is `Repeated`.

    `standing` is None before the first offer. Source: design §4.
    """
    actors, rule = _RULES[move.verb]
    if move.actor not in actors:
        return _refuse(Refusal.NOT_YOURS, standing)
    if standing is None:
        return _open(move)
    if standing.state in ENDED_STATES or (
        standing.state is State.DECLINED and move.verb not in _AFTER_DECLINE
    ):
        return _after_the_end(standing, move)
    return rule(standing, move)


def settled(standing: Standing) -> Standing:
    """Give agreed terms the state that their hold and pauses make."""
    if standing.held:
        return replace(standing, state=State.ON_HOLD)
    if standing.paused_by is not None:
        return replace(standing, state=State.PAUSED)
    return replace(standing, state=State.ACTIVE)


def with_pause(paused_by: PausedBy | None, actor: Actor) -> PausedBy:
    """Add one person's pause."""
    own = PausedBy(actor.value)
    return own if paused_by in (None, own) else PausedBy.BOTH


def without_pause(paused_by: PausedBy | None, actor: Actor) -> PausedBy | None:
    """Take away one person's pause; the other's stays."""
    own = PausedBy(actor.value)
    if paused_by is PausedBy.BOTH:
        return PausedBy.THERAPIST if own is PausedBy.CLIENT else PausedBy.CLIENT
    return None if paused_by is own else paused_by


def _refuse(code: Refusal, standing: Standing | None) -> Refused:
    return Refused(code, MESSAGES[code], standing)


def _changed(before: Standing, after: Standing) -> Outcome:
    return Repeated(before) if after == before else Applied(after)


def _open(move: Move) -> Outcome:
    if move.verb is not Verb.OFFER:
        return _refuse(Refusal.NOT_OFFERED, None)
    revision = move.revision or 1
    return Applied(
        Standing(State.OFFERED, offered_revision=revision, latest_revision=revision)
    )


def _after_the_end(standing: Standing, move: Move) -> Outcome:
    verb = move.verb
    if verb is Verb.REVOKE and move.grants is not None and move.grants.do:
        verb = Verb.WITHDRAW
    if _ENDS.get(verb) is standing.state:
        return Repeated(standing)
    return _refuse(Refusal.ENDED, standing)


def _end(standing: Standing, state: State) -> Applied:
    return Applied(
        Standing(
            state,
            agreed_revision=standing.agreed_revision,
            latest_revision=standing.latest_revision,
        )
    )


def _offer(standing: Standing, move: Move) -> Outcome:
    if move.revision == standing.offered_revision:
        return Repeated(standing)
    return _refuse(Refusal.ALREADY_OFFERED, standing)


def _accept(standing: Standing, move: Move) -> Outcome:
    refusal = _unacceptable(standing, move)
    if refusal is not None:
        return _refuse(refusal, standing)
    grants = move.grants or NO_GRANTS
    if move.revision == standing.agreed_revision:
        return Repeated(standing)
    accepted = replace(
        standing,
        agreed_revision=move.revision,
        offered_revision=None,
        counter_revision=None,
        counter_grants=NO_GRANTS,
        not_now_until=None,
        grants=grants,
    )
    return Applied(settled(accepted))


def _unacceptable(standing: Standing, move: Move) -> Refusal | None:
    grants = move.grants or NO_GRANTS
    if move.revision is None:
        return Refusal.REVISION_NEEDED
    if not grants.do:
        return Refusal.NEEDS_DO
    if move.revision == standing.agreed_revision:
        return None if grants == standing.grants else Refusal.ALREADY_AGREED
    if standing.state is State.COUNTERED:
        return Refusal.COUNTERED
    if standing.offered_revision is None:
        return Refusal.NOTHING_OFFERED
    if move.revision != standing.offered_revision:
        return Refusal.STALE_REVISION
    return None


def _decline(standing: Standing, move: Move) -> Outcome:
    """A no is never stale: it is said to whatever offer stands.

    Beside agreed terms it is said to the new offer alone, and those terms stay.
    """
    if standing.state not in AGREED_STATES:
        return Applied(
            replace(
                standing,
                state=State.DECLINED,
                offered_revision=None,
                counter_revision=None,
                counter_grants=NO_GRANTS,
                not_now_until=None,
            )
        )
    if move.revision is not None and move.revision == standing.agreed_revision:
        return _refuse(Refusal.ALREADY_AGREED, standing)
    if standing.offered_revision is None:
        known = move.revision is not None and move.revision <= standing.latest_revision
        return Repeated(standing) if known else _no_offer(standing)
    return Applied(
        replace(
            standing, offered_revision=None, counter_revision=None, not_now_until=None
        )
    )


def _no_offer(standing: Standing) -> Refused:
    return _refuse(Refusal.NOTHING_OFFERED, standing)


def _not_now(standing: Standing, move: Move) -> Outcome:
    if standing.state is State.COUNTERED:
        return _refuse(Refusal.COUNTERED, standing)
    if standing.offered_revision is None:
        return _no_offer(standing)
    until = move.until or move.at + NOT_NOW_FOR
    return _changed(standing, replace(standing, not_now_until=until))


def _counter(standing: Standing, move: Move) -> Outcome:
    if move.revision is None:
        return _refuse(Refusal.REVISION_NEEDED, standing)
    latest = max(standing.latest_revision, move.revision)
    countered = replace(
        standing,
        counter_revision=move.revision,
        latest_revision=latest,
        not_now_until=None,
    )
    if standing.state in AGREED_STATES:
        return _changed(standing, countered)
    grants = replace(move.grants or NO_GRANTS, do=True)
    return _changed(
        standing, replace(countered, state=State.COUNTERED, counter_grants=grants)
    )


def _without_counter(standing: Standing) -> Standing:
    state = State.OFFERED if standing.state is State.COUNTERED else standing.state
    return replace(
        standing, state=state, counter_revision=None, counter_grants=NO_GRANTS
    )


def _drop_counter(standing: Standing, move: Move) -> Outcome:
    """`take_back` by the client and `keep` by the therapist: the counter is gone."""
    if standing.counter_revision is None:
        return Repeated(standing)
    if move.revision not in (None, standing.counter_revision):
        return _refuse(Refusal.STALE_REVISION, standing)
    return Applied(_without_counter(standing))


def _agree(standing: Standing, move: Move) -> Outcome:
    if move.revision is None:
        return _refuse(Refusal.REVISION_NEEDED, standing)
    if move.revision == standing.agreed_revision:
        return Repeated(standing)
    if standing.counter_revision is None:
        return _refuse(Refusal.NOTHING_COUNTERED, standing)
    if move.revision != standing.counter_revision:
        return _refuse(Refusal.STALE_REVISION, standing)
    before = standing.state is State.COUNTERED
    agreed = replace(
        standing,
        agreed_revision=move.revision,
        offered_revision=None,
        counter_revision=None,
        counter_grants=NO_GRANTS,
        not_now_until=None,
        grants=standing.counter_grants if before else standing.grants,
    )
    return Applied(settled(agreed))


def _revise(standing: Standing, move: Move) -> Outcome:
    """Material: a new offer, beside agreed terms if there are any (law 3).

    A "not now" outlives a new offer: time asked for stays asked for.
    """
    if move.revision is None:
        return _refuse(Refusal.REVISION_NEEDED, standing)
    if move.revision in (standing.offered_revision, standing.agreed_revision):
        return Repeated(standing)
    if move.replaces is not None:
        return _reword(standing, move, move.revision)
    state = standing.state if standing.state in AGREED_STATES else State.OFFERED
    return Applied(
        replace(
            standing,
            state=state,
            offered_revision=move.revision,
            counter_revision=None,
            counter_grants=NO_GRANTS,
            latest_revision=max(standing.latest_revision, move.revision),
        )
    )


def _reword(standing: Standing, move: Move, revision: int) -> Outcome:
    known = replace(standing, latest_revision=max(standing.latest_revision, revision))
    if move.replaces == standing.offered_revision:
        return Applied(replace(known, offered_revision=revision))
    if move.replaces == standing.agreed_revision:
        return Applied(replace(known, agreed_revision=revision))
    return _refuse(Refusal.STALE_REVISION, standing)


def _pause(standing: Standing, move: Move) -> Outcome:
    if standing.state not in AGREED_STATES:
        return _refuse(Refusal.NOT_AGREED, standing)
    paused_by = with_pause(standing.paused_by, move.actor)
    return _changed(standing, settled(replace(standing, paused_by=paused_by)))


def _resume(standing: Standing, move: Move) -> Outcome:
    """Everyone takes away what they laid down, and nothing of the other's.

    The therapist's resume lifts the hold and the therapist's own pause.
    """
    if standing.state not in AGREED_STATES:
        return _refuse(Refusal.NOT_AGREED, standing)
    by_client = move.actor is Actor.CLIENT
    if standing.held and by_client:
        return _refuse(Refusal.ON_HOLD, standing)
    left = without_pause(standing.paused_by, move.actor)
    if left is not None and left is standing.paused_by and not standing.held:
        return _refuse(Refusal.PAUSED_BY_OTHER, standing)
    return _changed(standing, settled(replace(standing, paused_by=left, held=False)))


def _hold(standing: Standing, move: Move) -> Outcome:
    if standing.state not in AGREED_STATES:
        return _refuse(Refusal.NOT_AGREED, standing)
    return _changed(standing, settled(replace(standing, held=True)))


def _withdraw(standing: Standing, move: Move) -> Outcome:
    return _end(standing, State.WITHDRAWN)


def _cancel(standing: Standing, move: Move) -> Outcome:
    return _end(standing, State.CANCELLED)


def _finish(standing: Standing, move: Move) -> Outcome:
    if standing.state is not State.ACTIVE:
        return _refuse(Refusal.NOT_ACTIVE, standing)
    return _end(standing, State.FINISHED)


def _lapse(standing: Standing, move: Move) -> Outcome:
    if standing.state is not State.OFFERED:
        return _refuse(Refusal.NOTHING_OFFERED, standing)
    if standing.not_now_until is not None and standing.not_now_until > move.at:
        return _refuse(Refusal.NOT_NOW, standing)
    return _end(standing, State.LAPSED)


def _grant(standing: Standing, move: Move) -> Outcome:
    named = move.grants or NO_GRANTS
    if standing.state not in AGREED_STATES:
        return _refuse(Refusal.NOT_AGREED, standing)
    if named == NO_GRANTS:
        return _refuse(Refusal.NOTHING_NAMED, standing)
    return _changed(standing, replace(standing, grants=standing.grants | named))


def _revoke(standing: Standing, move: Move) -> Outcome:
    """Taking back the grant to do it is a withdrawal."""
    named = move.grants or NO_GRANTS
    if named.do:
        return _end(standing, State.WITHDRAWN)
    if standing.state not in AGREED_STATES:
        return _refuse(Refusal.NOT_AGREED, standing)
    if named == NO_GRANTS:
        return _refuse(Refusal.NOTHING_NAMED, standing)
    return _changed(standing, replace(standing, grants=standing.grants.without(named)))


def _quiet(standing: Standing, move: Move) -> Outcome:
    """No reminders from now on; only the client gives that grant again."""
    if standing.state not in AGREED_STATES:
        return _refuse(Refusal.NOT_AGREED, standing)
    left = standing.grants.without(Grants(remind=True))
    return _changed(standing, replace(standing, grants=left))


_CLIENT = frozenset({Actor.CLIENT})
_THERAPIST = frozenset({Actor.THERAPIST})
_EITHER = _CLIENT | _THERAPIST
_SYSTEM = frozenset({Actor.SYSTEM})

_RULES: Mapping[Verb, tuple[frozenset[Actor], Callable[[Standing, Move], Outcome]]] = {
    Verb.OFFER: (_THERAPIST, _offer),
    Verb.ACCEPT: (_CLIENT, _accept),
    Verb.DECLINE: (_CLIENT, _decline),
    Verb.NOT_NOW: (_CLIENT, _not_now),
    Verb.COUNTER: (_CLIENT, _counter),
    Verb.TAKE_BACK: (_CLIENT, _drop_counter),
    Verb.AGREE: (_THERAPIST, _agree),
    Verb.KEEP: (_THERAPIST, _drop_counter),
    Verb.REVISE: (_THERAPIST, _revise),
    Verb.PAUSE: (_EITHER, _pause),
    Verb.RESUME: (_EITHER, _resume),
    Verb.HOLD: (_THERAPIST | _SYSTEM, _hold),
    Verb.WITHDRAW: (_CLIENT, _withdraw),
    Verb.FINISH: (_THERAPIST, _finish),
    Verb.CANCEL: (_THERAPIST, _cancel),
    Verb.LAPSE: (_SYSTEM, _lapse),
    Verb.GRANT: (_CLIENT, _grant),
    Verb.REVOKE: (_CLIENT, _revoke),
    Verb.QUIET: (_SYSTEM, _quiet),
}
