"""The common frame: the opening and closing parts that `frame: standard` stands for.

Source: reference §2.1 common frame. Only the consent at the start is required; everything
else may be skipped. The frame is written out when an exercise is published.
"""

from collections.abc import Mapping
from typing import Any

OPENING = "opening"
CLOSING = "closing"

OPENING_PART: Mapping[str, Any] = {
    "id": OPENING,
    "title": "Before you begin",
    "steps": [
        {
            "id": "consent",
            "type": "consent",
            "scope": "run",
            "role": "pre",
            "required": True,
            "prompt": "Do you want to do this right now?",
            "help": "Any answer is a good answer. You can change it at any moment.",
        },
        {
            "id": "state_before",
            "type": "state",
            "role": "pre",
            "prompt": "How does your body feel right now?",
            "help": "Pick the word that is closest. There is no right one.",
        },
        {
            "id": "distress_before",
            "type": "scale",
            "kind": "suds",
            "role": "pre",
            "min": 0,
            "max": 10,
            "low": "at ease",
            "high": "as upset as I can be",
            "prompt": "How upset do you feel right now?",
        },
    ],
}

CLOSING_PART: Mapping[str, Any] = {
    "id": CLOSING,
    "title": "Before you go",
    "steps": [
        {
            "id": "distress_after",
            "type": "scale",
            "kind": "suds",
            "role": "post",
            "min": 0,
            "max": 10,
            "low": "at ease",
            "high": "as upset as I can be",
            "prompt": "How upset do you feel now?",
        },
        {
            "id": "state_after",
            "type": "state",
            "role": "post",
            "prompt": "How does your body feel now?",
        },
        {
            "id": "review",
            "type": "review",
            "role": "post",
            "prompt": "Looking back, how was this for you?",
            "help": "Answer as much or as little as you like.",
        },
    ],
}


def framed(parts: list[Any]) -> list[Any]:
    """Put the opening first and the closing after the last part of today."""
    later = next(
        (
            at
            for at, part in enumerate(parts)
            if isinstance(part, Mapping) and part.get("when") == "later"
        ),
        len(parts),
    )
    return [OPENING_PART, *parts[:later], CLOSING_PART, *parts[later:]]
