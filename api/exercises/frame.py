"""The common frame: the opening and closing parts that `frame: standard` stands for.

Source: reference §2.1 common frame. Only the consent at the start is required; everything
else may be skipped. The frame is written out when an exercise is published, in the
language of the exercise.
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


_GERMAN = {
    "Before you begin": "Bevor du anfängst",
    "Do you want to do this right now?": "Möchtest du das jetzt machen?",
    "Any answer is a good answer. You can change it at any moment.": (
        "Jede Antwort ist eine gute Antwort. Du kannst sie jederzeit ändern."
    ),
    "How does your body feel right now?": "Wie fühlt sich dein Körper gerade an?",
    "Pick the word that is closest. There is no right one.": (
        "Nimm das Wort, das am besten passt. Ein richtiges gibt es nicht."
    ),
    "at ease": "ganz ruhig",
    "as upset as I can be": "so aufgewühlt, wie ich nur sein kann",
    "How upset do you feel right now?": "Wie aufgewühlt bist du gerade?",
    "Before you go": "Bevor du gehst",
    "How upset do you feel now?": "Wie aufgewühlt bist du jetzt?",
    "How does your body feel now?": "Wie fühlt sich dein Körper jetzt an?",
    "Looking back, how was this for you?": "Wenn du zurückblickst: Wie war das für dich?",
    "Answer as much or as little as you like.": (
        "Antworte so viel oder so wenig, wie du magst."
    ),
}


def _translated(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _translated(one, words) for key, one in value.items()}
    if isinstance(value, list):
        return [_translated(one, words) for one in value]
    return words.get(value, value) if isinstance(value, str) else value


FRAMES: Mapping[str, tuple[Mapping[str, Any], Mapping[str, Any]]] = {
    "en": (OPENING_PART, CLOSING_PART),
    "de": (_translated(OPENING_PART, _GERMAN), _translated(CLOSING_PART, _GERMAN)),
}
"""The opening and the closing part by language."""


def has_frame(locale: Any) -> bool:
    """Tell whether the frame has texts in a language; `de-CH` takes those of `de`."""
    return isinstance(locale, str) and locale.partition("-")[0] in FRAMES


def is_of_frame(part: object) -> bool:
    """Tell whether `framed` put this part there, and no author."""
    return any(part is one for frame in FRAMES.values() for one in frame)


def framed(parts: list[Any], locale: str = "en") -> list[Any]:
    """Put the opening first and the closing after the last part of today.

    A language without texts of its own gets the English ones; `structure` tells of it.
    """
    opening, closing = FRAMES.get(locale.partition("-")[0], FRAMES["en"])
    later = next(
        (
            at
            for at, part in enumerate(parts)
            if isinstance(part, Mapping) and part.get("when") == "later"
        ),
        len(parts),
    )
    return [opening, *parts[:later], closing, *parts[later:]]
