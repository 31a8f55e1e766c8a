"""The language of programmes: references, order, steps up, claims, terms."""

from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from api.assignments.schedule import Anchored, AsNeeded, Once, Recurring
from api.assignments.standing import State
from api.assignments.terms import faults as terms_faults
from api.exercises.library import library as exercises
from api.foundation.ids import new_id
from api.programmes.definition import Definition, check, publish
from api.programmes.evidence import Side, side_of, summed
from api.programmes.library import library, sources
from api.programmes.standing import state_of
from api.programmes.templates import regated, terms_of
from api.programmes.words import PlanState

DAY = date(2026, 5, 4)


def document(**changed: Any) -> dict[str, Any]:
    base = deepcopy(dict(sources()["p03-finding-my-no.yaml"]))
    return base | changed


def codes(found: Any) -> set[str]:
    return {fault.code for fault in found}


@pytest.mark.parametrize("name", sorted(sources()))
def test_every_programme_of_the_library_is_sound(name: str) -> None:
    assert check(sources()[name]) == []


@pytest.mark.parametrize("slug", sorted(library()))
def test_every_part_of_the_library_can_be_offered(slug: str) -> None:
    definition = Definition.model_validate(library()[slug])
    assigned = {part.id: new_id() for part in definition.parts}
    for part in definition.parts:
        terms = terms_of(
            part, version=1, assigned=assigned, zone="Europe/Berlin", today=DAY
        )
        exercise = exercises()[part.exercise]
        assert terms.setting.value in exercise["settings"]
        needs_person = terms.setting.value == "trusted"
        assert bool(terms_faults(terms)) == needs_person


def test_publishing_a_published_document_changes_nothing() -> None:
    once = publish(document())
    assert publish(once) == once


def test_a_gate_names_a_part_that_comes_before_it() -> None:
    late = document()
    late["parts"][1]["gate"]["of"] = "change"
    assert codes(check(late)) == {"not-before"}
    itself = document()
    itself["parts"][1]["gate"]["of"] = "say_no"
    assert codes(check(itself)) == {"not-before"}
    nobody = document()
    nobody["parts"][1]["gate"]["of"] = "nobody"
    assert codes(check(nobody)) == {"no-such-part"}


def test_two_parts_have_two_names() -> None:
    twice = document()
    twice["parts"][2]["id"] = "limits"
    assert "taken" in codes(check(twice))


@pytest.mark.parametrize(
    "gate",
    [
        {"type": "at_once"},
        {"type": "after_completion", "of": "limits", "times": 1},
        {"type": "after_delay", "of": "limits", "days": 30},
    ],
)
def test_no_step_up_a_ladder_comes_by_time_or_by_doing(gate: dict[str, Any]) -> None:
    ladder = document(kind="ladder")
    ladder["parts"][1]["gate"] = gate
    assert "not-a-go" in codes(check(ladder))


def test_claims_and_pressure_are_found_where_they_stand() -> None:
    loud = document(purpose="This cures everything.")
    loud["parts"][0]["why"] = "You must do this."
    found = {fault.pointer: fault.code for fault in check(loud)}
    assert found["/purpose"] == "claim-not-carried"
    assert found["/parts/0/why"] == "word-of-pressure"


def test_a_fault_never_repeats_what_was_written() -> None:
    strange = document(kind="a secret", parts="another secret")
    assert "secret" not in "".join(fault.message for fault in check(strange))


def test_terms_hang_on_their_gate_so_that_opening_it_changes_none() -> None:
    definition = Definition.model_validate(library()["first-weeks-of-steadying"])
    assigned = {part.id: new_id() for part in definition.parts}
    made = {
        part.id: terms_of(
            part, version=1, assigned=assigned, zone="Europe/Berlin", today=DAY
        ).schedule
        for part in definition.parts
    }
    assert isinstance(made["notice"], Recurring)
    assert isinstance(made["ground"], AsNeeded)
    breathe, pause = made["breathe"], made["kind_pause"]
    assert isinstance(breathe, Anchored)
    assert isinstance(pause, Anchored)
    assert not isinstance(pause, Once)
    assert breathe.anchor.event == "completion"
    assert breathe.anchor.times == 2
    assert breathe.anchor.assignment_id == assigned["ground"]
    assert pause.distance == "P8D"  # seven days of the gate, one of the part


def test_times_follow_a_gate_that_is_changed() -> None:
    definition = Definition.model_validate(library()["first-weeks-of-steadying"])
    assigned = {part.id: new_id() for part in definition.parts}
    (pause,) = [part for part in definition.parts if part.id == "kind_pause"]
    terms = terms_of(
        pause, version=1, assigned=assigned, zone="Europe/Berlin", today=DAY
    )
    go = definition.parts[-1].gate
    moved = regated(terms, pause.gate, go, assigned)
    assert moved is not None
    assert isinstance(moved.schedule, Anchored)
    assert (moved.schedule.anchor.event, moved.schedule.distance) == ("go", "P1D")
    assert regated(terms, pause.gate, pause.gate, assigned) is None
    with pytest.raises(ValueError, match="gate"):
        regated(terms, pause.gate, definition.parts[0].gate, assigned)


def test_a_plan_stands_where_its_parts_stand() -> None:
    assert state_of([State.DECLINED, State.ACTIVE]) is PlanState.ACTIVE
    assert state_of([State.PAUSED, State.ON_HOLD]) is PlanState.ON_HOLD
    assert state_of([State.OFFERED, State.DECLINED]) is PlanState.OFFERED
    assert state_of([State.WITHDRAWN, State.FINISHED]) is PlanState.FINISHED
    assert state_of([State.DECLINED]) is PlanState.DECLINED


def test_evidence_stands_on_both_sides_and_is_never_set_off() -> None:
    formulas = {"met": "trust_response", "expected": "expectancy"}
    good = side_of({"met": {"code": "respected"}}, formulas)
    bad = side_of({"met": {"code": "misused"}}, formulas)
    open_ = side_of({"met": {"code": "unclear"}}, formulas)
    told = side_of({"expected": {"result": "did_not_happen"}}, formulas)
    assert [good, bad, open_, told] == [
        Side.FOR,
        Side.AGAINST,
        Side.UNCLEAR,
        Side.FOR,
    ]
    assert side_of({}, {"calm": "scale_value"}) is None
    found = summed([good, bad, open_, None], 5)
    assert (found.runs, found.for_trust, found.against, found.unclear) == (5, 1, 1, 1)
