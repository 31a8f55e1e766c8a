"""The shape of an instrument's definition: items, options, scales, bands, cuts, rules.

Only what a definition may say, and that it agrees with itself. It neither reads files nor
scores answers.
"""

from collections.abc import Iterator, Mapping
from typing import Literal, Self

from pydantic import Field, model_validator

from api.instruments.parameters import ParameterSet
from api.instruments.words import (
    Code,
    Direction,
    Loinc,
    LoincAnswer,
    Many,
    Number,
    SetId,
    Text,
    Whole,
    Written,
)

Tier = Literal["bundled", "definition_only"]


class Option(Written):
    """One response. The label is missing where the licence does not let us carry it."""

    value: Whole
    label: Text | None = None
    loinc: LoincAnswer | None = None


class Recall(Written):
    """The time the questions look back on."""

    days: Whole
    words: Text


class Item(Written):
    """One question.

    `options` names an option set, `lead` the sentence it completes. `reverse` items count
    from the other end. `watch_from`: an answer this high is reported even when the form is
    incomplete, as `watch_as` says. `may_not_apply`: "not_applicable" is an answer.
    """

    id: Code
    options: Code
    text: Text | None = None
    lead: Code | None = None
    loinc: Loinc | None = None
    reverse: bool = False
    may_not_apply: bool = False
    watch_from: Whole | None = None
    watch_as: Literal["self_harm", "unsafe"] = "self_harm"


class Missing(Written):
    """What happens when answers are missing.

    none: the scale is unscored. prorate: up to `at_most` (and `each_subscale` per subscale)
    the mean stands in for them. count: what was answered counts, if it counts anything.
    """

    rule: Literal["none", "prorate", "count"] = "none"
    at_most: Whole = 0
    each_subscale: Whole | None = None


class Scale(Written):
    """A score over items: their sum or mean, times `multiply`, from `least` to `most`."""

    id: Code
    title: Text
    items: Many[Code]
    least: Number
    most: Number
    method: Literal["sum", "mean"] = "sum"
    multiply: Number = 1.0
    missing: Missing = Missing()


class OtherScale(Written):
    """The same score on another published scale: value · multiply + add."""

    id: Code
    title: Text
    multiply: Number = 1.0
    add: Number = 0.0


class Gate(Written):
    """A question that ends the questionnaire: this answer makes the score `value`."""

    item: Code
    closed_by: Whole
    value: Number


class Band(Written):
    """A named stretch of the scale, from `at_least` on, or from just `above`, to the next."""

    code: Code
    label: Text
    at_least: Number | None = None
    above: Number | None = None


class BandSet(Written):
    """One source's bands, the lowest first; the first begins where the scale does."""

    id: SetId
    source: Text
    bands: Many[Band]


class ScreenCut(Written):
    """One source's cut: met from `at_least` up."""

    id: SetId
    label: Text
    at_least: Number
    source: Text


class Criterion(Written):
    """Met when at least `at_least` of the items are endorsed."""

    id: Code
    items: Many[Code]
    at_least: Whole = 1


class Outcome(Written):
    """What is reported when all groups of `met` are met and none of `not_met` is."""

    code: Code
    met: Many[Code]
    not_met: Many[Code] = ()


class Diagnostic(Written):
    """A published diagnostic rule: criteria, groups of criteria, outcomes in order."""

    id: SetId
    source: Text
    endorsed_from: Whole
    criteria: Many[Criterion]
    groups: Mapping[Code, Many[Code]]
    outcomes: Many[Outcome]
    otherwise: Code


class Instrument(Written):
    """One questionnaire. `text_from` says whose words it shows; None means it has none.

    `wording` says with what the words were compared, and what is still to be compared.
    """

    id: Code
    title: Text
    tier: Tier
    credit: Text
    licence: Text
    wording: Text | None = None
    sources: Many[Text]
    locale: Literal["en"] = "en"
    text_from: Literal["bundled", "operator"] | None = None
    on_by_default: bool = True
    setting: Literal["any", "in_session_only"] = "any"
    reminders: bool = True
    population: Text | None = None
    panel_loinc: Loinc | None = None
    total_loinc: Loinc | None = None
    recall: Recall | None = None
    instructions: Text | None = None
    leads: Mapping[Code, Text | None] = Field(default_factory=dict)
    options: Mapping[Code, Many[Option]]
    items: Many[Item]
    direction: Direction | None
    total: Scale | None
    subscales: Many[Scale] = ()
    other_scales: Many[OtherScale] = ()
    gate: Gate | None = None
    band_sets: Many[BandSet] = ()
    cuts: Many[ScreenCut] = ()
    diagnostics: Many[Diagnostic] = ()
    parameter_sets: Many[ParameterSet] = ()
    notes: Many[Text] = ()

    @property
    def has_text(self) -> bool:
        """Tell whether every question, lead and response has its words."""
        return all(text is not None for text in self._texts())

    def _texts(self) -> Iterator[str | None]:
        yield from (item.text for item in self.items)
        yield from self.leads.values()
        for options in self.options.values():
            yield from (option.label for option in options)

    def item(self, item_id: str) -> Item | None:
        """Give the item of that id."""
        return next((item for item in self.items if item.id == item_id), None)

    def parameter_set(self, set_id: str) -> ParameterSet | None:
        """Give the parameter set of that id."""
        return next((one for one in self.parameter_sets if one.id == set_id), None)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        for problem in _disagreements(self):
            raise ValueError(problem)
        return self


def _disagreements(one: Instrument) -> Iterator[str]:
    ids = [item.id for item in one.items]
    if len(set(ids)) < len(ids):
        yield "an item id is used twice"
    for item in one.items:
        if item.options not in one.options:
            yield f"{item.id} names no option set"
        if item.lead is not None and item.lead not in one.leads:
            yield f"{item.id} names no lead"
    for named in _named_items(one):
        if named not in ids:
            yield f"there is no item {named}"
    names = [
        *(each.id for each in one.band_sets),
        *(each.id for each in one.cuts),
        *(each.id for each in one.diagnostics),
        *(each.id for each in one.parameter_sets),
    ]
    if len(set(names)) < len(names):
        yield "an id of a source is used twice"
    yield from _untrue_tiers(one)


def _named_items(one: Instrument) -> Iterator[str]:
    for scale in (*one.subscales, *([one.total] if one.total else [])):
        yield from scale.items
    for rule in one.diagnostics:
        for criterion in rule.criteria:
            yield from criterion.items
    if one.gate:
        yield one.gate.item


def _untrue_tiers(one: Instrument) -> Iterator[str]:
    if (one.text_from is not None) != one.has_text:
        yield "text_from does not say whether the text is complete"
    if one.text_from == "bundled" and one.tier != "bundled":
        yield "only the bundled tier may bring its own text"
