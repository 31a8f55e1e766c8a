"""Tiers, credit lines, excluded names, and words an operator supplies."""

import re
from typing import Any

import pytest
from pydantic import ValidationError

from api.instruments.definitions import (
    ExcludedInstrument,
    UnknownInstrument,
    UnsoundText,
    define,
    instrument,
    library,
    supply,
)
from api.instruments.names import EXCLUDED, excluded
from api.instruments.scoring import TextNeeded, score
from tests.instruments.forms import ALL, filled, placeholder_text, ready

BUNDLED = {
    "phq9", "phq2", "phq4", "gad7", "gad2", "pcl5", "pcptsd5", "itq", "k6", "k10",
    "rses", "suds_10", "suds_100", "hark", "etmcq",
}  # fmt: skip
DEFINITION_ONLY = {
    "who5", "brs", "wsas", "ucla3", "core10", "core_om", "ders16",
}  # fmt: skip
RESPONSES = {"LA6568-5": 0, "LA6569-3": 1, "LA6570-1": 2, "LA6571-9": 3}


def test_every_instrument_of_the_reference_is_in_its_tier() -> None:
    tiers: dict[str, set[str]] = {"bundled": set(), "definition_only": set()}
    for one in library().values():
        tiers[one.tier].add(one.id)
    assert tiers == {"bundled": BUNDLED, "definition_only": DEFINITION_ONLY}


@pytest.mark.parametrize("instrument_id", sorted(BUNDLED))
def test_a_bundled_instrument_has_all_its_words(instrument_id: str) -> None:
    assert instrument(instrument_id).has_text


@pytest.mark.parametrize("instrument_id", sorted(DEFINITION_ONLY))
def test_a_definition_holds_no_words_of_the_instrument(instrument_id: str) -> None:
    one = instrument(instrument_id)
    labels = [o.label for options in one.options.values() for o in options]
    assert [item.text for item in one.items if item.text] == []
    assert [label for label in labels if label] == []
    assert one.instructions is None


@pytest.mark.parametrize("instrument_id", ALL)
def test_every_instrument_shows_credit_licence_and_sources(instrument_id: str) -> None:
    one = instrument(instrument_id)
    assert one.credit
    assert one.licence
    assert one.sources


@pytest.mark.parametrize(
    "name",
    ["ors", "SRS", "WAI-SR", "wai_sr", "hrs-ii", "HAACS", "Danger Assessment", "dash",
     "ODARA", "B-SAFER", "C-SSRS", "cssrs", "Outcome Rating Scale (ORS)"],
)  # fmt: skip
def test_an_excluded_instrument_cannot_be_loaded(name: str) -> None:
    with pytest.raises(ExcludedInstrument) as caught:
        instrument(name)
    assert caught.value.exclusion.reason in str(caught.value)


@pytest.mark.parametrize("exclusion", EXCLUDED, ids=lambda one: one.id)
def test_nobody_defines_an_excluded_instrument_anew(exclusion: Any) -> None:
    own = library()["suds_10"].model_dump(mode="json")
    for name in (exclusion.id, *exclusion.names):
        with pytest.raises(ExcludedInstrument):
            define({**own, "title": name})


def test_no_instrument_of_the_library_is_excluded() -> None:
    names = [name for one in library().values() for name in (one.id, one.title)]
    assert [name for name in names if excluded(name)] == []


def test_an_unknown_instrument_is_said_so() -> None:
    with pytest.raises(UnknownInstrument):
        instrument("nothing")


def test_hark_is_off_by_default_and_only_in_an_appointment() -> None:
    one = instrument("hark")
    assert (one.on_by_default, one.setting, one.reminders) == (
        False,
        "in_session_only",
        False,
    )
    others = [x.id for x in library().values() if not x.on_by_default]
    assert others == ["hark"]


def test_codes_of_the_reference_are_where_it_puts_them() -> None:
    phq9 = instrument("phq9")
    assert (phq9.panel_loinc, phq9.total_loinc) == ("44249-1", "44261-6")
    last = phq9.item("phq9_9")
    assert last is not None
    assert last.loinc == "44260-8"
    for one in ("phq9", "gad7", "phq2", "gad2", "phq4"):
        codes = {o.loinc: o.value for o in instrument(one).options["frequency"]}
        assert codes == RESPONSES


@pytest.mark.parametrize("instrument_id", ["pcl5", "itq", "pcptsd5", "who5", "brs"])
def test_an_unverified_code_is_left_out(instrument_id: str) -> None:
    text = instrument(instrument_id).model_dump_json(exclude_none=True)
    assert re.findall(r'"[a-z_]*loinc"', text) == []


def test_definition_only_needs_words_before_it_computes() -> None:
    answers = filled(ready("who5"), [3, 2, 3, 2, 2])
    with pytest.raises(TextNeeded):
        score(instrument("who5"), answers)
    own = instrument("who5", placeholder_text(instrument("who5")))
    assert own.text_from == "operator"
    assert "Test only" in own.licence
    assert score(own, answers).value == 48


def test_supplied_words_change_nothing_but_words() -> None:
    before, after = instrument("wsas"), ready("wsas")
    kept = {"total", "subscales", "band_sets", "cuts", "parameter_sets", "direction"}
    assert before.model_dump(include=kept) == after.model_dump(include=kept)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"instrument": "brs"}, "/instrument"),
        ({"items": {"who5_1": "Secret words"}}, "/items/who5_2"),
        ({"options": {"answer": {0: "Secret words"}}}, "/options/answer/1"),
        ({"options": {}}, "/options/answer"),
        ({"items": "Secret words"}, "/items"),
        ({"scoring": "Secret words"}, ""),
        ({"leads": {"secret": "Secret words"}}, "/leads"),
    ],
)
def test_an_unsound_text_file_is_refused_without_its_words(
    change: dict[str, Any], pointer: str
) -> None:
    one = instrument("who5")
    with pytest.raises(UnsoundText) as caught:
        supply(one, {**placeholder_text(one), **change})
    assert pointer in [fault.pointer for fault in caught.value.faults]
    assert "ecret" not in repr(caught.value.faults)


def test_bundled_words_are_never_reworded() -> None:
    one = instrument("phq9")
    with pytest.raises(UnsoundText):
        supply(one, placeholder_text(one))


@pytest.mark.parametrize(
    "change",
    [
        {"text_from": None},
        {"tier": "definition_only"},
        {"total": {"id": "x", "title": "X", "items": ["y"], "least": 0, "most": 1}},
        {"items": [{"id": "suds", "options": "nothing", "text": "Hm?"}]},
        {"extra": 1},
    ],
)
def test_a_definition_that_contradicts_itself_is_refused(
    change: dict[str, Any],
) -> None:
    own = library()["suds_10"].model_dump(mode="json")
    with pytest.raises(ValidationError):
        define({**own, **change})
