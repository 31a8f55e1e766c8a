"""The figures of conduct: what the practice did after a no, a stop, a counter-proposal.

Pure. Every figure counts acts of the practice; a client can only make one better or worse
for the practice, never for themselves. Source: reference peers F3, issue 3.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

RE_OFFER = timedelta(days=14)
"""A no is left alone for this long."""
ANSWER = timedelta(days=7)
"""A counter-proposal is answered within this time."""
RAISE = timedelta(days=30)
"""After a stop, nothing stronger is offered for this long."""
LEAST = 3
"""Fewer than this give no value: one act is not a habit."""

TOO_FEW = "too_few"
NO_DATA = "no_data"

Window = tuple[datetime, datetime]
Dose = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that was offered: an exercise, how strong it is, how much of it."""

    at: datetime
    exercise: str
    intensity: int
    dose: Dose = field(default_factory=dict)
    has_smaller: bool = False


@dataclass(frozen=True, slots=True)
class No:
    """A decline, or a withdrawal or stop: of what, and how strong that was."""

    at: datetime
    exercise: str
    intensity: int
    dose: Dose = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Counter:
    """A counter-proposal, and when it was answered or taken back."""

    at: datetime
    answered_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A withdrawal, and when a therapist took note of it."""

    at: datetime
    noted_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Acts:
    """What happened between one client and the practice, or all of them together."""

    offers: Sequence[Offer] = ()
    declines: Sequence[No] = ()
    stops: Sequence[No] = ()
    counters: Sequence[Counter] = ()
    withdrawals: Sequence[Withdrawal] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `count` of `n` acts. `value` is null with a reason when n is below 3."""

    value: float | None
    count: int
    n: int
    method: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Conduct:
    """How the practice kept to consent in a time."""

    re_offered_soon: Figure
    counters_unanswered: Figure
    raised_after_stop: Figure
    hours_to_acknowledge: Figure
    with_smaller_alternative: Figure


def conduct(many: Iterable[Acts], window: Window, now: datetime) -> Conduct:
    """Say how the practice kept to consent; each of `many` is one client's.

    An act counts by the moment of what it answers, which lies in the window (both ends
    included). What may still be answered in time is not counted yet.
    """
    every = list(many)
    return Conduct(
        _share(
            "declines with the same exercise offered again within 14 days / declines",
            _each(
                every,
                lambda acts: _followed(acts, acts.declines, RE_OFFER, _same, now),
                window,
            ),
        ),
        _share(
            "counter-proposals without an answer within 7 days / counter-proposals",
            _each(every, lambda acts: _unanswered(acts, now), window),
        ),
        _share(
            "stops with something stronger offered within 30 days / stops",
            _each(
                every,
                lambda acts: _followed(acts, acts.stops, RAISE, is_raise, now),
                window,
            ),
        ),
        _hours([one for acts in every for one in acts.withdrawals], window),
        _share(
            "offers that name a smaller exercise which is there / offers",
            _each(every, _with_smaller, window),
        ),
    )


Judged = tuple[datetime, bool]


def _each(
    every: Sequence[Acts], judge: Callable[[Acts], Iterable[Judged]], window: Window
) -> list[bool]:
    first, last = window
    return [yes for acts in every for at, yes in judge(acts) if first <= at <= last]


def _share(method: str, judged: Sequence[bool]) -> Figure:
    n, count = len(judged), sum(judged)
    if n < LEAST:
        return Figure(None, count, n, method, TOO_FEW if n else NO_DATA)
    return Figure(count / n, count, n, method)


def _followed(
    acts: Acts,
    noes: Sequence[No],
    within: timedelta,
    fits: Callable[[No, Offer], bool],
    now: datetime,
) -> Iterable[Judged]:
    """Judge each no: was it followed so soon by an offer that fits?"""
    for no in noes:
        hit = any(
            no.at < offer.at <= no.at + within and fits(no, offer)
            for offer in acts.offers
        )
        if hit or now - no.at > within:
            yield no.at, hit


def _same(no: No, offer: Offer) -> bool:
    return offer.exercise == no.exercise


def is_raise(no: No, offer: Offer) -> bool:
    """Tell whether an offer is stronger than what was stopped.

    Of a higher intensity grade, or more of a dose of the same exercise.
    """
    if offer.intensity > no.intensity:
        return True
    return offer.exercise == no.exercise and any(
        amount > no.dose[step] for step, amount in offer.dose.items() if step in no.dose
    )


def _unanswered(acts: Acts, now: datetime) -> Iterable[Judged]:
    for one in acts.counters:
        limit = one.at + ANSWER
        in_time = one.answered_at is not None and one.answered_at <= limit
        gone = one.ended_at is not None and one.ended_at <= limit and not in_time
        if not gone and (in_time or now > limit):
            yield one.at, not in_time


def _with_smaller(acts: Acts) -> Iterable[Judged]:
    for offer in acts.offers:
        yield offer.at, offer.has_smaller


def _hours(withdrawals: Sequence[Withdrawal], window: Window) -> Figure:
    """Median hours from a withdrawal to the note of it; `n` counts all withdrawals."""
    method = "median hours from a withdrawal until a therapist took note of it"
    first, last = window
    found = [one for one in withdrawals if first <= one.at <= last]
    hours = [
        (one.noted_at - one.at) / timedelta(hours=1)
        for one in found
        if one.noted_at is not None
    ]
    if len(hours) < LEAST:
        reason = TOO_FEW if found else NO_DATA
        return Figure(None, len(hours), len(found), method, reason)
    return Figure(max(0.0, median(hours)), len(hours), len(found), method)
