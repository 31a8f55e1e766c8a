"""What a practice's own exercise may not claim: names, kinds and words of instruments."""

from typing import Any

import pytest

from api.exercises.reserved import reserved_faults
from tests.exercises.documents import exercise


def found(**fields: Any) -> list[tuple[str, str]]:
    return [(one.pointer, one.code) for one in reserved_faults(exercise(**fields))]


@pytest.mark.parametrize(
    "title",
    [
        "ORS", "SRS", "Outcome Rating Scale", "outcome rating scale (ORS)", "WAI-SR",
        "Working Alliance Inventory", "HRS-II", "HAACS", "Danger Assessment",
        "danger assessment", "DASH", "DASH RIC", "ODARA", "B-SAFER", "b safer", "C-SSRS",
        "Columbia Suicide Severity Rating Scale", "PHQ-9", "CORE-10", "WHO-5", "BRS",
    ],
)  # fmt: skip
def test_a_published_questionnaire_is_not_rebuilt_under_its_name(title: str) -> None:
    assert found(title=title) == [("/title", "licensed-instrument")]


@pytest.mark.parametrize(
    "slug",
    ["ors", "srs", "wai-sr", "hrs-ii", "haacs", "danger-assessment", "dash", "odara",
     "b-safer", "c-ssrs", "cssrs", "outcome-rating-scale", "phq-9", "core-10"],
)  # fmt: skip
def test_nor_under_its_slug(slug: str) -> None:
    assert found(slug=slug) == [("/slug", "licensed-instrument")]


@pytest.mark.parametrize(
    "title",
    [
        "Dash", "A dash of courage", "Hark", "Da", "Danger and how I notice it",
        "Rate the session with your own words", "Distress from 0 to 10",
        "Homework that fits me", "A scale of trust", "Resilience", "SUDS",
        "My working alliance", "An inventory of my strengths", "How was the session?",
    ],
)  # fmt: skip
def test_ordinary_words_are_nobodys(title: str) -> None:
    assert found(title=title) == []


@pytest.mark.parametrize("name", ["wai_sr", "phq9", "anything"])
def test_an_instrument_is_the_librarys_to_ask(name: str) -> None:
    assert ("/instrument", "reserved") in found(instrument=name)


def test_kinds_ids_items_and_scores_are_the_librarys() -> None:
    assert found(kind="questionnaire") == [("/kind", "reserved")]
    assert found(kind="marker") == [("/kind", "reserved")]
    assert found(kind="reading") == []
    assert found(library_id="E01") == [("/library_id", "reserved")]
    assert found(in_session_only=True) == [("/in_session_only", "reserved")]
    item = {"id": "a", "type": "item", "prompt": "How are you?", "responses": []}
    parts = [{"id": "main", "steps": [{"id": "b", "type": "text"}, item]}]
    assert found(parts=parts) == [("/parts/0/steps/1/type", "reserved")]
    measures = [{"id": "score", "formula": "instrument_score", "title": "Score"}]
    assert found(measures=measures) == [("/measures/0/formula", "reserved")]


@pytest.mark.parametrize("odd", [None, 7, [], {}, "x", [None], [{"steps": 3}]])
def test_a_broken_draft_is_looked_through_without_breaking(odd: Any) -> None:
    for key in ("title", "slug", "kind", "parts", "measures"):
        found(**{key: odd})
