"""Two sides of progress: a closed mapping of measures that never sorts people."""

import re
from typing import get_args

import pytest

from api.exercises.library import library
from api.exercises.measures import FORMULAS
from api.exercises.protocol import Phase
from api.progress.readers import READERS
from api.progress.sides import BY_FORMULA, BY_PHASE, GENERAL, GOAL, Side, side_of


@pytest.mark.parametrize(
    ("formula", "phase", "side"),
    [
        ("limits_honoured", "steadying", "protection"),
        ("boundary_respect", "boundaries", "protection"),
        ("consistency", "graded_trust", "protection"),
        ("trust_response", "graded_trust", "connection"),
        ("scale_change", "graded_trust", "connection"),
        ("code_mix", "sense_making", "protection"),
        ("scale_value", "self_trust", None),
        ("distress_change", "graded_trust", None),
        ("state_shift", "boundaries", None),
    ],
)
def test_a_measure_shows_one_side_or_none(
    formula: str, phase: str, side: Side | None
) -> None:
    assert side_of(formula, phase) == side


def test_the_mapping_names_only_what_there_is() -> None:
    assert BY_FORMULA.keys() | GENERAL <= FORMULAS.keys()
    assert BY_PHASE.keys() <= set(get_args(Phase))
    assert not BY_FORMULA.keys() & GENERAL


def test_every_formula_has_a_reader() -> None:
    assert FORMULAS.keys() <= READERS.keys()


def test_the_library_has_measures_on_both_sides() -> None:
    found = {
        side_of(measure["formula"], document["phase"])
        for document in library().values()
        for measure in document.get("measures") or ()
    }
    assert found == {"protection", "connection", None}


def test_the_goal_names_no_number_and_nobody() -> None:
    assert not re.search(r"\d", " ".join(GOAL))
