"""Which of two sendings of the same thing holds, whatever order they come in.

Pure and order-free: every rule is a total order, and the larger one holds. So any
permutation, repetition and partition of what devices send ends in the same state.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class State(StrEnum):
    """Where a run stands. Stopping is an end as good as completing."""

    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    STOPPED = "stopped"


_RANK = {State.IN_PROGRESS: 0, State.COMPLETED: 1, State.STOPPED: 2}


@dataclass(frozen=True, slots=True)
class Sent:
    """What decides about one sending of a completion."""

    state: State
    save: int
    digest: bytes


class Verdict(StrEnum):
    """What became of an operation that a device sent."""

    APPLIED = "applied"
    REPEATED = "repeated"
    SUPERSEDED = "superseded"
    PENDING = "pending"
    REFUSED = "refused"


class Relation(StrEnum):
    """What a new sending is to the one that is kept."""

    SAME = "same"
    HOLDS = "holds"
    GIVES_WAY = "gives_way"


def compare(new: Sent, kept: Sent) -> Relation:
    """Say whether a new sending holds against the kept one.

    An end holds against a run under way, a stop against a completion (the more
    protective one), then the later save, then the smaller digest.
    Source: design §6; reference peers F12.
    """
    if new.digest == kept.digest:
        return Relation.SAME
    return Relation.HOLDS if _key(new) > _key(kept) else Relation.GIVES_WAY


def _key(sent: Sent) -> tuple[int, int, bytes]:
    return _RANK[sent.state], sent.save, _inverted(sent.digest)


def _inverted(digest: bytes) -> bytes:
    return bytes(255 - byte for byte in digest)


def compare_parts(
    new: tuple[datetime, bytes], kept: tuple[datetime, bytes]
) -> Relation:
    """Say whether a new sending (done_at, digest) of a follow-up part holds.

    What was written down first holds: nobody's follow-up is quietly rewritten.
    """
    if new[1] == kept[1]:
        return Relation.SAME
    return Relation.HOLDS if new < kept else Relation.GIVES_WAY
