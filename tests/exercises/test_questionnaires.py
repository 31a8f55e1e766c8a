"""Instruments as exercises: their words unchanged, our words kind, the score their own."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.exercises.answers import CompiledExercise, compile_exercise
from api.exercises.card import WIDTH, card
from api.exercises.check import check, publish
from api.exercises.claims import texts
from api.exercises.protocol import each_step, from_document
from api.exercises.questionnaires import on_by_default, questionnaire
from api.instruments.definitions import library
from api.instruments.registry import read
from api.instruments.scoring import score
from tests.exercises.test_reading_age import grade
from tests.instruments.forms import ALL, ends, filled, ready

LOINC = {0: "LA6568-5", 1: "LA6569-3", 2: "LA6570-1", 3: "LA6571-9"}
every = pytest.mark.parametrize("instrument_id", ALL)


def compiled(instrument_id: str) -> CompiledExercise:
    return compile_exercise(questionnaire(ready(instrument_id)))


def answers(form: dict[str, Any]) -> dict[str, Any]:
    return {"opening": {"consent": "given"}, "form": form}


def reading(instrument_id: str, form: dict[str, Any], ended: Any = "completed") -> Any:
    found = compiled(instrument_id)
    assert found.faults(answers(form), whole=ended == "completed") == []
    return found.measures.derive(answers(form), ended).get("score")


# --- the document -------------------------------------------------------------


@every
def test_a_document_is_sound_frozen_and_named_for_its_instrument(
    instrument_id: str,
) -> None:
    document = questionnaire(ready(instrument_id))
    assert check(document) == []
    assert publish(document) == document
    assert document["slug"] == instrument_id.replace("_", "-")
    assert (document["kind"], document["instrument"]) == (
        "questionnaire",
        instrument_id,
    )
    assert [part["id"] for part in document["parts"]] == ["opening", "form"]
    consent = document["parts"][0]["steps"][0]
    assert (consent["type"], consent["required"], consent["scope"]) == (
        "consent",
        True,
        "run",
    )


@every
def test_questions_and_responses_are_the_published_ones(instrument_id: str) -> None:
    one = ready(instrument_id)
    document = questionnaire(one)
    shown = [step for step in document["parts"][1]["steps"] if step["type"] == "item"]
    assert [(step["id"], step["prompt"]) for step in shown] == [
        (item.id, item.text) for item in one.items
    ]
    for step, item in zip(shown, one.items, strict=True):
        assert [
            (response["value"], response["label"], response.get("loinc"))
            for response in step["responses"]
        ] == [(o.value, o.label, o.loinc) for o in one.options[item.options]]
    said = [s["prompt"] for s in document["parts"][1]["steps"] if s not in shown]
    assert set(said) <= {one.instructions, *one.leads.values()}


@every
def test_credit_and_licence_are_in_the_document_and_on_the_card(
    instrument_id: str,
) -> None:
    one = ready(instrument_id)
    protocol = from_document(questionnaire(one))
    text = card(protocol)
    flat = " ".join(text.split())
    assert (protocol.credit, protocol.licence) == (one.credit, one.licence)
    assert " ".join(one.licence.split()) in flat
    assert all(len(line) <= WIDTH for line in text.splitlines())


@every
def test_what_we_say_could_be_read_by_a_child_of_twelve(instrument_id: str) -> None:
    document = questionnaire(ready(instrument_id))
    ours = [text for place, text in texts(document) if place[-1] != "title"]
    assert document["parts"][1]["steps"][-1]["prompt"] not in ours
    assert grade("\n".join(ours)) <= 6


def test_no_instrument_that_needs_words_is_there_without_them() -> None:
    shown = {document["instrument"] for document in on_by_default(read(None)).values()}
    bundled = {one.id for one in library().values() if one.has_text}
    assert shown == bundled - {"hark"}


def test_hark_is_asked_in_session_only() -> None:
    document = questionnaire(library()["hark"])
    assert document["in_session_only"] is True
    assert document["settings"] == ["therapist"]
    assert "partner" not in document["title"]


def test_what_is_in_session_only_has_no_other_setting() -> None:
    document = copy.deepcopy(questionnaire(library()["hark"]))
    document["settings"] = ["solo", "therapist"]
    assert [fault.pointer for fault in check(document)] == ["/settings"]


@pytest.mark.parametrize(
    ("instrument_id", "code", "steps"),
    [
        ("phq9", "self_harm", {"form.phq9_9"}),
        ("core10", "self_harm", {"form.core10_6"}),
        ("hark", "unsafe", {f"form.hark_{letter}" for letter in "hark"}),
        ("gad7", None, set()),
    ],
)
def test_answers_that_somebody_has_to_hear_of_give_a_signal_and_say_so(
    instrument_id: str, code: str | None, steps: set[str]
) -> None:
    protocol = from_document(questionnaire(ready(instrument_id)))
    assert {one.step for one in protocol.signals} == steps
    assert {(one.code, one.at_least) for one in protocol.signals} <= {(code, 1)}
    for ref, _, step in each_step(protocol):
        assert ("Your therapist is told" in (step.help or "")) == (ref in steps)
    if steps:
        assert any("not an emergency" in line for line in protocol.safety)


# --- the score ----------------------------------------------------------------


def test_the_hl7_example_w4_is_moderate() -> None:
    form = {f"phq9_{at}": v for at, v in enumerate([2, 2, 2, 2, 1, 1, 2, 0, 0], 1)}
    assert reading("phq9", form) == {
        "instrument": "phq9",
        "scale": "sum_0_27",
        "score": 12.0,
        "least": 0.0,
        "most": 27.0,
        "direction": "lower",
        "prorated": False,
        "missing": 0,
        "reason": None,
        "bands": {"phq9.severity": "moderate"},
        "cuts": {"phq9.case_10": True},
        "subscales": {},
        "diagnoses": {},
    }
    coded = {item: LOINC[value] for item, value in form.items()}
    assert reading("phq9", coded) == reading("phq9", form)


def test_two_missing_are_prorated_w10_and_three_are_not() -> None:
    form = filled(ready("phq9"), [2, 2, None, 1, None, 2, 1, 0, 0])
    found = reading("phq9", form)
    assert found["score"] == pytest.approx(10.286, abs=0.001)
    assert (found["prorated"], found["missing"]) == (True, 2)
    assert found["bands"] == {"phq9.severity": "moderate"}
    del form["phq9_1"]
    unscored = reading("phq9", form)
    assert (unscored["score"], unscored["reason"]) == (None, "too_many_missing")
    assert (unscored["bands"], unscored["cuts"]) == ({}, {})


def test_a_skipped_question_is_missing_and_not_0() -> None:
    form = dict.fromkeys((f"gad2_{at}" for at in (1, 2)), 1)
    assert reading("gad2", form)["score"] == 2
    assert reading("gad2", {**form, "gad2_2": None})["reason"] == "missing_items"


def test_a_stopped_form_is_scored_by_the_missing_rules_only() -> None:
    most = filled(ready("phq9"), [1, 1, 1, 1, 1, 1, 1, None, None])
    assert reading("phq9", most, "stopped")["score"] == 9
    few = {"phq9_1": 3}
    assert reading("phq9", few, "stopped")["score"] is None
    assert reading("phq9", {}, "stopped") is None
    assert reading("phq9", {})["missing"] == 9


def test_the_gate_of_the_ptsd_screen_ends_it() -> None:
    found = compiled("pcptsd5")
    assert reading("pcptsd5", {"pcptsd5_exposure": 0})["score"] == 0
    more = answers({"pcptsd5_exposure": 0, "pcptsd5_1": 1})
    assert [fault.code for fault in found.faults(more, whole=True)] == ["not-asked"]
    yes = {"pcptsd5_exposure": 1} | {f"pcptsd5_{at}": 1 for at in (1, 2, 3)}
    assert reading("pcptsd5", yes)["reason"] == "missing_items"
    whole = yes | {"pcptsd5_4": 0, "pcptsd5_5": 0}
    assert reading("pcptsd5", whole)["cuts"]["pcptsd5.cut_3"] is True
    assert reading("pcptsd5", {})["reason"] == "gate_unanswered"


def test_work_that_does_not_apply_is_stood_in_for() -> None:
    form = {f"wsas_{at}": 4 for at in (2, 3, 4, 5)}
    found = reading("wsas", {**form, "wsas_1": "not_applicable"})
    assert (found["score"], found["prorated"], found["missing"]) == (20, True, 0)
    assert reading("wsas", form)["score"] is None


def test_the_counting_of_k10_is_kept_with_the_score() -> None:
    found = reading("k10", filled(ready("k10"), [3, 2, 3, 2, 1, 2, 3, 2, 2, 2]))
    assert (found["score"], found["scale"]) == (22, "au_10_50")
    assert (found["least"], found["most"]) == (10, 50)


def test_the_itq_names_one_of_two_or_says_that_it_can_not_tell() -> None:
    one = ready("itq")
    both = {item.id: 2 for item in one.items}
    assert reading("itq", both)["diagnoses"] == {"itq.icd11": "cptsd"}
    first = {**both, **{f"itq_c{at}": 0 for at in range(1, 10)}}
    assert reading("itq", first)["diagnoses"] == {"itq.icd11": "ptsd"}
    gap = {**both, "itq_c1": None, "itq_c2": 0}
    assert reading("itq", gap)["diagnoses"] == {"itq.icd11": "indeterminate"}


def test_a_scale_without_total_gives_its_parts() -> None:
    found = reading("etmcq", {item.id: 4 for item in ready("etmcq").items})
    assert (found["score"], found["reason"]) == (None, "no_total_by_design")
    assert found["subscales"] == {"trust": 4, "mistrust": 4, "credulity": 4}
    assert found["direction"] is None


@every
@given(data=st.data())
def test_a_reading_is_the_instruments_own_score(
    instrument_id: str, data: st.DataObject
) -> None:
    one = ready(instrument_id)
    form: dict[str, Any] = {}
    for item in one.items:
        if one.gate and item.id != one.gate.item and form.get(one.gate.item) != 1:
            continue
        given_to = data.draw(st.none() | st.integers(*ends(one, item.id)))
        if given_to is not None:
            form[item.id] = given_to
    found, expected = reading(instrument_id, form), score(one, form)
    assert (found["score"], found["reason"]) == (expected.value, expected.reason)
    assert found["missing"] == len(expected.missing)


# --- what is refused ----------------------------------------------------------


@pytest.mark.parametrize(
    "answer", [4, -1, 1.0, 2.5, "2", "LA6572-7", "LA6568-5 ", True, [1], {"value": 1}]
)
def test_what_is_no_response_is_refused_at_its_item(answer: Any) -> None:
    faults = compiled("phq9").faults(answers({"phq9_3": answer}), whole=True)
    assert {fault.pointer for fault in faults} == {"/form/phq9_3"}


@pytest.mark.parametrize("extra", ["score", "total", "phq9_10"])
def test_nobody_sends_a_total(extra: str) -> None:
    faults = compiled("phq9").faults(answers({"phq9_1": 1, extra: 27}), whole=True)
    assert [(one.pointer, one.code) for one in faults] == [("/form", "unknown-field")]
