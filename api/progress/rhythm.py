"""How often a plan comes round, so that charts know what a gap is. Pure."""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from api.assignments.recurrence import expand
from api.assignments.schedule import Recurring
from api.assignments.terms import Terms

DAY_SECONDS = 86_400


def interval_days(terms: Mapping[str, Any]) -> float | None:
    """The longest planned time between two occurrences, in days.

    None for what does not recur: then nothing was planned between two runs, and no
    line joins them. For Mondays and Thursdays it is 4.
    """
    schedule = Terms.model_validate(terms).schedule
    if not isinstance(schedule, Recurring):
        return None
    local = list(expand(schedule.rule, schedule.starts))
    waits = [(after - before).total_seconds() for before, after in pairwise(local)]
    return max(waits) / DAY_SECONDS if waits else None
