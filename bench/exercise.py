"""The exercise of the benchmark: fifteen answers of about 2 kB, and three measures."""

from typing import Any

_NOTES = (
    "I noticed it first in my shoulders, then I heard the door and waited a little. "
    "It was quieter than I had thought it would be, and I could choose when to stop. "
    "Afterwards I made tea, sat by the window, and wrote this down before it went.",
    "My breath was short, up under the collar bones, and my hands were cold. When I "
    "leaned against the wall it came down by itself, slower than the pacer, and my jaw "
    "let go for the first time since Tuesday. I counted five buses going by.",
    "She answered late and only with a thumb, which a month ago would have kept me up. "
    "Today I read it twice, put the phone face down on the shelf, and went to water the "
    "beans. There was a small sting and then it was simply an evening again.",
    "That I can say not now without giving a reason. That waiting ten minutes costs "
    "nothing. That the story my head makes is usually older than what happened, and "
    "that a walk around the block tells me more than another hour of thinking.",
    "It took less out of me than last week; I would do it again, perhaps outside, and "
    "leave out the part with the list, which made it feel like homework. The minute "
    "of sitting was the best of it. I would like to tell someone about the buses, and "
    "I have not decided whom; there is no hurry in that. Sleep came before eleven, for "
    "once without the radio, and the morning after was an ordinary morning with toast.",
)

DRAFT: dict[str, Any] = {
    "slug": "bench-evening",
    "title": "Evening look back",
    "locale": "en",
    "purpose": "To look back at one moment of the day, at your own pace.",
    "modality": "journaling",
    "phase": "any",
    "settings": ["solo"],
    "evidence": "C",
    "minutes": {"least": 5, "most": 10},
    "needs": ["A quiet place"],
    "safety": ["You can stop at any moment; a stop is a good end."],
    "precautions": [],
    "easier": [],
    "tags": ["short"],
    "stop_is_success": False,
    "frame": "standard",
    "parts": [
        {
            "id": "main",
            "title": "One moment",
            "steps": [
                {
                    "id": "what",
                    "type": "text",
                    "required": True,
                    "prompt": "What was it?",
                },
                {"id": "body", "type": "text", "prompt": "What did your body do?"},
                {"id": "after", "type": "text", "prompt": "And afterwards?"},
                {"id": "learned", "type": "text", "prompt": "What would you keep?"},
                {
                    "id": "worry",
                    "type": "scale",
                    "prompt": "How worried were you?",
                    "max": 10,
                    "low": "not at all",
                    "high": "very",
                },
                {
                    "id": "place",
                    "type": "choice",
                    "prompt": "Where was it?",
                    "options": [
                        {"code": "home", "label": "At home"},
                        {"code": "work", "label": "At work"},
                        {"code": "out", "label": "Somewhere else"},
                    ],
                },
                {
                    "id": "signs",
                    "type": "checklist",
                    "prompt": "What did you notice?",
                    "options": [
                        {"code": "breath", "label": "My breath"},
                        {"code": "heart", "label": "My heart"},
                        {"code": "hands", "label": "My hands"},
                    ],
                },
                {"id": "helped", "type": "list", "prompt": "What helped?"},
                {
                    "id": "quiet",
                    "type": "timer",
                    "prompt": "Sit a while.",
                    "usual": 60,
                    "most": 300,
                },
            ],
        }
    ],
    "measures": [
        {
            "id": "distress",
            "formula": "distress_change",
            "title": "Upset before and after",
            "from": {
                "before": "opening.distress_before",
                "after": "closing.distress_after",
            },
            "better": "lower",
        },
        {
            "id": "state",
            "formula": "state_shift",
            "title": "Body state before and after",
            "from": {"before": "opening.state_before", "after": "closing.state_after"},
        },
        {
            "id": "worry",
            "formula": "scale_value",
            "title": "Worry",
            "from": {"value": "main.worry"},
            "better": "lower",
        },
    ],
}
"""A draft as a therapist would write it; publishing adds the standard frame."""


def answers(number: int) -> dict[str, Any]:
    """Return the fifteen answers of a run; they vary with its number, within range."""
    return {
        "opening": {
            "consent": "given",
            "state_before": ("revved_up", "mixed", "settled")[number % 3],
            "distress_before": 4 + number % 6,
        },
        "main": {
            "what": _NOTES[0],
            "body": _NOTES[1],
            "after": _NOTES[2],
            "learned": _NOTES[3],
            "worry": (number * 7) % 11,
            "place": ("home", "work", "out")[number % 3],
            "signs": ["breath", "hands"],
            "helped": ["The window", "A cup of tea", "Knowing the end"],
            "quiet": {"seconds": 60, "ended": "by_time"},
        },
        "closing": {
            "distress_after": (number * 5) % 7,
            "state_after": ("settled", "mixed")[number % 2],
            "review": {"note": _NOTES[4]},
        },
    }
