"""Answers are checked against one version: every fault in its place, none with its text."""

import importlib
import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from api.exercises.answers import CompiledExercise, compile_exercise
from api.exercises.check import publish
from tests.exercises.documents import Document, documents, exercise, step
from tests.exercises.runs import is_impossible, runs
from tests.exercises.test_check import SECRET, places, replaced

# A second opinion; it ships no types.
jsonschema: Any = importlib.import_module("jsonschema")

GOOD: dict[str, Any] = {
    "main": {
        "what": "one",
        "more": ["two", "three"],
        "pick": {"other": "mine"},
        "size": 4,
        "expect": {"event": "x", "belief": 80, "known_by": "2026-01-02T10:00:00Z"},
        "came": {"result": "did_not_happen", "belief_now": 40},
        "shares": [50, 30, 20.4],
        "who": "0196b1c0-0000-7000-8000-000000000001",
    }
}


def compiled(**fields: Any) -> CompiledExercise:
    return compile_exercise(publish(exercise(**fields)))


def found(exercise: CompiledExercise, answers: Any, *, whole: bool = True) -> Any:
    return {(f.pointer, f.code) for f in exercise.faults(answers, whole=whole)}


def only(*steps: Document, **part: Any) -> CompiledExercise:
    return compiled(parts=[{"id": "p", "steps": list(steps), **part}], measures=[])


def test_good_answers_have_no_faults() -> None:
    assert compiled().faults(GOOD, whole=True) == []


def test_a_required_step_is_missed_by_name() -> None:
    assert found(compiled(), {"main": {}}) == {("/main/what", "required")}


def test_a_part_with_a_required_step_is_missed_by_name() -> None:
    assert found(compiled(), {}) == {("/main", "required")}


def test_nothing_is_required_of_a_stopped_run() -> None:
    assert compiled().faults({}, whole=False) == []


def test_null_means_skipped_where_a_step_is_optional() -> None:
    answers = {"main": {"what": "one", "more": None, "pick": None, "who": None}}
    assert compiled().faults(answers, whole=True) == []


def test_a_required_step_can_not_be_skipped_in_a_whole_run() -> None:
    answers = {"main": {"what": None}}
    assert found(compiled(), answers) == {("/main/what", "wrong-type")}
    assert found(compiled(), answers, whole=False) == set()


WRONG = [
    ("what", "", "/main/what", "too-short"),
    ("what", "x" * 501, "/main/what", "too-long"),
    ("more", [1], "/main/more/0", "wrong-type"),
    ("more", ["x"] * 11, "/main/more", "too-many"),
    ("pick", "zq", "/main/pick", "not-an-option"),
    ("pick", {"other": 1}, "/main/pick/other", "wrong-type"),
    ("pick", {"zq": "x"}, "/main/pick", "unknown-field"),
    ("size", 11, "/main/size", "out-of-range"),
    ("size", 2.5, "/main/size", "wrong-type"),
    ("size", True, "/main/size", "wrong-type"),
    ("expect", {"event": "x"}, "/main/expect/belief", "required"),
    ("expect", {"event": "x", "belief": 101}, "/main/expect/belief", "out-of-range"),
    ("came", {"result": "zq"}, "/main/came/result", "not-an-option"),
    ("who", "Anna", "/main/who", "bad-format"),
    ("shares", [50, 50], "/main/shares", "length"),
    ("shares", [50, 30, 22], "/main/shares", "sum"),
    ("zq", 1, "/main", "unknown-field"),
]


@pytest.mark.parametrize(("name", "value", "place", "code"), WRONG)
def test_each_wrong_answer_is_found_in_its_place(
    name: str, value: Any, place: str, code: str
) -> None:
    answers = {"main": {**GOOD["main"], name: value}}
    assert (place, code) in found(compiled(), answers)


@pytest.mark.parametrize(
    "moment",
    ["2026-01-02", "2026-01-02T10:00:00", "2016-12-31T23:59:60Z", "0000-01-01T00:00Z"],
)
def test_a_moment_needs_a_day_a_time_and_an_offset(moment: str) -> None:
    answers = {"main": {"what": "x"}, "after": {"when": {"at": moment}}}
    assert found(compiled(), answers) == {("/after/when/at", "bad-format")}


def test_later_parts_are_never_required() -> None:
    later = {"id": "q", "when": "later", "steps": [step("text", "t", required=True)]}
    parts = [{"id": "p", "steps": [step("text", "t")]}, later]
    sound = compiled(parts=parts, measures=[])
    assert sound.faults({}, whole=True) == []
    assert sound.faults({"q": {}}, whole=True) == []
    assert sound.later_parts == ("q",)


YES_NO = [{"code": "y", "label": "Yes"}, {"code": "n", "label": "No"}]
HIDDEN = only(
    step("choice", "go", options=YES_NO, required=True),
    step("text", "why", required=True, only_if={"step": "p.go", "is": ["y"]}),
)


def test_a_hidden_step_is_neither_required_nor_allowed() -> None:
    assert found(HIDDEN, {"p": {"go": "n"}}) == set()
    assert found(HIDDEN, {"p": {"go": "y"}}) == {("/p/why", "required")}
    assert found(HIDDEN, {"p": {"go": "n", "why": "x"}}) == {("/p/why", "not-asked")}


def test_a_condition_reaches_into_an_earlier_part() -> None:
    first = {"id": "p", "steps": [step("scale", "n")]}
    asked = step("text", "t", required=True, only_if={"step": "p.n", "at_least": 5})
    sound = compiled(parts=[first, {"id": "q", "steps": [asked]}], measures=[])
    assert found(sound, {"p": {"n": 5}}) == {("/q", "required")}
    assert found(sound, {"p": {"n": 5}, "q": {}}) == {("/q/t", "required")}
    assert found(sound, {"p": {"n": 4}, "q": {"t": "x"}}) == {("/q/t", "not-asked")}


