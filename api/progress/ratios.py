"""Shares of coded runs, with Wilson's interval and the null rules of reference §2.3.

Codes that leave a ratio (released, unclear, not safe …) are counted beside it and
never lower it. A share of nothing is not told.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from api.progress.figures import Figure, Interval, absent, window_of

Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Rule:
    """One ratio: the weight of each code in the numerator, and what it needs.

    A code of `weights` is in the denominator; every other code is left out.
    """

    weights: Mapping[str, float]
    at_least: int
    days_at_least: int = 1
    partial: tuple[str, float] | None = None


# Source: reference §2.3, the row of each formula, and §2.2 E01 (D-CHOICE) for
# self_ended. D-LIM and self_ended name no minimum; 3 as D-PKR.
RULES: Mapping[str, Rule] = {
    "no_penalty": Rule({"no_penalty": 1, "partly": 0, "penalty": 0}, 3),
    "promise_keeping": Rule(
        {"kept": 1, "kept_in_part": 0, "not_kept": 0},
        3,
        partial=("kept_in_part", 0.5),
    ),
    "boundary_respect": Rule({"respected": 1, "tested": 0, "crossed": 0}, 5),
    "consequence_follow_through": Rule({"enacted": 1, "planned_not_enacted": 0}, 3),
    "consistency": Rule(
        {"matched": 1, "mended": 0.5, "not_matched": 0}, 5, days_at_least=3
    ),
    "trust_response": Rule({"respected": 1, "ignored": 0, "misused": 0}, 3),
    "limits_honoured": Rule({"honoured": 1, "partly": 0, "not_this_time": 0}, 3),
    "self_ended": Rule({"by_choice": 1, "by_time": 0, "by_other": 0}, 3),
    "window_share": Rule({"inside": 1, "outside": 0}, 5),
}


def wilson(successes: float, n: int) -> Interval:
    """Wilson's 95 % interval of a share, n ≥ 1 (Wilson 1927).

    Half successes are allowed: scores between 0 and 1 vary less than yes and no,
    so the interval is then wider than needed, never narrower.
    """
    share, z2 = successes / n, Z95 * Z95
    centre = share + z2 / (2 * n)
    reach = Z95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    scale = 1 + z2 / n
    low, high = (centre - reach) / scale, (centre + reach) / scale
    # The interval always holds the share; rounding may miss that at its ends.
    return (max(0.0, min(low, share)), min(1.0, max(high, share)))


def share(coded: Sequence[tuple[date, str]], rule: Rule) -> Figure:
    """The ratio of a rule over (day, code) pairs, or the reason there is none."""
    return _weighted(coded, rule, rule.weights, "share, wilson 95 %")


def weighted_share(coded: Sequence[tuple[date, str]], rule: Rule) -> Figure | None:
    """The same ratio with partial credit, where the formula has one."""
    if rule.partial is None:
        return None
    code, credit = rule.partial
    weights = {**rule.weights, code: credit}
    return _weighted(coded, rule, weights, "weighted share, wilson 95 %")


def _weighted(
    coded: Sequence[tuple[date, str]],
    rule: Rule,
    weights: Mapping[str, float],
    method: str,
) -> Figure:
    counted = [(day, code) for day, code in coded if code in weights]
    n, window = len(counted), window_of(day for day, _ in counted)
    if n < rule.at_least:
        return absent(n, window, method, "insufficient_runs")
    if len({day for day, _ in counted}) < rule.days_at_least:
        return absent(n, window, method, "insufficient_days")
    credit = sum(weights[code] for _, code in counted)
    return Figure(credit / n, n, window, method, interval=wilson(credit, n))


def tally(coded: Sequence[tuple[date, str]]) -> dict[str, int]:
    """How often each code came, the ones outside the ratio too."""
    return dict(Counter(code for _, code in coded))
