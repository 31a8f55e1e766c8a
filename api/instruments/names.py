"""Names of instruments that must not be rebuilt here, and how a name is recognised.

A whole name is recognised, whatever its case and punctuation; a word inside a sentence is
not. It knows names only, no questions. Source: reference §3.1 licence tiers.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An instrument that must not be shipped or rebuilt: its names, and why."""

    id: str
    names: tuple[str, ...]
    reason: str


_LICENSED = "its licence bars copying or distributing electronic versions"
_PERMISSION = "its use needs the author's permission"
_COPYRIGHT = "it is under the author's copyright; use the review block instead"
_TRAINING = (
    "it needs training or certification and is under copyright; link to it instead"
)

EXCLUDED: tuple[Exclusion, ...] = (
    Exclusion("ors", ("Outcome Rating Scale",), _LICENSED),
    Exclusion("srs", ("Session Rating Scale",), _LICENSED),
    Exclusion(
        "wai_sr",
        (
            "WAI",
            "Working Alliance Inventory",
            "Working Alliance Inventory Short Revised",
        ),
        _PERMISSION,
    ),
    Exclusion(
        "hrs_ii",
        ("HRS", "Homework Rating Scale", "Homework Rating Scale II"),
        _COPYRIGHT,
    ),
    Exclusion("haacs", ("Homework Adherence and Competence Scale",), _COPYRIGHT),
    Exclusion("danger_assessment", ("DA", "Danger Assessment"), _TRAINING),
    Exclusion("dash", ("DASH RIC", "SafeLives DASH", "SafeLives checklist"), _TRAINING),
    Exclusion("odara", ("Ontario Domestic Assault Risk Assessment",), _TRAINING),
    Exclusion(
        "b_safer", ("Brief Spousal Assault Form for the Evaluation of Risk",), _TRAINING
    ),
    Exclusion(
        "c_ssrs",
        ("CSSRS", "Columbia Suicide Severity Rating Scale"),
        "it is a clinician's tool; a therapist may record that it was done and its result",
    ),
)

TITLES: Mapping[str, str] = {
    "ors": "Outcome Rating Scale (ORS)",
    "srs": "Session Rating Scale (SRS)",
    "wai_sr": "Working Alliance Inventory, Short Revised (WAI-SR)",
    "hrs_ii": "Homework Rating Scale II (HRS-II)",
    "haacs": "Homework Adherence and Competence Scale (HAACS)",
    "danger_assessment": "Danger Assessment (DA)",
    "dash": "DASH risk checklist",
    "odara": "Ontario Domestic Assault Risk Assessment (ODARA)",
    "b_safer": "Brief Spousal Assault Form for the Evaluation of Risk (B-SAFER)",
    "c_ssrs": "Columbia Suicide Severity Rating Scale (C-SSRS)",
}
"""How an excluded instrument is called where it is listed as such."""

_WORDS = frozenset({"dash", "da", "hark", "brs", "ors", "srs", "hrs", "wai"})
"""Abbreviations that are also words or common letters: a title means them in capitals."""


def bare(name: str) -> str:
    """Give a name without case, blanks and punctuation."""
    return re.sub(r"[^a-z0-9]", "", name.casefold())


_BY_NAME: Mapping[str, Exclusion] = {
    bare(name): each for each in EXCLUDED for name in (each.id, *each.names)
}


def halves(name: str) -> Iterator[str]:
    """Give a name, what it has in brackets, and what it has outside of them."""
    yield name
    yield from re.findall(r"\(([^()]*)\)", name)
    yield re.sub(r"\([^()]*\)", "", name)


def excluded(name: str) -> Exclusion | None:
    """Give the exclusion that an id or a title falls under, if any.

    Case, blanks and punctuation do not matter: "WAI-SR" and "wai_sr" are the same. Of
    "Outcome Rating Scale (ORS)" either half is enough.
    """
    return next(
        (_BY_NAME[key] for half in halves(name) if (key := bare(half)) in _BY_NAME),
        None,
    )


def is_meant(title: str, known: frozenset[str]) -> bool:
    """Tell whether a title is one of the names, and not an ordinary word that looks so.

    `known` are bare names. "DASH" and "Danger assessment" are meant; "Dash" and "A dash
    of courage" are not.
    """
    return any(
        (key := bare(half)) in known
        and (key not in _WORDS or half.strip() == half.strip().upper())
        for half in halves(title)
    )


EXCLUDED_NAMES: frozenset[str] = frozenset(_BY_NAME)
"""Every name of an excluded instrument, bare."""
