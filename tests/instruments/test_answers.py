"""Only whole numbers and answer codes of the item are answers; faults never echo."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.instruments.answers import UnsoundAnswers, answer_faults, read_answers
from tests.instruments.forms import ready

PHQ9 = ready("phq9")


def places(answers: Any, instrument_id: str = "phq9") -> list[tuple[str, str]]:
    faults = answer_faults(ready(instrument_id), answers)
    return [(fault.pointer, fault.code) for fault in faults]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (4, "out-of-range"),
        (-1, "out-of-range"),
        (10**30, "out-of-range"),
        (2.0, "wrong-type"),
        (float("nan"), "wrong-type"),
        (True, "wrong-type"),
        ([1], "wrong-type"),
        ({"value": 1}, "wrong-type"),
        ("2", "not-an-option"),
        ("LA6572-7", "not-an-option"),
        ("not_applicable", "not-an-option"),
    ],
)
def test_what_is_no_answer_is_refused_at_its_place(value: Any, code: str) -> None:
    assert places({"phq9_1": 0, "phq9_2": value}) == [("/phq9_2", code)]
    listed = [{"item": "phq9_1", "answer": 0}, {"item": "phq9_2", "answer": value}]
    assert places(listed) == [("/1/answer", code)]


def test_answer_codes_are_numbers() -> None:
    read = read_answers(PHQ9, {"phq9_1": "LA6571-9", "phq9_2": "LA6568-5", "phq9_3": 1})
    assert read.values == {"phq9_1": 3, "phq9_2": 0, "phq9_3": 1}


def test_null_is_a_missing_answer() -> None:
    assert read_answers(PHQ9, {"phq9_1": None}).values == {}


def test_an_item_answered_twice_is_refused() -> None:
    twice = [{"item": "phq9_1", "answer": 0}, {"item": "phq9_1", "answer": 0}]
    assert places(twice) == [("/1/item", "duplicate")]


def test_unknown_items_are_refused_without_their_name() -> None:
    assert places({"my secret": 1, "other": 2}) == [("", "unknown-field")]
    assert places([{"item": "my secret", "answer": 1}]) == [
        ("/0/item", "unknown-field")
    ]
    assert places({7: 1}) == [("", "unknown-field")]
    assert places([{"item": ["phq9_1"], "answer": 1}]) == [("/0/item", "unknown-field")]


@pytest.mark.parametrize("answers", [None, 3, "LA6568-5", b"x", True])
def test_answers_that_are_no_answers_are_refused(answers: Any) -> None:
    assert places(answers) == [("", "wrong-type")]


@pytest.mark.parametrize("one", [{}, {"item": "phq9_1"}, "phq9_1", None])
def test_a_list_holds_items_with_answers(one: Any) -> None:
    assert places([one]) == [("/0", "wrong-type")]


def test_only_the_work_question_may_not_apply() -> None:
    assert places({"wsas_1": "not_applicable"}, "wsas") == []
    assert places({"wsas_2": "not_applicable"}, "wsas") == [
        ("/wsas_2", "not-an-option")
    ]


def test_all_faults_come_at_once() -> None:
    with pytest.raises(UnsoundAnswers) as caught:
        read_answers(PHQ9, {"phq9_1": 9, "phq9_2": 1.5, "x": 0})
    assert len(caught.value.faults) == 3


def test_a_flood_of_faults_is_cut_off() -> None:
    assert len(places([{"item": "phq9_1", "answer": 9}] * 500)) == 50


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(ANYTHING | st.dictionaries(st.sampled_from(["phq9_1", "phq9_9"]), ANYTHING))
def test_no_input_breaks_the_reader(answers: Any) -> None:
    faults = answer_faults(PHQ9, answers)
    if not faults:
        assert set(read_answers(PHQ9, answers).values.values()) <= {0, 1, 2, 3}


@given(st.text(alphabet="qxzj", min_size=4), st.text(alphabet="qxzj", min_size=4))
def test_a_fault_never_repeats_what_was_sent(key: str, value: str) -> None:
    for answers in ({key: 1, "phq9_1": value}, [{"item": key, "answer": value}]):
        said = repr(answer_faults(PHQ9, answers))
        assert key not in said
        assert value not in said
