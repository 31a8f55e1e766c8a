"""Words that no exercise text may use: claims, verdicts, pressure, left-right stimulation.

Source: reference §4.4 claims policy, §6 avoided terms, §2.2 rule R1. This is a lint for
authors, not a judgement of meaning: it finds plain phrases and explains what to do instead.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from api.foundation.errors import Fault, pointer

TEXT_KEYS = frozenset(
    {
        "title",
        "purpose",
        "prompt",
        "help",
        "label",
        "note",
        "unit",
        "low",
        "high",
        "belief_label",
        "severity_label",
    }
)
TEXT_LISTS = frozenset({"needs", "safety"})
FORM = "form"
"""The part of a questionnaire that holds its published words."""
BRANCHES = frozenset({"parts", "steps", "options", "fields", "measures", "precautions"})

RULES: tuple[tuple[str, str, re.Pattern[str]], ...] = tuple(
    (code, message, re.compile(pattern, re.IGNORECASE))
    for code, message, pattern in (
        (
            "claim-not-carried",
            "The evidence does not carry this claim. Say what people do, or that "
            "many people find it helpful.",
            r"\brewir\w*|\bneuroplastic\w*|\bvag(?:us|al)\b|\bpolyvagal\b"
            r"|\b(?:clinically|scientifically)\s+proven\b|\bproven\s+(?:for|to)\b"
            r"|\bheal(?:s|ing)?\s+(?:your|the)\s+(?:nervous|brain|body|trauma)\b"
            r"|\breset(?:s|ting)?\s+(?:your|the)\s+(?:nervous|brain|body)\b"
            r"|\bguarantee\w*|\bcures?\b|\bcured\b|\bmiracle\w*",
        ),
        (
            "verdict-on-a-person",
            "Describe what someone does, never what someone is.",
            r"\bnarciss\w*|\bpsychopath\w*|\bsociopath\w*|\babusers?\b"
            r"|\btoxic\s+(?:person|people|partner|parent|ex)\b",
        ),
        (
            "word-of-pressure",
            "Nothing here is owed to anyone. Say it without pressure.",
            r"\bnon-?complian\w*|\bcompliance\b|\boverdue\b|\bstreaks?\b"
            r"|\bfail(?:ed|ure|ures)\b|\babandoned\b|\byou\s+must\b",
        ),
        (
            "left-right-stimulation",
            "Alternating left and right belongs in session, with a trained clinician.",
            r"\bbilateral\b|\beye\s+movements?\b"
            r"|\balternat\w*\b[^.]{0,40}\b(?:left|right|sides?|taps?|tones?|knees?)\b"
            r"|\bleft\b[^.]{0,24}\bright\b[^.]{0,24}\bleft\b"
            r"|\bright\b[^.]{0,24}\bleft\b[^.]{0,24}\bright\b"
            r"|\btap\b[^.]{0,30}\b(?:one|each)\s+side\b[^.]{0,30}\bother\b",
        ),
    )
)


def texts(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Walk every text of ours a client could read, with its place; shapes may be wrong.

    The published words of a standard questionnaire are its authors' and are left out;
    only the library has documents of that kind.
    """
    published = document.get("kind") == "questionnaire"
    for place, text in _walk(document, ()):
        if not (published and _is_published(document, place)):
            yield place, text


def _is_published(document: Mapping[str, Any], place: tuple[str | int, ...]) -> bool:
    """Tell whether a text is a question, a response or an instruction of the form."""
    if place[0] != "parts" or len(place) < 5 or place[-1] == "help":
        return False
    part = document["parts"][place[1]]
    return isinstance(part, Mapping) and part.get("id") == FORM


def _walk(
    value: Any, place: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, Mapping):
        for key in sorted(TEXT_KEYS & value.keys()):
            if isinstance(value[key], str):
                yield (*place, key), value[key]
        for key in sorted(TEXT_LISTS & value.keys()):
            yield from _strings(value[key], (*place, key))
        for key in sorted(BRANCHES & value.keys()):
            yield from _walk(value[key], (*place, key))
    elif isinstance(value, list | tuple):
        for at, item in enumerate(value):
            yield from _walk(item, (*place, at))


def _strings(
    value: Any, place: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str]]:
    if isinstance(value, list | tuple):
        for at, item in enumerate(value):
            if isinstance(item, str):
                yield (*place, at), item


def claim_faults(document: Mapping[str, Any]) -> Iterator[Fault]:
    """List each text that breaks a rule, once per rule."""
    for place, text in texts(document):
        for code, message, pattern in RULES:
            if pattern.search(text):
                yield Fault(pointer(place), code, message)
