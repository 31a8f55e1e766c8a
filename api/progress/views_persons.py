"""How progress by person looks: dealbreakers first, then what was good, then series.

These are counts of what the client wrote down. No person gets a label, a mark or a place
in an order. Source: reference §2.2 E37; §4.6 rules 6 and 10.
"""

from typing import Any
from uuid import UUID

from api.progress.persons import Flags, PersonPart
from api.progress.views import Reader, figure_view, series_view

WORDS = (
    "These are counts of what was written down. They do not say what a person is.",
    "A dealbreaker that was met counts by itself, whatever else is good.",
)


def person_view(part: PersonPart, nickname: str, reader: Reader) -> dict[str, Any]:
    """Everything about one person; the persons stand in the order they were named."""
    return {
        "person_id": UUID(part.person),
        "nickname": nickname,
        "dealbreakers": _flags(part.dealbreakers),
        "green_flags": _flags(part.green_flags),
        "unclear_share": figure_view(part.unclear_share),
        "steps_per_month": figure_view(part.steps_per_month),
        "series": [
            series_view(
                one.series,
                exercise=one.exercise,
                exercise_title=one.exercise_title,
                reader=reader,
            )
            for one in part.series
        ],
        "words": _words(part),
    }


def _flags(found: Flags) -> dict[str, Any]:
    return {
        "present": found.counts["present"],
        "absent": found.counts["absent"],
        "unclear": found.counts["unclear"],
        "looks": found.looks,
        "looks_with_present": found.looks_with_present,
        "seen_on": found.seen_on,
    }


def _words(part: PersonPart) -> list[str]:
    """Say first that a dealbreaker was met, at the newest look or before."""
    if part.dealbreakers.counts["present"]:
        return ["You met something here that is a dealbreaker for you."]
    if part.dealbreakers.looks_with_present:
        return ["You met a dealbreaker here at an earlier look."]
    return []
