"""Why a figure is not told, each reason code in one plain sentence."""

from collections.abc import Mapping

from api.progress.hiding import NUMBERS_HIDDEN

REASONS: Mapping[str, str] = {
    "insufficient_points": "A few more days are needed before a direction can be told.",
    "insufficient_runs": "A few more runs are needed before this can be told.",
    "insufficient_days": "This needs runs on more days before it can be told.",
    "insufficient_outcomes": "A few more known outcomes are needed for this.",
    "insufficient_occurrences": "Too few planned times have passed to tell a share.",
    "no_spread": "Every day was much alike, so there is no range to tell.",
    "still_open": "More than half have not settled yet, so there is no usual time.",
    "no_data": "There is nothing to tell yet.",
    "not_shared": "This is not shared.",
    "hidden": "Percentages are off.",
    NUMBERS_HIDDEN: "You chose to see no numbers here.",
}
"""Every reason code in one plain sentence."""
