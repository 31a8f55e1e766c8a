"""Words that no exercise text may use: claims, verdicts, pressure, promises, advice to mend.

Source: reference §4.4 claims policy, §6 avoided terms, §2.2 R1, §5.1, §5.2 R6. This is a lint
for authors, not a judgement of meaning: it finds plain phrases, in English and German, and
explains what to do instead.
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

_MENDING = (
    r"(?:forgive|reconcile|confront|make\s+(?:up|peace)\s+with|have\s+it\s+out\s+with"
    r"|give\s+(?:him|her|them)\s+(?:another|a\s+second)\s+chance"
    r"|go\s+back\s+to\s+(?:him|her|them))\b(?!\s+(?:yourself|myself))"
)
"""What only the client may decide about somebody else. Source: reference §5.2 R6."""
_ADVICE = (
    r"\b(?:you\s+(?:should|could|can|must|need|ought|have)|try|learn|dare|remember"
    r"|time|ready|how|important|good|best|helps?)"
)

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
            r"|\bguarantee\w*|\bcures?\b|\bcured\b|\bmiracle\w*|\bgarantier\w*"
            r"|\bheilt\b|\b(?:bewiesen|erwiesen)\b|\bvagus\w*|\bwunder(?:mittel|bar\s+wirk)\w*",
        ),
        (
            "verdict-on-a-person",
            "Describe what someone does, never what someone is.",
            r"\bnarciss\w*|\bpsychopath\w*|\bsociopath\w*|\babusers?\b"
            r"|\btoxic\s+(?:person|people|partner|parent|ex)\b"
            r"|\bnarziss\w*|\btäter(?:in|innen)?\b|\btoxische[rn]?\b",
        ),
        (
            "word-of-pressure",
            "Nothing here is owed to anyone. Say it without pressure.",
            r"\bnon-?complian\w*|\bcompliance\b|\boverdue\b|\bstreaks?\b"
            r"|\bfail(?:ed|ure|ures)\b|\babandoned\b|\byou\s+must\b"
            r"|\bdu\s+musst\b(?![^.!?]{0,30}\bnicht\b)|\bversag\w*|\büberfällig\w*|\bgescheitert\b",
        ),
        (
            "left-right-stimulation",
            "Alternating left and right belongs in session, with a trained clinician.",
            r"\bbilateral\w*|\beye\s+movements?\b|\baugenbewegung\w*"
            r"|\blinks\b[^.]{0,24}\brechts\b[^.]{0,24}\blinks\b"
            r"|\balternat\w*\b[^.]{0,40}\b(?:left|right|sides?|taps?|tones?|knees?)\b"
            r"|\bleft\b[^.]{0,24}\bright\b[^.]{0,24}\bleft\b"
            r"|\bright\b[^.]{0,24}\bleft\b[^.]{0,24}\bright\b"
            r"|\btap\b[^.]{0,30}\b(?:one|each)\s+side\b[^.]{0,30}\bother\b",
        ),
        (
            "promise-of-safety",
            "Nobody can promise safety. Say what helps, and where help is.",
            r"\b(?:no|zero|without(?:\s+any)?)\s+(?:risk|danger)\b|\brisk-free\b"
            r"|(?<!if\s)(?<!when\s)(?<!until\s)(?<!once\s)(?<!whether\s)(?<!not\smean\sthat\s)"
            r"\byou(?:['’]re|\s+are)\s+(?:now\s+|always\s+|completely\s+)?safe\b(?!\s+enough)"
            r"|\b(?:completely|perfectly|entirely|100\s*%)\s+safe\b"
            r"|\bwill\s+keep\s+you\s+safe\b|\bnothing\s+(?:bad\s+)?can\s+happen\b"
            r"|\bkein(?:e|erlei)?\s+(?:risiko|gefahr)\b"
            r"|\bdu\s+bist\s+(?:jetzt\s+|nun\s+)?(?:sicher|in\s+sicherheit)\b"
            r"|\bdir\s+kann\s+nichts\s+passieren\b",
        ),
        (
            "advice-about-the-other",
            "Never advise forgiving, making up, or having it out. Leave that to the client.",
            _ADVICE
            + r"(?:\s+to)?\s+(?:try\s+to\s+|finally\s+|now\s+)?"
            + _MENDING
            + r"|(?:^|[.!?:;]\s+)(?:(?:please|now|just|then|next|and)\s+)*"
            + _MENDING
            + r"|\bforgiv\w+\s+(?:sets?|will|helps?|heals?|frees?|is\s+the)\b"
            r"|\b(?:verzeih|vergib|vertrag\s+dich|versöhn\w*\s+dich)\b"
            r"|\bstell\w*\s+(?:ihn|sie)\s+zur\s+rede\b",
        ),
        (
            "word-of-deficit",
            "Say what happened or what helps. Nobody here is broken.",
            r"\b(?:you(?:['’]re|\s+are)|your\s+\w+\s+is)\s+(?:(?!not\b|never\b)\w+\s+){0,2}"
            r"(?:broken|damaged|defective|weak|crazy|needy|irrational|pathological)\b"
            r"|\bwhat(?:['’]s|\s+is)\s+wrong\s+with\s+you\b|\bco-?dependen\w+\b"
            r"|\byour\s+(?:dysfunction\w*|defects?|deficits?|flaws|weakness\w*)\b"
            r"|\bdu\s+bist\s+(?:(?!nicht\b|nie\b)\w+\s+){0,2}(?:kaputt|schwach|verrückt|gestört)\b"
            r"|\bwas\s+mit\s+dir\s+nicht\s+stimmt\b",
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
