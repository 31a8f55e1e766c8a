"""Terms: which changes need the client's answer, and what does not fit together."""

from typing import Any
from uuid import UUID

import pytest
from pydantic import ValidationError

from api.assignments.terms import Change, Terms, difference, faults, is_material

PERSON = "01936f00-0000-7000-8000-000000000001"
BASE: dict[str, Any] = {
    "exercise": {"slug": "breath-together", "version": 1},
    "schedule": {"kind": "as_needed"},
    "parameters": {"main.breathe": {"cycles": 6}},
    "reminders": {"wanted": True, "at": ["19:00"]},
    "sharing": "fact",
    "rationale": "To settle before sleep.",
    "easier": ["orienting"],
}


def terms(**changed: object) -> Terms:
    return Terms.model_validate(BASE | changed)


@pytest.mark.parametrize(
    ("field", "value", "material"),
    [
        ("exercise", {"slug": "orienting", "version": 1}, True),
        ("exercise", {"slug": "breath-together", "version": 2}, True),
        ("schedule", {"kind": "once", "at": "2026-12-01T19:00", "zone": "UTC"}, True),
        ("parameters", {"main.breathe": {"cycles": 5}}, True),
        ("parameters", {}, True),
        ("setting", "therapist", True),
        ("with_person", PERSON, True),
        ("reminders", {"wanted": False}, False),
        ("reminders", {"wanted": True}, False),
        ("reminders", {"wanted": True, "at": ["19:00", "21:00"]}, True),
        ("reminders", {"wanted": True, "at": ["20:00"]}, True),
        ("sharing", "sealed", False),
        ("sharing", "scores", True),
        ("rationale", "To settle before you sleep.", False),
        ("easier", ["orienting", "grounding"], False),
        ("easier", [], True),
        ("lapses_after_days", 14, False),
    ],
)
def test_what_asks_more_or_tells_more_is_material(
    field: str, value: object, material: bool
) -> None:
    changes = difference(terms(), terms(**{field: value}))
    assert changes == [Change(field, material)]
    assert is_material(changes) == material


def test_the_exercises_room_may_call_a_new_version_cosmetic() -> None:
    after = terms(exercise={"slug": "breath-together", "version": 2})
    [change] = difference(terms(), after, version_is_material=False)
    assert change == Change("exercise", False)
    other = terms(exercise={"slug": "orienting", "version": 2})
    assert is_material(difference(terms(), other, version_is_material=False))


def test_the_same_terms_do_not_differ() -> None:
    assert difference(terms(), terms()) == []


def test_terms_come_back_from_json_as_they_were() -> None:
    before = terms(setting="trusted", with_person=PERSON)
    assert Terms.model_validate(before.model_dump(mode="json")) == before
    assert before.with_person == UUID(PERSON)


@pytest.mark.parametrize(
    "changed",
    [
        {"parameters": {"breathe": {"cycles": 6}}},
        {"parameters": {"main.breathe": {"cycles": 0}}},
        {"parameters": {"main.breathe": {"cycles": True}}},
        {"parameters": {"main.breathe": {"breathe_in": float("nan")}}},
        {"parameters": {"main.breathe": {"speed": 6}}},
        {"reminders": {"wanted": True, "at": ["24:00"]}},
        {"reminders": {"wanted": True, "at": ["01:00", "02:00", "03:00", "04:00"]}},
        {"sharing": "everything"},
        {"schedule": {"kind": "hourly"}},
        {"consequence": "none"},
    ],
)
def test_terms_are_bounded_and_closed(changed: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        terms(**changed)


@pytest.mark.parametrize(
    ("changed", "place"),
    [
        ({"setting": "trusted"}, "/with_person"),
        ({"with_person": PERSON}, "/with_person"),
        ({"reminders": {"wanted": False, "at": ["19:00"]}}, "/reminders/at"),
        (
            {
                "schedule": {
                    "kind": "recurring",
                    "starts": "2026-12-01T19:00",
                    "zone": "UTC",
                    "rule": "FREQ=SECONDLY",
                }
            },
            "/schedule/rule",
        ),
    ],
)
def test_what_does_not_fit_together_is_named(
    changed: dict[str, object], place: str
) -> None:
    assert [pointer for pointer, _ in faults(terms(**changed))] == [place]
    assert faults(terms()) == []
