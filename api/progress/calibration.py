"""How stated beliefs met what came: Brier score, bias, and Murphy's decomposition.

"Partly" has no yes or no and is left out with its count. Nothing here rates a person.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from api.progress.figures import Figure, Window, absent, window_of

AT_LEAST = 5
BINS_FROM = 30

# One forecast: local day, stated probability 0-1, what came (None = partly).
Forecast = tuple[date, float, int | None]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Brier score and bias with their parts; each is a figure with its own reason."""

    brier: Figure
    bias: Figure
    reliability: Figure
    resolution: Figure
    uncertainty: Figure
    partly: int


def calibrate(forecasts: Sequence[Forecast]) -> Calibration:
    """Score forecasts against events. Source: reference §2.3 D-BRIER, D-CAL.

    Bias above 0 means harm was expected more often than it came. n ≥ 5.
    """
    known = [(day, p, o) for day, p, o in forecasts if o is not None]
    partly = len(forecasts) - len(known)
    n, window = len(known), window_of(day for day, _, _ in known)
    if n < AT_LEAST:
        return _absent(n, window, partly)
    pairs = [(p, o) for _, p, o in known]
    brier = fmean((p - o) ** 2 for p, o in pairs)
    bias = fmean(p for p, _ in pairs) - fmean(o for _, o in pairs)
    return Calibration(
        Figure(brier, n, window, "brier"),
        Figure(bias, n, window, "mean belief - share"),
        *_murphy(pairs, window),
        partly=partly,
    )


def _absent(n: int, window: Window | None, partly: int) -> Calibration:
    def gap(method: str) -> Figure:
        return absent(n, window, method, "insufficient_outcomes")

    murphy = gap("murphy")
    bias = gap("mean belief - share")
    return Calibration(gap("brier"), bias, murphy, murphy, murphy, partly)


def _murphy(
    pairs: Sequence[tuple[float, int]], window: Window | None
) -> tuple[Figure, Figure, Figure]:
    """Brier = reliability - resolution + uncertainty (Murphy 1973).

    Groups are the distinct beliefs, or ten-point bins from 30 forecasts on; with
    bins the sum holds only for the bin means. Source: reference §4.5.
    """
    n = len(pairs)
    binned = n >= BINS_FROM
    groups: dict[float, list[tuple[float, int]]] = defaultdict(list)
    for p, o in pairs:
        groups[min(int(p * 10 + 1e-9), 9) if binned else p].append((p, o))
    base = fmean(o for _, o in pairs)
    reliability = resolution = 0.0
    for group in groups.values():
        belief, came = fmean(p for p, _ in group), fmean(o for _, o in group)
        reliability += len(group) * (belief - came) ** 2 / n
        resolution += len(group) * (came - base) ** 2 / n
    method = "murphy, ten-point bins" if binned else "murphy, distinct beliefs"
    values = (reliability, resolution, base * (1 - base))
    first, second, third = (Figure(value, n, window, method) for value in values)
    return first, second, third
