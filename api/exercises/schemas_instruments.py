"""Instruments over the wire: what each is, whether it can be asked here, and why not."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import ConfigDict, Field

from api.exercises.questionnaires import slug_of
from api.exercises.tables import Exercise
from api.foundation.schemas import Out
from api.instruments.names import TITLES, Exclusion
from api.instruments.parameters import ParameterSet
from api.instruments.registry import Availability, Registry
from api.instruments.shape import (
    BandSet,
    Diagnostic,
    Gate,
    Instrument,
    Item,
    Option,
    OtherScale,
    Recall,
    Scale,
    ScreenCut,
)
from api.instruments.words import Direction

LOINC_NOTICE = (
    "This material contains content from LOINC (http://loinc.org). LOINC is copyright © "
    "Regenstrief Institute, Inc. and the Logical Observation Identifiers Names and Codes "
    "(LOINC) Committee and is available at no cost under the license at "
    "http://loinc.org/license. LOINC® is a registered United States trademark of "
    "Regenstrief Institute, Inc."
)
REASONS: Mapping[Availability, str] = {
    Availability.TEXT_NEEDED: "Its words may not ship with this service; the operator "
    "can supply them after confirming the licence.",
    Availability.TEXT_REFUSED: "The operator's text file does not fit its definition; "
    "the server's log and `attune instruments check` say where.",
}
_OFF = "It is off until the owner of the practice switches it on."

_CUT = {
    "id": "phq2.kroenke2003",
    "label": "A longer questionnaire is worth asking",
    "at_least": 3.0,
    "source": "Kroenke 2003",
}
_LISTED: dict[str, Any] = {
    "id": "phq2",
    "slug": "phq2",
    "title": "Patient Health Questionnaire-2 (PHQ-2)",
    "tier": "bundled",
    "availability": "available",
    "reason": None,
    "enabled": True,
    "version": 1,
    "on_by_default": True,
    "setting": "any",
    "reminders": True,
    "population": None,
    "credit": "Developed by Drs. Spitzer, Williams, Kroenke and colleagues.",
    "licence": "Pfizer release of July 2010: no copyright restriction, no charge.",
    "sources": ["Kroenke, Spitzer, Williams 2003, Med Care 41:1284-1292"],
    "direction": "lower",
    "least": 0.0,
    "most": 6.0,
    "item_count": 2,
    "band_sets": [],
    "cuts": [_CUT],
    "parameter_sets": [],
    "panel_loinc": "55757-9",
    "total_loinc": "55758-7",
}
_WHOLE: dict[str, Any] = {
    **_LISTED,
    "text_from": "bundled",
    "wording": "The first two questions of the PHQ-9.",
    "recall": {"days": 14, "words": "the last 2 weeks"},
    "instructions": None,
    "leads": {},
    "options": {
        "frequency": [{"value": 0, "label": "Not at all", "loinc": "LA6568-5"}]
    },
    "items": [],
    "total": None,
    "subscales": [],
    "other_scales": [],
    "gate": None,
    "diagnostics": [],
    "notes": ["Screen only."],
    "loinc_notice": LOINC_NOTICE,
}


class InstrumentOut(Out):
    """A questionnaire: what it is, whose it is, and whether it can be asked here.

    Every band, cut and parameter set carries the id of its source, because published
    thresholds disagree. An `excluded` one is listed so that nobody rebuilds it.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_LISTED]})

    id: str
    slug: str = Field(description="The exercise that asks it")
    title: str
    tier: Literal["bundled", "definition_only", "excluded"]
    availability: Availability
    reason: str | None = Field(description="Why it can't be asked, or is off")
    enabled: bool = Field(description="Whether it is on your practice's shelf")
    version: int | None = Field(description="The exercise's latest version, if enabled")
    on_by_default: bool
    setting: Literal["any", "in_session_only"] | None
    reminders: bool
    population: str | None
    credit: str | None = Field(description="Show this line wherever you show the form")
    licence: str | None
    sources: list[str]
    direction: Direction | None = Field(description="Which way is better")
    least: float | None
    most: float | None
    item_count: int | None
    band_sets: list[BandSet]
    cuts: list[ScreenCut]
    parameter_sets: list[ParameterSet]
    panel_loinc: str | None
    total_loinc: str | None


