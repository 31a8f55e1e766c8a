"""Ready-made answers and placeholder words for the instruments' tests."""

from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from api.instruments.definitions import library, supply
from api.instruments.scoring import Score, score
from api.instruments.shape import Instrument


def placeholder_text(one: Instrument) -> dict[str, Any]:
    """A text file as an operator would write it, with words that mean nothing."""
    return {
        "instrument": one.id,
        "licence_confirmed": "Test only",
        "credit": "By nobody at all.",
        "leads": dict.fromkeys(one.leads, "Lead"),
        "items": {item.id: "Question" for item in one.items},
        "options": {
            name: {option.value: f"Response {option.value}" for option in options}
            for name, options in one.options.items()
        },
    }


def ready(instrument_id: str) -> Instrument:
    """An instrument that can be scored: with its own words or placeholders."""
    one = library()[instrument_id]
    return one if one.has_text else supply(one, placeholder_text(one))


def scored_items(one: Instrument) -> tuple[str, ...]:
    """The items of the total, or of all subscales, in their order."""
    scales = (one.total,) if one.total else one.subscales
    return tuple(item for scale in scales for item in scale.items)


def filled(one: Instrument, values: Sequence[int | None]) -> dict[str, Any]:
    """Answers to the scored items in their order; None is left out."""
    pairs = zip(scored_items(one), values, strict=True)
    return {item: value for item, value in pairs if value is not None}


def score_of(instrument_id: str, values: Sequence[int | None]) -> Score:
    one = ready(instrument_id)
    gate = {one.gate.item: 1} if one.gate else {}
    return score(one, {**gate, **filled(one, values)})


def ends(one: Instrument, item_id: str) -> tuple[int, int]:
    """The lowest and the highest answer of an item."""
    item = one.item(item_id)
    assert item is not None
    values = [option.value for option in one.options[item.options]]
    return min(values), max(values)


@st.composite
def forms(draw: st.DrawFn, instrument_id: str, *, gaps: bool = False) -> dict[str, int]:
    """Whole or gappy answers to one instrument."""
    one = ready(instrument_id)
    given = {item: draw(st.integers(*ends(one, item))) for item in scored_items(one)}
    if gaps:
        for item in draw(st.sets(st.sampled_from(sorted(given)))):
            del given[item]
    if one.gate:
        given[one.gate.item] = 1
    return given


ALL = tuple(library())
