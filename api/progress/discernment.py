"""Signal detection over alarms: how well real problems and quiet ones are told apart.

The words are "notices more" and "fewer false alarms"; it never judges a person, and
stays silent below ten known outcomes.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist

from api.progress.figures import Figure, absent, window_of

AT_LEAST = 10
EACH_AT_LEAST = 3
CELLS = ("hit", "miss", "false_alarm", "correct_rejection")
METHOD = "signal detection, log-linear"


@dataclass(frozen=True, slots=True)
class Discernment:
    """Sensitivity d', criterion c (above 0: alarms seldom), corrected rates."""

    d_prime: Figure
    criterion: Figure
    hit_rate: Figure
    false_alarm_rate: Figure


def discern(coded: Sequence[tuple[date, str]]) -> Discernment:
    """Read (day, cell) pairs; other codes are left out. Source: §2.3 D-SDT.

    Rates carry the log-linear correction (Hautus 1995), so none is 0 or 1.
    """
    known = [(day, code) for day, code in coded if code in CELLS]
    n, window = len(known), window_of(day for day, _ in known)
    count = Counter(code for _, code in known)
    real = count["hit"] + count["miss"]
    none = count["false_alarm"] + count["correct_rejection"]
    if n < AT_LEAST or min(real, none) < EACH_AT_LEAST:
        gap = absent(n, window, METHOD, "insufficient_outcomes")
        return Discernment(gap, gap, gap, gap)
    hits = (count["hit"] + 0.5) / (real + 1)
    alarms = (count["false_alarm"] + 0.5) / (none + 1)
    z = NormalDist().inv_cdf
    values = (z(hits) - z(alarms), -0.5 * (z(hits) + z(alarms)), hits, alarms)
    return Discernment(*(Figure(value, n, window, METHOD) for value in values))
