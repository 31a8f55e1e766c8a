"""How long a setback took to settle, with the ones still open counted honestly.

It tells what was, and never how long a setback will take.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from api.progress.figures import Figure, Window, absent

PRIOR = timedelta(days=14)
METHOD = "kaplan_meier_median"


@dataclass(frozen=True, slots=True)
class Spell:
    """One setback: hours until settled, or hours watched so far while still open."""

    hours: float
    settled: bool


def settle_hours(
    started: datetime, distress: Sequence[tuple[datetime, float]]
) -> float | None:
    """Hours to the first calm value after a start; None while there is none.

    Calm = at or below the median of the 14 days before, plus 1 (0-10 scale). With
    no value in those days there is no yardstick. Source: reference §2.3 D-RECOV.
    """
    prior = [value for at, value in distress if started - PRIOR <= at < started]
    if not prior:
        return None
    calm = median(prior) + 1
    after = [at for at, value in distress if at >= started and value <= calm]
    return (min(after) - started).total_seconds() / 3600 if after else None


def median_hours(spells: Sequence[Spell], window: Window | None) -> Figure:
    """Median hours to settle, open spells censored (Kaplan & Meier 1958).

    Null with `still_open` while fewer than half are known to have settled.
    """
    n = len(spells)
    if not n:
        return absent(0, None, METHOD, "no_data")
    left, still = n, 1.0
    for hours in sorted({spell.hours for spell in spells}):
        here = [spell for spell in spells if spell.hours == hours]
        settled = sum(1 for spell in here if spell.settled)
        still *= 1 - settled / left
        if still <= 0.5:
            return Figure(hours, n, window, METHOD)
        left -= len(here)
    return absent(n, window, METHOD, "still_open")
