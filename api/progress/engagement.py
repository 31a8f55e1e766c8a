"""How the exercises sat with the client, from the short review after each run.

Medians and counts of what was ticked, each by itself. There is no mark for effort, and a
run ended by choice moves no median. Source: reference §4.2, §4.3.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.exercises.step_codes import REVIEW_FIELDS
from api.progress.figures import Figure, median_figure, window_of

RATED = (
    "effort_quality",
    "mastery",
    "helpfulness",
    "felt_like_my_choice",
    "difficulty",
    "understood_why",
    "amount",
    "surprise",
)
"""Ratings of a review block whose median is told; scales as in reference §4.2."""

_FIELDS = frozenset(REVIEW_FIELDS)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The review of one run: local day, what was said, and whether the run was a stop."""

    day: date
    said: Mapping[str, Any]
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Engagement:
    """Medians by rating; how often each obstacle and each wish for next time was named."""

    reviews: int
    medians: Mapping[str, Figure]
    obstacles: Mapping[str, int]
    next_time: Mapping[str, int]


def engagement(reviews: Sequence[Reviewed]) -> Engagement:
    """Put the reviews of many runs together; what nobody rated is no_data."""
    return Engagement(
        reviews=len(reviews),
        medians={name: _median(name, reviews) for name in RATED},
        obstacles=_count(_listed(reviews, "obstacles")),
        next_time=_count(_listed(reviews, "next_time")),
    )


def _median(name: str, reviews: Sequence[Reviewed]) -> Figure:
    rated = [
        (one.day, value)
        for one in reviews
        if not one.stopped
        for value in [one.said.get(name)]
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    window = window_of(day for day, _ in rated)
    return median_figure([value for _, value in rated], window)


def _listed(reviews: Sequence[Reviewed], name: str) -> Iterator[str]:
    for one in reviews:
        said = one.said.get(name)
        for code in said if isinstance(said, list) else [said]:
            if isinstance(code, str):
                yield code
            elif isinstance(code, Mapping):
                yield "other"


def _count(codes: Iterator[str]) -> dict[str, int]:
    return dict(Counter(codes).most_common())


def review_of(answers: Any) -> Mapping[str, Any] | None:
    """Find the review block among a run's answers, if one was filled in."""
    for part in answers.values() if isinstance(answers, Mapping) else ():
        for one in part if isinstance(part, list) else [part]:
            for answer in one.values() if isinstance(one, Mapping) else ():
                if isinstance(answer, Mapping) and answer and answer.keys() <= _FIELDS:
                    return answer
    return None