class InstrumentWholeOut(InstrumentOut):
    """A questionnaire with its whole definition.

    Words are null where the licence does not let us carry them and the operator has not
    supplied them. `missing` in a scale says when a score is prorated or null.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [_WHOLE]})

    text_from: Literal["bundled", "operator"] | None
    wording: str | None = Field(description="With what its words were compared")
    recall: Recall | None
    instructions: str | None
    leads: dict[str, str | None]
    options: dict[str, list[Option]]
    items: list[Item]
    total: Scale | None
    subscales: list[Scale]
    other_scales: list[OtherScale]
    gate: Gate | None
    diagnostics: list[Diagnostic]
    notes: list[str]
    loinc_notice: str = LOINC_NOTICE


class InstrumentsOut(Out):
    """Every instrument that this service knows of, ordered by id."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"items": [_LISTED], "loinc_notice": LOINC_NOTICE}]
        }
    )

    items: list[InstrumentOut]
    loinc_notice: str = LOINC_NOTICE


def listed(
    one: Instrument | Exclusion, registry: Registry, row: Exercise | None
) -> dict[str, Any]:
    """Say an instrument as a list shows it; `row` is its exercise where it is on."""
    if isinstance(one, Exclusion):
        return _excluded(one)
    availability = registry.availability(one.id)
    off = _OFF if row is None else None
    return {
        "id": one.id,
        "slug": slug_of(one.id),
        "title": one.title,
        "tier": one.tier,
        "availability": availability,
        "reason": REASONS.get(availability, off),
        "enabled": row is not None,
        "version": row.latest_number if row else None,
        "on_by_default": one.on_by_default,
        "setting": one.setting,
        "reminders": one.reminders,
        "population": one.population,
        "credit": one.credit,
        "licence": one.licence,
        "sources": list(one.sources),
        "direction": one.direction,
        "least": one.total.least if one.total else None,
        "most": one.total.most if one.total else None,
        "item_count": len(one.items),
        "band_sets": one.band_sets,
        "cuts": one.cuts,
        "parameter_sets": one.parameter_sets,
        "panel_loinc": one.panel_loinc,
        "total_loinc": one.total_loinc,
    }


_NOTHING: dict[str, Any] = {
    "enabled": False,
    "version": None,
    "on_by_default": False,
    "setting": None,
    "reminders": False,
    "population": None,
    "credit": None,
    "licence": None,
    "sources": [],
    "direction": None,
    "least": None,
    "most": None,
    "item_count": None,
    "band_sets": [],
    "cuts": [],
    "parameter_sets": [],
    "panel_loinc": None,
    "total_loinc": None,
}
_NO_DEFINITION: dict[str, Any] = {
    "text_from": None,
    "wording": None,
    "recall": None,
    "instructions": None,
    "leads": {},
    "options": {},
    "items": [],
    "total": None,
    "subscales": [],
    "other_scales": [],
    "gate": None,
    "diagnostics": [],
    "notes": [],
}


def _excluded(one: Exclusion) -> dict[str, Any]:
    return {
        "id": one.id,
        "slug": slug_of(one.id),
        "title": TITLES[one.id],
        "tier": "excluded",
        "availability": Availability.EXCLUDED,
        "reason": f"It can't be used here: {one.reason}.",
        **_NOTHING,
    }


def whole(
    one: Instrument | Exclusion, registry: Registry, row: Exercise | None
) -> dict[str, Any]:
    """Say an instrument with its definition; an excluded one has none here."""
    found = listed(one, registry, row)
    if isinstance(one, Exclusion):
        return found | _NO_DEFINITION
    return found | {name: getattr(one, name) for name in _NO_DEFINITION}
