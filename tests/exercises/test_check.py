"""A draft gets every fault, with its place and without its texts."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.exercises.check import UnsoundExercise, check, publish, read_draft
from api.exercises.protocol import from_document, to_document
from tests.exercises.documents import Document, broken, documents, exercise, step

SECRET = "zq private zq"


def found(document: Any) -> set[tuple[str, str]]:
    return {(fault.pointer, fault.code) for fault in check(document)}


def steps(document: Document) -> list[Document]:
    parts: list[Document] = document["parts"]
    result: list[Document] = parts[0]["steps"]
    return result


def test_a_sound_exercise_has_no_faults() -> None:
    assert check(exercise()) == []


FAULTS: list[tuple[str, Callable[[Document], object], str, str]] = [
    ("missing title", lambda d: d.pop("title"), "/title", "required"),
    ("unknown field", lambda d: d.update(zq=1), "", "unknown-field"),
    ("title a number", lambda d: d.update(title=1), "/title", "wrong-type"),
    ("empty title", lambda d: d.update(title=""), "/title", "too-short"),
    ("long title", lambda d: d.update(title="x" * 200), "/title", "too-long"),
    ("bad slug", lambda d: d.update(slug="A b"), "/slug", "bad-format"),
    ("no phase", lambda d: d.update(phase="zq"), "/phase", "not-allowed"),
    (
        "too many minutes",
        lambda d: d["minutes"].update(most=500),
        "/minutes/most",
        "out-of-range",
    ),
    (
        "breath without air",
        lambda d: steps(d).append(step("breath", "b", pace={"in": 0, "out": 1})),
        "/parts/0/steps/8/pace/in",
        "out-of-range",
    ),
    (
        "minutes upside down",
        lambda d: d["minutes"].update(least=3),
        "/minutes/least",
        "range",
    ),
    (
        "doubled setting",
        lambda d: d.update(settings=["solo", "solo"]),
        "/settings/1",
        "duplicate",
    ),
    (
        "easier than itself",
        lambda d: d.update(easier=["small-step"]),
        "/easier/0",
        "self-reference",
    ),
    ("no parts", lambda d: d.update(parts=[]), "/parts", "too-short"),
    (
        "only later parts",
        lambda d: d["parts"].pop(0) and d.update(measures=[]),
        "/parts",
        "nothing-now",
    ),
    (
        "now after later",
        lambda d: d["parts"].append({"id": "x", "steps": [step("text", "t")]}),
        "/parts/2/when",
        "now-after-later",
    ),
    (
        "doubled part",
        lambda d: d["parts"][1].update(id="main"),
        "/parts/1/id",
        "duplicate",
    ),
    (
        "repeat upside down",
        lambda d: d["parts"][1].update(repeat={"at_least": 3, "at_most": 2}),
        "/parts/1/repeat/at_least",
        "range",
    ),
    (
        "doubled step",
        lambda d: steps(d).append(step("text", "what")),
        "/parts/0/steps/8",
        "duplicate",
    ),
    (
        "unknown type",
        lambda d: steps(d)[0].update(type="zq"),
        "/parts/0/steps/0/type",
        "unknown-type",
    ),
    (
        "no type",
        lambda d: steps(d)[0].pop("type"),
        "/parts/0/steps/0/type",
        "required",
    ),
    (
        "unknown field of a step",
        lambda d: steps(d)[3].update(zq=1),
        "/parts/0/steps/3",
        "unknown-field",
    ),
    (
        "scale upside down",
        lambda d: steps(d)[3].update(min=20),
        "/parts/0/steps/3/min",
        "range",
    ),
    (
        "odd distress scale",
        lambda d: steps(d)[3].update(kind="suds", max=7),
        "/parts/0/steps/3/max",
        "range",
    ),
    (
        "halves on whole scale",
        lambda d: steps(d)[3].update(max=9.5),
        "/parts/0/steps/3/whole",
        "range",
    ),
    (
        "doubled option",
        lambda d: steps(d)[2]["options"][1].update(code="a"),
        "/parts/0/steps/2/options/1/code",
        "duplicate",
    ),
    (
        "an option called other",
        lambda d: steps(d)[2]["options"][1].update(code="other"),
        "/parts/0/steps/2/options/1/code",
        "reserved",
    ),
    (
        "list upside down",
        lambda d: steps(d)[1].update(at_least=4, at_most=3),
        "/parts/0/steps/1/at_least",
        "range",
    ),
    (
        "unknown prediction",
        lambda d: steps(d)[5].update(of="main.zq"),
        "/parts/0/steps/5/of",
        "unknown-step",
    ),
    (
        "outcome of a text",
        lambda d: steps(d)[5].update(of="main.what"),
        "/parts/0/steps/5/of",
        "wrong-step-type",
    ),
    (
        "outcome of a small scale",
        lambda d: steps(d)[5].update(of="main.size"),
        "/parts/0/steps/5/of",
        "wrong-step-type",
    ),
    (
        "allocation over a scale",
        lambda d: steps(d)[6].update(of=["main.size"]),
        "/parts/0/steps/6/of/0",
        "wrong-step-type",
    ),
    (
        "looking forward",
        lambda d: steps(d)[0].update(only_if={"step": "main.pick", "is": ["a"]}),
        "/parts/0/steps/0/only_if/step",
        "later-step",
    ),
    (
        "looking at itself",
        lambda d: steps(d)[2].update(only_if={"step": "main.pick", "is": ["a"]}),
        "/parts/0/steps/2/only_if/step",
        "later-step",
    ),
    (
        "condition on text",
        lambda d: steps(d)[3].update(only_if={"step": "main.what", "is": ["a"]}),
        "/parts/0/steps/3/only_if/step",
        "wrong-step-type",
    ),
    (
        "range on a choice",
        lambda d: steps(d)[3].update(only_if={"step": "main.pick", "at_least": 1}),
        "/parts/0/steps/3/only_if/step",
        "wrong-step-type",
    ),
    (
        "unknown code",
        lambda d: steps(d)[3].update(only_if={"step": "main.pick", "is": ["a", "z"]}),
        "/parts/0/steps/3/only_if/is/1",
        "unknown-code",
    ),
    (
        "codes and range",
        lambda d: steps(d)[4].update(
            only_if={"step": "main.size", "is": ["a"], "at_least": 1}
        ),
        "/parts/0/steps/4/only_if",
        "condition-form",
    ),
    (
        "a range nobody reaches",
        lambda d: steps(d)[4].update(only_if={"step": "main.size", "at_least": 11}),
        "/parts/0/steps/4/only_if",
        "unreachable",
    ),
    (
        "a gap between whole numbers",
        lambda d: steps(d)[4].update(
            only_if={"step": "main.size", "at_least": 2.1, "at_most": 2.9}
        ),
        "/parts/0/steps/4/only_if",
        "unreachable",
    ),
    (
        "unknown formula",
        lambda d: d["measures"][0].update(formula="zq"),
        "/measures/0/formula",
        "unknown-formula",
    ),
    (
        "missing input",
        lambda d: d["measures"][0].update({"from": {}}),
        "/measures/0/from",
        "missing-input",
    ),
    (
        "unknown input",
        lambda d: d["measures"][0]["from"].update(zq="main.size"),
        "/measures/0/from",
        "unknown-input",
    ),
    (
        "measure of a text",
        lambda d: d["measures"][0].update({"from": {"value": "main.what"}}),
        "/measures/0/from/value",
        "wrong-step-type",
    ),
    (
        "measure of nothing",
        lambda d: d["measures"][0].update({"from": {"value": "main.zq"}}),
        "/measures/0/from/value",
        "unknown-step",
    ),
    (
        "doubled measure",
        lambda d: d["measures"].append(d["measures"][0]),
        "/measures/1/id",
        "duplicate",
    ),
    (
        "a claim",
        lambda d: d.update(purpose="This rewires the brain."),
        "/purpose",
        "claim-not-carried",
    ),
    (
        "a verdict",
        lambda d: steps(d)[0].update(prompt="What did the narcissist do?"),
        "/parts/0/steps/0/prompt",
        "verdict-on-a-person",
    ),
    (
        "pressure",
        lambda d: d.update(safety=["Keep your streak."]),
        "/safety/0",
        "word-of-pressure",
    ),
    (
        "alternating sides",
        lambda d: steps(d)[0].update(prompt="Tap left, right, left, right."),
        "/parts/0/steps/0/prompt",
        "left-right-stimulation",
    ),
    (
        "precaution elsewhere",
        lambda d: d.update(
            precautions=[
                {"code": "live", "effect": "warn", "note": "n", "settings": ["group"]}
            ]
        ),
        "/precautions/0/settings/0",
        "unknown-setting",
    ),
    (
        "paces without a step",
        lambda d: steps(d).append(
            step("breath", "b", paces=[{"code": "a", "in": 1, "out": 1}])
        ),
        "/parts/0/steps/8/paces",
        "incomplete",
    ),
    (
        "timer out of order",
        lambda d: steps(d).append(step("timer", "t", usual=90)),
        "/parts/0/steps/8/usual",
        "range",
    ),
    (
        "two heirs",
        lambda d: [one.update(was="main.old") for one in steps(d)[:2]],
        "/parts/0/steps/1/was",
        "duplicate",
    ),
]


@pytest.mark.parametrize(
    ("change", "place", "code"),
    [pytest.param(*case[1:], id=case[0]) for case in FAULTS],
)
def test_each_fault_is_found_in_its_place(
    change: Callable[[Document], object], place: str, code: str
) -> None:
    assert (place, code) in found(broken(change))


@pytest.mark.parametrize("code", ["self_harm", "unsafe"])
def test_who_hears_of_danger_must_be_said_before_it_is_answered(code: str) -> None:
    signal = {"code": code, "step": "main.pick", "is": ["a"]}
    document = exercise(signals=[signal])
    steps(document)[2]["help"] = "  "
    assert found(document) == {("/signals/0/step", "not-said-before")}
    steps(document)[2]["help"] = "Those who read alerts will see this."
    assert check(document) == []


def test_a_signal_may_listen_to_every_round_of_a_part() -> None:
    signal = {"code": "contact_event", "step": "main.pick", "is": ["a"]}
    document = exercise(signals=[signal])
    document["parts"][0]["repeat"] = {"at_most": 3}
    assert check(document) == []


def test_the_standard_frame_keeps_its_part_names() -> None:
    document = exercise(frame="standard")
    document["parts"][0]["id"] = "opening"
    document["measures"] = []
    assert ("/parts/0/id", "reserved") in found(document)


def test_a_draft_may_refer_to_the_frame_it_asks_for() -> None:
    document = exercise(frame="standard")
    steps(document)[3]["only_if"] = {"step": "opening.state_before", "is": ["mixed"]}
    assert check(document) == []


def test_one_round_of_many_can_not_be_looked_at_from_outside() -> None:
    document = exercise()
    document["parts"][0]["repeat"] = {"at_most": 3}
    document["parts"][1]["steps"][0]["only_if"] = {"step": "main.pick", "is": ["a"]}
    place = "/parts/1/steps/0/only_if/step"
    assert found(document) == {(place, "repeated-step")}


def test_what_hangs_on_an_unreachable_step_is_unreachable() -> None:
    document = exercise()
    steps(document)[3]["only_if"] = {"step": "main.pick", "is": ["zq"]}
    steps(document)[4]["only_if"] = {"step": "main.size", "at_least": 1}
    assert ("/parts/0/steps/4/only_if/step", "unreachable") in found(document)


def test_every_fault_is_listed_at_once() -> None:
    document = exercise(title=1, phase="zq", purpose="A miracle.")
    steps(document)[0]["type"] = "zq"
    steps(document)[5]["of"] = "main.zq"
    document["measures"][0]["from"] = {"value": "main.nothing"}
    assert {code for _, code in found(document)} == {
        "wrong-type",
        "not-allowed",
        "claim-not-carried",
        "unknown-type",
        "unknown-step",
    }


@pytest.mark.parametrize("junk", [None, 1, "zq", [], [1], {}, {"parts": {"a": 1}}])
def test_junk_is_refused_without_falling_over(junk: Any) -> None:
    assert check(junk) != []


def test_publishing_writes_the_frame_out() -> None:
    published = publish(exercise(frame="standard"))
    names = [part["id"] for part in published["parts"]]
    assert names == ["opening", "main", "closing", "after"]
    assert published["frame"] == "none"


def test_an_unsound_draft_is_not_published() -> None:
    with pytest.raises(UnsoundExercise) as refusal:
        publish(exercise(title=1))
    assert [fault.pointer for fault in refusal.value.faults] == ["/title"]


@given(documents())
def test_a_random_sound_document_comes_back_as_it_was(document: Document) -> None:
    assert check(document) == []
    protocol = read_draft(document)
    assert from_document(json.loads(json.dumps(to_document(protocol)))) == protocol


@given(documents())
def test_publishing_twice_changes_nothing(document: Document) -> None:
    published = publish(document)
    assert publish(published) == published


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Every place in a document."""
    items: list[tuple[Any, Any]] = []
    if isinstance(value, dict | list):
        items = list(value.items() if isinstance(value, dict) else enumerate(value))
    below = [place for key, one in items for place in places(one, (*path, key))]
    return [*([path] if path else []), *below]


def replaced(document: Document, path: tuple[str | int, ...], value: Any) -> Document:
    copy: Document = json.loads(json.dumps(document))
    target: Any = copy
    for key in path[:-1]:
        target = target[key]
    target[path[-1]] = value
    return copy


@given(document=documents(), data=st.data())
def test_faults_never_repeat_what_was_written(
    document: Document, data: st.DataObject
) -> None:
    junk: list[Any] = [SECRET, [SECRET], {SECRET: SECRET}, 10**30, None, -1.5]
    path = data.draw(st.sampled_from(places(document)))
    for fault in check(replaced(document, path, data.draw(st.sampled_from(junk)))):
        assert "zq" not in f"{fault.pointer} {fault.message}"
