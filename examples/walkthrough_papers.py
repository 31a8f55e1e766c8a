"""What the walkthrough sends: terms of offers, and answers to exercises.

SPDX-License-Identifier: Apache-2.0

An answers document has the parts of the exercise, and in each its steps. What was not
answered is left out; `GET /v1/exercises/{slug}/versions/{n}/schema` says the rest.
"""

from datetime import datetime
from typing import Any

from examples.attune_http import Json

ZONE = "Europe/Berlin"
BREATHING, CHANGING, MOOD = "paced-breath", "changing-my-mind", "phq9"


def breathing_answers(before: int, after: int, cycles: int) -> Json:
    """Answers to a whole run of paced breath; the keys are `part` and `step`."""
    return {
        "opening": {
            "consent": "given",
            "state_before": "revved_up",
            "distress_before": before,
        },
        "breathing": {
            "pattern": "four_six",
            "breath": {"in": 4, "out": 6, "cycles": cycles},
            "pleasant": 6,
        },
        "closing": {
            "distress_after": after,
            "state_after": "settled",
            "review": {"helpfulness": 3, "felt_like_my_choice": 4},
        },
    }


def stopped_answers() -> Json:
    """Answers up to where the client chose to stop: nothing after that is needed."""
    return {
        "opening": {"consent": "given", "distress_before": 7},
        "breathing": {"pattern": "own", "breath": {"in": 3, "out": 4, "cycles": 3}},
    }


def changing_answers() -> Json:
    """Answers to a consent experiment: what was feared, and what was found."""
    return {
        "opening": {"consent": "given", "distress_before": 5},
        "midway": {
            "begin": True,
            "plan": 40,
            "expect": {"event": "They will be cross with me", "belief": 75},
            "stop": True,
            "did": "as_planned",
            "outcome": {"result": "did_not_happen", "belief_now": 30},
        },
        "closing": {"distress_after": 3},
    }


def mood_answers(ninth: int) -> Json:
    """Answers to a questionnaire: one number an item; the service does the sums."""
    eight = (1, 2, 1, 1, 0, 2, 1, 0)
    form = {f"phq9_{number}": value for number, value in enumerate(eight, 1)}
    form["phq9_9"] = ninth
    return {"opening": {"consent": "given"}, "form": form}


def terms_of(slug: str, version: int, rule: str, at: datetime, **more: Any) -> Json:
    """Terms with a recurring plan in wall time, from `at` on."""
    plan = {
        "kind": "recurring",
        "zone": ZONE,
        "starts": at.replace(tzinfo=None).isoformat(timespec="seconds"),
        "rule": rule,
    }
    return {"exercise": {"slug": slug, "version": version}, "schedule": plan} | more
