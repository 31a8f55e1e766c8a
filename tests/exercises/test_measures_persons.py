"""What a run says of one person: the same formulas over that person's rounds, no more."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.exercises.frame import framed
from api.exercises.library import library
from api.exercises.measures import compile_measures
from api.exercises.measures_persons import ByPerson, by_person, places

M, N = "0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2d", "0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2e"


def document(slug: str) -> dict[str, Any]:
    one = dict(library()[slug])
    return one | {"parts": framed(list(one["parts"]))}


def read(slug: str, answers: dict[str, Any]) -> ByPerson:
    one = document(slug)
    return by_person(one, compile_measures(one), answers, "completed")


def test_a_person_named_for_the_run_has_its_later_part_too() -> None:
    answers = {"said": {"who": M}, "after": {"match": "matched", "mattered": 4}}
    [part] = {place.part for place in places(document("words-and-actions"))}
    answers[part] = answers.pop("said")
    found = read("words-and-actions", answers)
    assert found == {M: {"match": {"code": "matched"}, "mattered": 4}}


def test_each_round_belongs_to_the_person_it_names() -> None:
    rounds = [
        {"who": M, "level": 2, "evidence": ["kept a promise"], "move": "closer"},
        {"who": N, "level": 0, "move": "further"},
        {"who": M, "level": 3},
    ]
    assert read("trust-circles", {"people": rounds}) == {
        M: {"levels": [2, 3], "moves": {"codes": ["closer"]}, "evidence": 1},
        N: {"levels": [0], "moves": {"codes": ["further"]}},
    }


def test_lists_of_ones_own_are_about_nobody_and_what_was_found_is() -> None:
    answers = {
        "lists": {"who": M, "dealbreakers": ["a", "b", "c"], "green_flags": ["d"]},
        "stops": [{"found": "present"}, {"found": "unclear"}],
        "goods": [{"found": "absent"}],
    }
    assert read("dealbreakers-and-green-flags", answers) == {
        M: {
            "dealbreakers_found": {"codes": ["present", "unclear"]},
            "green_found": {"codes": ["absent"]},
        }
    }


def test_values_are_met_or_not_by_each_person_apart() -> None:
    seen = [
        {"who": M, "met": "met"},
        {"who": N, "met": "not_met"},
        {"who": M, "met": "not_met"},
        {"met": "met"},
    ]
    assert read("values-to-safety-tests", {"seen": seen}) == {
        M: {"met": {"met": 1, "observed": 2}},
        N: {"met": {"met": 0, "observed": 1}},
    }


def test_distress_and_state_are_never_laid_at_a_persons_door() -> None:
    answers = {
        "opening": {"consent": "given", "distress_before": 3, "state_before": "mixed"},
        "met": {"who": M, "response": "crossed", "consequence": "enacted"},
        "closing": {"distress_after": 9, "state_after": "shut_down"},
    }
    assert read("boundary-in-action", answers)[M].keys() == {
        "respect",
        "follow_through",
    }


@pytest.mark.parametrize("answers", [{}, {"people": [{"level": 2}]}, {"people": None}])
def test_a_run_that_names_nobody_is_about_nobody(answers: dict[str, Any]) -> None:
    assert read("trust-circles", answers) == {}


ROUND = st.fixed_dictionaries(
    {"who": st.sampled_from([M, N])},
    optional={
        "level": st.integers(0, 5),
        "move": st.sampled_from(["closer", "same"]),
        "evidence": st.lists(st.just("CANARY"), max_size=3),
    },
)


@given(rounds=st.lists(ROUND, max_size=6))
def test_the_parts_make_up_the_whole_and_hold_no_words(
    rounds: list[dict[str, Any]],
) -> None:
    one = document("trust-circles")
    whole = compile_measures(one).derive({"people": rounds}, "completed")
    parts = read("trust-circles", {"people": rounds})
    levels = [level for found in parts.values() for level in found.get("levels", [])]  # type: ignore[union-attr]
    assert sorted(levels) == sorted(whole.get("levels", []))  # type: ignore[arg-type]
    assert "CANARY" not in json.dumps(parts)
    assert parts.keys() <= {one["who"] for one in rounds}