def test_a_part_has_no_more_rounds_than_it_allows() -> None:
    sound = only(step("text", "t"), repeat={"at_least": 1, "at_most": 2})
    assert found(sound, {"p": [{}, {}, {}]}) == {("/p", "too-many")}
    assert found(sound, {"p": []}) == {("/p", "too-few")}
    assert found(sound, {"p": [{"zq": 1}]}) == {("/p/0", "unknown-field")}


def test_an_allocation_in_a_round_counts_the_things_of_its_round() -> None:
    sound = only(
        step("list", "l"), step("allocation", "a", of=["p.l"]), repeat={"at_most": 3}
    )
    rounds = [{"l": ["x"], "a": [100]}, {"l": ["x", "y"], "a": [100]}]
    assert found(sound, {"p": rounds}) == {("/p/1/a", "length")}


def test_a_document_over_64_kilobytes_is_refused_whole() -> None:
    sound = only(step("list", "l", at_most=30), repeat={"at_most": 50})
    answers = {"p": [{"l": ["x" * 500] * 30}] * 50}
    assert found(sound, answers) == {("", "too-large")}
    assert sound.faults({}, whole=True, size=65_537)[0].code == "too-large"


def test_the_share_done_counts_only_what_was_asked() -> None:
    assert HIDDEN.fraction_done({}) == 0
    assert HIDDEN.fraction_done({"p": {"go": "n"}}) == 1
    assert HIDDEN.fraction_done({"p": {"go": "y"}}) == 0.5
    assert HIDDEN.is_complete({"p": {"go": "y", "why": "x"}})
    assert not HIDDEN.is_complete({"p": {"go": "y"}})


def test_the_share_done_counts_every_round() -> None:
    sound = only(step("text", "t", required=True), repeat={"at_least": 2, "at_most": 3})
    assert sound.fraction_done({"p": [{"t": "x"}]}) == 0.5
    assert sound.fraction_done({"p": [{"t": "x"}, {}, {"t": "x"}]}) == 2 / 3


def test_a_refusal_at_the_start_is_told_apart() -> None:
    sound = compiled(frame="standard")
    assert sound.declined({"opening": {"consent": "not_now"}}) == "not_now"
    assert sound.declined({"opening": {"consent": "no"}}) == "no"
    assert sound.declined({"opening": {"consent": "given"}}) is None
    assert sound.declined({}) is None


def test_persons_are_listed_wherever_they_are_named() -> None:
    fields = [{"id": "p", "type": "person", "label": "Who", "not_flagged": True}]
    sound = only(step("person", "w"), step("list", "l", fields=fields))
    one, two = "0196b1c0-0000-7000-8000-000000000001", GOOD["main"]["who"]
    named = sound.people({"p": {"w": one, "l": [{"p": two}, {}]}})
    assert [(n.ref, n.person, n.not_flagged) for n in named] == [
        ("p.w", one, False),
        ("p.l", two, True),
    ]


# --- properties ---------------------------------------------------------------


@given(document=documents(), whole=st.booleans(), data=st.data())
def test_honest_answers_are_taken(
    document: Document, whole: bool, data: st.DataObject
) -> None:
    published = publish(document)
    sound = compile_exercise(published)
    answers = data.draw(runs(published, whole=whole))
    assume(not (whole and is_impossible(published, answers)))
    assert sound.faults(answers, whole=whole) == []
    assert 0 <= sound.fraction_done(answers) <= 1
    if whole:
        assert sound.fraction_done(answers) == 1


@given(document=documents(), data=st.data())
def test_both_schemas_agree_with_a_second_validator(
    document: Document, data: st.DataObject
) -> None:
    published = publish(document)
    sound = compile_exercise(published)
    answers = data.draw(runs(published, whole=False))
    for schema, whole in ((sound.whole_schema, True), (sound.partial_schema, False)):
        other = jsonschema.Draft202012Validator(schema)
        other.check_schema(schema)
        codes = {fault.code for fault in sound.faults(answers, whole=whole)}
        assert other.is_valid(answers) == (codes <= {"sum", "length"})


@given(document=documents(), whole=st.booleans(), data=st.data())
def test_faults_stay_in_the_exercise_and_repeat_nothing(
    document: Document, whole: bool, data: st.DataObject
) -> None:
    published = publish(document)
    answers = data.draw(runs(published, whole=whole))
    everywhere = places(answers)
    assume(everywhere)
    path = data.draw(st.sampled_from(everywhere))
    junk: list[Any] = [SECRET, [SECRET], {SECRET: SECRET}, 10**17, -1.5, [{}], True]
    mutant = replaced(answers, path, data.draw(st.sampled_from(junk)))
    known = json.dumps(published) + json.dumps(REVIEW_AND_ANSWER_KEYS)
    for fault in compile_exercise(published).faults(mutant, whole=whole):
        assert "zq" not in f"{fault.pointer} {fault.message}"
        for key in fault.pointer.split("/")[1:]:
            assert key.isdigit() or f'"{key}"' in known


REVIEW_AND_ANSWER_KEYS = [
    "at",
    "approximate",
    "event",
    "belief",
    "known_by",
    "result",
    "severity",
    "belief_now",
    "seconds",
    "ended",
    "in",
    "hold",
    "out",
    "hold_after",
    "cycles",
    "other",
]
