"""Two sides of progress: protecting oneself and connecting with others. Growth in either
counts.

A closed mapping. It sorts measures, never people, and adds nothing up: the aim is trust
that fits what was seen, so less trust in someone who does not earn it is progress.
Source: reference §4.6 rules 5, 6 and 10.
"""

from collections.abc import Mapping
from typing import Literal

Side = Literal["protection", "connection"]

BY_FORMULA: Mapping[str, Side] = {
    "boundary_respect": "protection",
    "consequence_follow_through": "protection",
    "consistency": "protection",
    "discernment": "protection",
    "limits_honoured": "protection",
    "no_penalty": "protection",
    "values_met": "protection",
    "trust_response": "connection",
}
"""Formulas that say by themselves what they are about: limits and noticing, or trust."""

BY_PHASE: Mapping[str, Side] = {
    "boundaries": "protection",
    "sense_making": "protection",
    "graded_trust": "connection",
}
"""Where the formula is general, the phase its exercise belongs to decides."""

GENERAL = frozenset(
    {
        "alternatives",
        "belief_change",
        "calibration",
        "code_mix",
        "expectancy",
        "item_count",
        "scale_change",
        "scale_value",
        "value_by_code",
    }
)
"""Formulas that take the side of their phase. Distress, state, dose and the like have none."""

GOAL = (
    "The aim is trust that fits what you have seen.",
    "Trusting someone less who has not earned it is progress too.",
    "Growth on either side counts. The two are never added up.",
)


def side_of(formula: str, phase: str | None) -> Side | None:
    """Say which side a measure shows, or None where it shows neither."""
    if formula in BY_FORMULA:
        return BY_FORMULA[formula]
    return BY_PHASE.get(phase or "") if formula in GENERAL else None
