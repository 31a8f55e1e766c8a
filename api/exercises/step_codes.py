"""The closed sets of codes that steps are answered with; plain values, no shapes."""

from typing import Literal

OTHER = "other"
NOT_APPLICABLE = "not_applicable"

CONSENT_CODES = ("given", "not_now", "no")
STATE_CODES = ("settled", "revved_up", "shut_down", "mixed", "unsure", "prefer_not")
TIMER_ENDS = ("by_choice", "by_time", "by_other")
OUTCOME_RESULTS = ("happened", "partly", "did_not_happen", "unknown")
OBSTACLES = (
    "forgot",
    "no_time",
    "no_private_space",
    "device_not_safe",
    "too_activating",
    "shut_down",
    "unclear_steps",
    "did_not_fit_me",
    "felt_like_pressure",
    "other_person_interfered",
    "life_event",
    "illness",
    "did_not_want_to",
    "technical",
    "other",
)
NEXT_TIMES = ("easier", "same", "harder", "something_else", "stop_this_one")
REVIEW_SHARES = ("private", "therapist")

ReviewField = Literal[
    "amount",
    "effort_quality",
    "difficulty",
    "obstacles",
    "understood_why",
    "felt_like_my_choice",
    "helpfulness",
    "mastery",
    "surprise",
    "next_time",
    "note",
    "share",
]
REVIEW_FIELDS: tuple[ReviewField, ...] = (
    "amount",
    "effort_quality",
    "difficulty",
    "obstacles",
    "understood_why",
    "felt_like_my_choice",
    "helpfulness",
    "mastery",
    "surprise",
    "next_time",
    "note",
    "share",
)
