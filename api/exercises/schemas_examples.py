"""Examples of what goes over the wire, for the API's document."""

from typing import Any

ID = "0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2d"
AT = "2026-03-02T08:00:00Z"
DOCUMENT: dict[str, Any] = {
    "slug": "three-calm-breaths",
    "title": "Three calm breaths",
    "purpose": "To take a short rest whenever you like.",
    "modality": "self_regulation",
    "phase": "steadying",
    "settings": ["solo"],
    "evidence": "D",
    "minutes": {"least": 1, "most": 1},
    "safety": ["Stop whenever you want to."],
    "frame": "standard",
    "parts": [
        {
            "id": "rest",
            "steps": [
                {
                    "id": "breath",
                    "type": "breath",
                    "prompt": "Take three slow breaths.",
                    "pace": {"in": 4, "out": 6},
                    "cycles": 3,
                },
                {
                    "id": "liked",
                    "type": "scale",
                    "prompt": "How pleasant was it?",
                    "max": 10,
                    "required": True,
                },
            ],
        }
    ],
    "measures": [
        {
            "id": "liked",
            "formula": "scale_value",
            "title": "Pleasant",
            "from": {"value": "rest.liked"},
        }
    ],
}
SUMMARY: dict[str, Any] = {
    "id": ID,
    "slug": "three-calm-breaths",
    "origin": "practice",
    "title": "Three calm breaths",
    "purpose": "To take a short rest whenever you like.",
    "kind": "exercise",
    "library_id": None,
    "modality": "self_regulation",
    "phase": "steadying",
    "evidence": "D",
    "settings": ["solo"],
    "tags": [],
    "minutes": {"least": 1, "most": 1},
    "intensity": 1,
    "steps": ["breath", "consent", "review", "scale", "state"],
    "instrument": None,
    "locale": "en",
    "locales": ["en", "de"],
    "stop_is_success": False,
    "latest": 1,
    "forked_from": None,
    "has_draft": False,
    "created_at": AT,
    "retired_at": None,
}
VERSION: dict[str, Any] = {
    "id": ID,
    "exercise_id": ID,
    "slug": "three-calm-breaths",
    "number": 1,
    "change": None,
    "wording_fix": False,
    "content_hash": "9f2c4a7e0b1d3c5f" * 4,
    "published_at": AT,
}
TRANSLATED: dict[str, Any] = {
    **DOCUMENT,
    "locale": "de",
    "title": "Drei ruhige Atemzüge",
    "purpose": "Um kurz auszuruhen, wann immer du magst.",
    "safety": ["Hör auf, wann immer du willst."],
    "parts": [
        {
            "id": "rest",
            "steps": [
                {
                    "id": "breath",
                    "type": "breath",
                    "prompt": "Atme dreimal langsam.",
                    "pace": {"in": 4, "out": 6},
                    "cycles": 3,
                },
                {
                    "id": "liked",
                    "type": "scale",
                    "prompt": "Wie angenehm war es?",
                    "max": 10,
                    "required": True,
                },
            ],
        }
    ],
    "measures": [{**DOCUMENT["measures"][0], "title": "Angenehm"}],
}
TRANSLATION: dict[str, Any] = {
    "id": ID,
    "slug": "three-calm-breaths",
    "number": 1,
    "locale": "de",
    "revision": 1,
    "origin": "practice",
    "content_hash": "4e1b7a90c2d3f586" * 4,
    "made_at": AT,
}
SCHEMA_EXAMPLE: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "Three calm breaths",
    "type": "object",
    "properties": {
        "rest": {
            "type": "object",
            "properties": {
                "liked": {
                    "title": "How pleasant was it?",
                    "type": "integer",
                    "minimum": 0,
                    "maximum": 10,
                }
            },
            "additionalProperties": False,
            "required": ["liked"],
        }
    },
    "additionalProperties": False,
    "required": ["rest"],
}
CARD_EXAMPLE = """\
THREE CALM BREATHS
To take a short rest whenever you like.

Time: 1 minute.
Where: by yourself.
"""
