"""Choices of several devices about one thing, joined: the most protective one holds.

For answers to an occurrence, and for sharing levels. A function of the set alone: on
each device the later choice holds; between devices that did not know of each other the
more protective one; whoever had seen the others' choice may change it.
"""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Generic, TypeVar
from uuid import UUID

from api.assignments.occurrences import Answer
from api.assignments.terms import SharingLevel

T = TypeVar("T", bound=Hashable)

_ANSWERS = list(Answer)
_LEVELS = list(SharingLevel)


@dataclass(frozen=True, slots=True)
class Choice(Generic[T]):
    """One choice: `seen` counts the choices of all devices that its maker knew of."""

    id: UUID
    device_id: UUID | None
    at: datetime
    seen: int
    value: T


def join(
    choices: Iterable[Choice[T]], protects: Callable[[T], int]
) -> Choice[T] | None:
    """Return the choice that holds, or None without any.

    `protects` ranks values; among equally protective ones the later (at, id) is named.
    """
    kept = {choice.id: choice for choice in choices}.values()
    groups = groupby(sorted(kept, key=_by_seen), key=lambda choice: choice.seen)
    last: list[Choice[T]] = []
    for _, group in groups:
        last = list(group)
    by_device: dict[UUID | None, Choice[T]] = {}
    for choice in last:
        by_device[choice.device_id] = choice
    return max(
        by_device.values(),
        key=lambda choice: (protects(choice.value), choice.at, choice.id),
        default=None,
    )


def answer_protects(answer: Answer) -> int:
    """Rank answers: not safe to, not today, another reason, done."""
    return _ANSWERS.index(answer)


def level_protects(level: SharingLevel) -> int:
    """Rank levels: sealed protects most."""
    return -_LEVELS.index(level)


def _by_seen(choice: Choice[T]) -> tuple[int, datetime, UUID]:
    return choice.seen, choice.at, choice.id
