"""The formulas that read a run as a whole, as §2.2 of the reference asks entry by entry.

Part of the closed set of measures_formulas; same rules.
"""

from api.exercises import measures_wholes as wholes
from api.exercises.measures_shape import CHOICE, DATETIME, SCALE, Formula, Input

WHOLES = (
    Formula(
        "self_ended",
        "§2.2 E01, D-CHOICE",
        "Who ended it",
        {"timer": Input(frozenset(("timer",)))},
        wholes.self_ended,
    ),
    Formula(
        "value_by_code",
        "§2.2 E03",
        "Your number, by what you chose",
        {"value": Input(SCALE), "code": Input(CHOICE)},
        wholes.value_by_code,
    ),
    Formula(
        "cycle_count",
        "§2.2 E39",
        "Turns of the line",
        {
            "phase": Input(
                CHOICE, meanings=("idealise", "devalue", "discard", "hoover", "calm")
            ),
            "began": Input(DATETIME, required=False),
        },
        wholes.cycle_count,
        scope="run",
    ),
    Formula(
        "coverage",
        "§2.2 E47",
        "How many, and of how many kinds",
        {"codes": Input(CHOICE)},
        wholes.coverage,
        scope="run",
    ),
    Formula(
        "round_mean",
        "§2.2 E21",
        "Your number, over all rounds",
        {"value": Input(SCALE)},
        wholes.round_mean,
        scope="run",
    ),
    Formula(
        "review_date",
        "§2.2 E34",
        "When to look again",
        {"date": Input(DATETIME, required=False)},
        wholes.review_date,
    ),
)
