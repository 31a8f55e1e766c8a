"""What the reads say, in words: what was accurate, and what helps after a true alarm.

No word here calls a read a fault or a person anything. After something feared has come
true the page leads to safety, never back into the experiment. Source: peers F4.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from api.progress.figures import Figure
from api.progress.reads import Alarms, Bin, Kind, Reads
from api.progress.views import Reader, figure_view

CLOSE = 0.05
"""Beliefs within five points of what came are called close."""

TITLES: Mapping[Kind, str] = {
    "experiments": "What you expected of others, and what came",
    "readings": "Your first reading, and how it was",
    "promises": "How sure you were of a promise, and how it went",
    "alarms": "Your inner alarm, and what was there",
}
_ABOUT: Mapping[Kind, str] = {
    "experiments": "Here a belief is how likely you thought a hard reaction was.",
    "readings": "Here a belief is how likely your first reading seemed.",
    "promises": "Here a belief is how sure you were that you would keep it.",
    "alarms": "Here a belief is how sure you were that something was wrong.",
}
_MORE: Mapping[Kind, str] = {
    "experiments": "Hard reactions came less often than you were ready for.",
    "readings": "Your first reading came true less often than it felt likely.",
    "promises": "You were surer of your promises than the days allowed.",
    "alarms": "Something was there less often than it felt likely.",
}
_LESS: Mapping[Kind, str] = {
    "experiments": "Hard reactions came more often than you were ready for. "
    "Taking more care fits what you saw.",
    "readings": "Your first reading came true more often than it felt likely.",
    "promises": "You kept more than you thought you would.",
    "alarms": "Something was there more often than it felt likely. "
    "Your alarm may be worth more trust.",
}
ALWAYS = (
    "A missed alarm costs more than a quiet one, so an alarm that turned out quiet "
    "has done its work.",
    "This is about your reads over time. It says nothing about what any person is.",
)
SAFETY_OPTIONS: tuple[Mapping[str, Any], ...] = (
    {
        "kind": "resources",
        "words": "If you are not safe right now, people you can reach are listed here.",
        "href": "/v1/crisis-resources",
        "exercise": None,
    },
    {
        "kind": "talk",
        "words": "You can bring this to your next appointment before anything else.",
        "href": None,
        "exercise": None,
    },
    {
        "kind": "exercise",
        "words": "You can look at a limit and what you will do if it is crossed.",
        "href": None,
        "exercise": "boundary-plan",
    },
    {
        "kind": "exercise",
        "words": "You can think about who could stand by you.",
        "href": None,
        "exercise": "support-map-and-one-ask",
    },
)
"""Where a true alarm leads: to safety and to people, never to another try."""


def reads_view(found: Reads, reader: Reader) -> dict[str, Any]:
    """One kind of reads: change of expectation first, then learning, then the rest."""
    scores = found.calibration
    return {
        "kind": found.kind,
        "title": TITLES[found.kind],
        "exercises": list(found.exercises),
        "expectancy_change": figure_view(found.expectancy_change),
        "learning_rate": figure_view(found.learning_rate),
        "expectancy_violation": figure_view(found.expectancy_violation),
        "accurate": figure_view(found.accurate),
        "undecided": found.undecided,
        "counts": dict(found.counts),
        "brier": figure_view(scores.brier),
        "expected_minus_came": figure_view(scores.bias),
        "reliability": figure_view(scores.reliability),
        "resolution": figure_view(scores.resolution),
        "uncertainty": figure_view(scores.uncertainty),
        "bins": [_bin_view(one) for one in found.bins],
        "words": _words(found) if reader == "client" else _dry_words(found),
    }


def _bin_view(one: Bin) -> dict[str, Any]:
    return {
        "from_belief": one.least,
        "to_belief": one.most,
        "n": one.n,
        "mean_belief": one.mean_belief,
        "share": one.share,
        "reason": one.reason,
    }


def _words(found: Reads) -> list[str]:
    if not any(found.counts.values()):
        return ["There is nothing to tell yet."]
    said = [_ABOUT[found.kind], *_in_so_many(found.accurate)]
    gap = found.calibration.bias.value
    if gap is None:
        return [*said, "A few more known outcomes are needed to say more."]
    if abs(gap) < CLOSE:
        return [*said, "What you expected and what came were close."]
    return [*said, (_MORE if gap > 0 else _LESS)[found.kind]]


def _in_so_many(accurate: Figure) -> list[str]:
    if accurate.value is None:
        return []
    right = round(accurate.value * accurate.n)
    return [f"Your read was accurate in {right} of {accurate.n}."]


def _dry_words(found: Reads) -> list[str]:
    if found.accurate.value is None:
        return ["Too few known outcomes to say how accurate these reads were."]
    right = round(found.accurate.value * found.accurate.n)
    return [f"The read was accurate in {right} of {found.accurate.n}."]


def alarms_view(found: Alarms) -> dict[str, Any]:
    """Inner alarms by the four cells, with d' and c, and where their balance lies."""
    figures = found.found
    return {
        "cells": dict(found.cells),
        "d_prime": figure_view(figures.d_prime),
        "criterion": figure_view(figures.criterion),
        "hit_rate": figure_view(figures.hit_rate),
        "false_alarm_rate": figure_view(figures.false_alarm_rate),
        "words": _alarm_words(figures.criterion),
    }


def _alarm_words(criterion: Figure) -> list[str]:
    """Notices more, or fewer false alarms; both are ways to be. Source: §2.3 D-SDT."""
    if criterion.value is None:
        return ["A few more known outcomes are needed to say more about your alarm."]
    if criterion.value < 0:
        return ["Your alarm is one that notices more."]
    if criterion.value > 0:
        return ["Your alarm is one with fewer false alarms."]
    return ["Your alarm lies in between: it notices much, with few false alarms."]


def safety_options(reads: Sequence[Reads], alarms: Alarms) -> list[dict[str, Any]]:
    """Give the ways to safety where something feared has come true, else none."""
    came = alarms.cells["accurate_alarm"] or any(
        one.kind == "experiments" and one.counts["happened"] for one in reads
    )
    return [dict(one) for one in SAFETY_OPTIONS] if came else []
