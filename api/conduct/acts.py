"""Reads the acts of a practice out of the moves of its assignments. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from api.assignments.standing import Actor, Verb
from api.conduct.figures import Acts, Counter, Dose, No, Offer, Withdrawal
from api.exercises.protocol import Protocol as Exercise
from api.exercises.protocol import each_step
from api.exercises.steps import BreathStep, TimerStep

_ANSWERS = frozenset({Verb.AGREE, Verb.KEEP, Verb.REVISE, Verb.CANCEL, Verb.HOLD})
_ENDS = frozenset({Verb.TAKE_BACK, Verb.DECLINE, Verb.WITHDRAW, Verb.ACCEPT})


class Moved(Protocol):
    """What is read of a kept move."""

    verb: Verb
    actor: Actor
    at: datetime
    revision: int | None
    replaces: int | None
    took_effect: bool


@dataclass(frozen=True, slots=True)
class Offered:
    """One revision of the terms as it was offered."""

    exercise: str
    intensity: int
    dose: Dose
    has_smaller: bool


@dataclass(frozen=True, slots=True)
class Past:
    """One assignment: its moves in order, its revisions, when a withdrawal was noted."""

    moves: Sequence[Moved]
    revisions: Mapping[int, Offered]
    noted_at: datetime | None = None


def dose_of(exercise: Exercise, parameters: Mapping[str, Mapping[str, Any]]) -> Dose:
    """Return how much of each timed step: seconds of a timer, breaths of a pacing."""
    found: dict[str, float] = {}
    for ref, _, step in each_step(exercise):
        wished = parameters.get(ref) or {}
        if isinstance(step, TimerStep):
            found[ref] = wished.get("seconds") or step.usual
        elif isinstance(step, BreathStep):
            found[ref] = wished.get("cycles") or step.cycles
    return found


def is_smaller(one: Exercise, than: Exercise) -> bool:
    """Tell whether an exercise asks less: a lower grade, or the same in less time."""
    if one.intensity != than.intensity:
        return one.intensity < than.intensity
    return one.minutes.most < than.minutes.most


def acts_of(pasts: Sequence[Past], stops: Sequence[No]) -> Acts:
    """Put one client's assignments together; `stops` are runs ended by choice."""
    return Acts(
        offers=[one for past in pasts for one in _offers(past)],
        declines=[one for past in pasts for one in _noes(past, Verb.DECLINE)],
        stops=[
            *(one for past in pasts for one in _noes(past, Verb.WITHDRAW)),
            *stops,
        ],
        counters=[one for past in pasts for one in _counters(past)],
        withdrawals=[
            Withdrawal(move.at, past.noted_at)
            for past in pasts
            for move in _made(past)
            if move.verb is Verb.WITHDRAW
        ],
    )


def _made(past: Past) -> Iterator[Moved]:
    return (move for move in past.moves if move.took_effect)


def _offers(past: Past) -> Iterator[Offer]:
    """Every first offer and every material revision; wording alone is no offer."""
    for move in _made(past):
        is_offer = move.verb in (Verb.OFFER, Verb.REVISE) and move.replaces is None
        terms = past.revisions.get(move.revision or 0)
        if is_offer and terms is not None:
            yield Offer(
                move.at, terms.exercise, terms.intensity, terms.dose, terms.has_smaller
            )


def _noes(past: Past, verb: Verb) -> Iterator[No]:
    """Each no, with the terms that stood last before it."""
    terms = past.revisions.get(1)
    for move in _made(past):
        if move.revision is not None:
            terms = past.revisions.get(move.revision, terms)
        if move.verb is verb and move.actor is Actor.CLIENT and terms is not None:
            yield No(move.at, terms.exercise, terms.intensity, terms.dose)


def _counters(past: Past) -> Iterator[Counter]:
    moves = list(_made(past))
    for at, move in enumerate(moves):
        if move.verb is not Verb.COUNTER:
            continue
        following = moves[at + 1 :]
        yield Counter(
            move.at,
            _first(following, Actor.THERAPIST, _ANSWERS),
            _first(following, Actor.CLIENT, _ENDS | {Verb.COUNTER}),
        )


def _first(
    moves: Sequence[Moved], actor: Actor, verbs: frozenset[Verb]
) -> datetime | None:
    return next(
        (move.at for move in moves if move.actor is actor and move.verb in verbs), None
    )
