"""What the runs of one part showed: for trust, against it, or not clear yet.

Pure. Counts of runs only, both sides side by side and never set off against each
other: no balance, no score. Source: peers.md F10; reference §2.3 D-TRR, D-BHR, D-EV.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Side(StrEnum):
    """What one run showed."""

    FOR = "for"
    AGAINST = "against"
    UNCLEAR = "unclear"


_SIDES: Mapping[str, Mapping[str, Side]] = {
    "trust_response": {
        "respected": Side.FOR,
        "ignored": Side.AGAINST,
        "misused": Side.AGAINST,
    },
    "boundary_respect": {"respected": Side.FOR, "crossed": Side.AGAINST},
    "expectancy": {"did_not_happen": Side.FOR, "happened": Side.AGAINST},
}
"""Formulas that tell, the one that says most first, with the codes of their readings."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Runs of a part: how many, and of those whose readings are known, what they showed."""

    runs: int = 0
    for_trust: int = 0
    against: int = 0
    unclear: int = 0


def side_of(points: Mapping[str, Any], formulas: Mapping[str, str]) -> Side | None:
    """Say what a run showed, or None where its exercise doesn't ask for it.

    `points` are its readings by measure; `formulas` name each measure's formula.
    """
    asked = False
    for formula, sides in _SIDES.items():
        for measure, name in formulas.items():
            if name != formula:
                continue
            asked = True
            side = _read(points.get(measure), sides)
            if side is not None:
                return side
    return Side.UNCLEAR if asked else None


def _read(reading: Any, sides: Mapping[str, Side]) -> Side | None:
    """Of several rounds in one run all must say the same."""
    if isinstance(reading, list):
        found = {_read(one, sides) for one in reading} - {None}
        return found.pop() if len(found) == 1 else None
    if not isinstance(reading, Mapping):
        return None
    return sides.get(str(reading.get("code") or reading.get("result")))


def summed(sides: Iterable[Side | None], runs: int) -> Evidence:
    """Count what the runs showed."""
    found = list(sides)
    return Evidence(
        runs,
        found.count(Side.FOR),
        found.count(Side.AGAINST),
        found.count(Side.UNCLEAR),
    )
