"""An exercise that asks everything the rules listen to."""

from typing import Any

HEARD = "Whoever cares for you hears of this answer, whatever you share."


def _choice(ident: str, *codes: str, **more: Any) -> dict[str, Any]:
    return {
        "id": ident,
        "type": "choice",
        "prompt": "How was it?",
        "options": [{"code": code, "label": code.title()} for code in codes],
        **more,
    }


DOCUMENT: dict[str, Any] = {
    "slug": "trying-out",
    "title": "Trying out",
    "purpose": "To try out one small thing with someone you choose.",
    "modality": "micro_trust",
    "phase": "graded_trust",
    "settings": ["solo", "trusted"],
    "evidence": "D",
    "minutes": {"least": 1, "most": 5},
    "frame": "standard",
    "easier": [],
    "parts": [
        {
            "id": "today",
            "steps": [
                {"id": "who", "type": "person", "prompt": "With whom?"},
                {
                    "id": "low",
                    "type": "scale",
                    "max": 3,
                    "prompt": "Thoughts of hurting yourself?",
                    "help": HEARD,
                },
                _choice("safe", "yes", "no", help=HEARD),
                {"id": "urge", "type": "scale", "max": 10, "prompt": "Urge to call?"},
                _choice("unreal", "yes", "no"),
                _choice("turned", "stayed", "changed"),
                {"id": "shame", "type": "scale", "max": 100, "prompt": "Shame?"},
                {
                    "id": "contact",
                    "type": "checklist",
                    "prompt": "What came?",
                    "options": [
                        {"code": "hoover", "label": "A message"},
                        {"code": "nothing", "label": "Nothing"},
                    ],
                },
                _choice("how", "alone", "with_help", other=True),
                {"id": "guess", "type": "prediction", "prompt": "What do you expect?"},
            ],
        },
        {
            "id": "after",
            "when": "later",
            "steps": [
                {
                    "id": "came",
                    "type": "outcome",
                    "prompt": "What happened?",
                    "of": "today.guess",
                },
                _choice("safe_now", "yes", "no", help=HEARD),
            ],
        },
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
        }
    ],
    "signals": [
        {"code": "self_harm", "step": "today.low", "at_least": 1},
        {"code": "unsafe", "step": "today.safe", "is": ["no"]},
        {"code": "unsafe", "step": "after.safe_now", "is": ["no"]},
        {"code": "contact_urge", "step": "today.urge", "at_least": 8},
        {"code": "unreal", "step": "today.unreal", "is": ["yes"]},
        {"code": "resource_turned", "step": "today.turned", "is": ["changed"]},
        {"code": "shame", "step": "today.shame"},
        {"code": "contact_event", "step": "today.contact", "is": ["hoover"]},
        {"code": "feared_outcome", "step": "after.came"},
    ],
}
