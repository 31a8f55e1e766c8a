"""The rules of one run, and when support has to come back."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.exercises.answers import compile_exercise
from api.exercises.check import publish
from api.exercises.hearing import Heard
from api.foundation.ids import new_id
from api.safety.alerts import ABOUT, Priority, Rule
from api.safety.thresholds import DEFAULTS, Thresholds
from api.safety.watch import (
    Finding,
    Run,
    always_told,
    hides,
    is_quiet,
    needs_support,
    of_one_run,
    read_run,
)
from tests.safety.documents import DOCUMENT

AT = datetime(2026, 5, 4, 18, tzinfo=UTC)
COMPILED = compile_exercise(publish(DOCUMENT))


def heard(code: str, **more: Any) -> Heard:
    return Heard(code, "today.it", **more)


def run(*told: Heard, **more: Any) -> Run:
    return Run(new_id(), "trying-out", AT, told, **more)


def only(found: list[Finding]) -> Finding:
    [one] = found
    return one


@pytest.mark.parametrize(
    ("value", "priority"),
    [(1, Priority.HIGH), (2, Priority.URGENT), (3, Priority.URGENT), (None, "urgent")],
)
def test_thoughts_of_self_harm_are_high_and_from_two_on_urgent(
    value: float | None, priority: str
) -> None:
    found = only(always_told(run(heard("self_harm", value=value)), prior=0))
    assert (found.rule, found.priority) == (Rule.SELF_HARM, priority)
    assert found.payload["prior"] == 0


def test_not_being_safe_is_urgent_and_names_the_question_alone() -> None:
    found = only(always_told(run(heard("unsafe", answer="felt_in_danger"))))
    assert found.priority is Priority.URGENT
    assert found.payload == {"steps": ["today.it"], "resources_shown": True}


@given(st.floats(0, 10), st.floats(0, 10))
def test_a_higher_answer_never_lowers_the_priority(one: float, other: float) -> None:
    low, high = sorted((one, other))
    grades = [
        max(
            (f.priority.rank for f in always_told(run(heard("self_harm", value=v)))),
            default=-1,
        )
        for v in (low, high)
    ]
    assert grades[0] <= grades[1]


@given(
    st.floats(0, 10),
    st.floats(0, 10),
    st.booleans(),
    st.integers(5, 9),
)
def test_a_higher_urge_never_finds_less(
    one: float, other: float, contact: bool, urge: int
) -> None:
    low, high = sorted((one, other))
    told = [heard("contact_event", answer="hoover")] if contact else []
    thresholds = Thresholds(urge=urge)
    counts = [
        len(
            of_one_run(
                run(*told, heard("contact_urge", value=v, share=v / 10)), thresholds
            )
        )
        for v in (low, high)
    ]
    assert counts[0] <= counts[1]


def test_an_urge_of_eight_is_told_alone_and_contact_only_with_what_it_did() -> None:
    urge = heard("contact_urge", value=8, share=0.8)
    contact = heard("contact_event", answer="hoover")
    shame = heard("shame", value=70, share=0.7)
    assert only(of_one_run(run(urge), DEFAULTS)).payload == {
        "urge": 8,
        "contact": False,
    }
    assert of_one_run(run(contact), DEFAULTS) == []
    assert of_one_run(run(shame), DEFAULTS) == []
    assert only(of_one_run(run(contact, shame), DEFAULTS)).payload["contact"]
    assert of_one_run(run(contact, after=6.9), DEFAULTS) == []
    assert only(of_one_run(run(contact, after=7), DEFAULTS)).payload["contact"]


@pytest.mark.parametrize(
    ("answer", "severity", "told"),
    [
        ("happened", 70, True),
        ("happened", 69, False),
        ("happened", None, True),
        ("partly", 100, False),
        ("did_not_happen", 100, False),
        ("unknown", None, False),
    ],
)
def test_what_was_feared_counts_where_it_happened_and_was_bad(
    answer: str, severity: float | None, told: bool
) -> None:
    found = of_one_run(
        run(heard("feared_outcome", answer=answer, severity=severity)), DEFAULTS
    )
    assert [one.rule for one in found] == ([Rule.FEARED_HAPPENED] if told else [])


def test_a_turned_resource_is_brought_to_the_meeting() -> None:
    found = only(of_one_run(run(heard("resource_turned", answer="changed")), DEFAULTS))
    assert ABOUT[found.rule].suggestion == "bring_to_session"
    assert found.payload["exercise"] == "trying-out"


# --- from answers -------------------------------------------------------------


def read(answers: dict[str, Any]) -> Run:
    return read_run(COMPILED, answers, ident=new_id(), at=AT)


def test_a_refused_consent_says_nothing() -> None:
    answers = {"opening": {"consent": "no", "distress_before": 9}}
    assert is_quiet(COMPILED, answers, ended=True)
    assert not needs_support(COMPILED, answers)
    assert always_told(read(answers)) == of_one_run(read(answers), DEFAULTS) == []


def test_nothing_of_the_clients_words_gets_into_a_finding() -> None:
    answers = {
        "today": {"how": {"other": "They know where I live"}, "safe": "no"},
        "closing": {"review": {"note": "nobody must know"}},
    }
    found = always_told(read(answers))
    assert [one.rule for one in found] == [Rule.UNSAFE]
    assert "know" not in str(found)


@pytest.mark.parametrize(
    ("answers", "wanted"),
    [
        ({"today": {"low": 1}}, True),
        ({"today": {"low": 0}}, False),
        ({"today": {"safe": "no"}}, True),
        ({"today": {"safe": "yes"}}, False),
        ({"closing": {"state_after": "shut_down"}}, True),
        ({"closing": {"state_after": "mixed"}}, False),
        ({"opening": {"distress_before": 2}, "closing": {"distress_after": 5}}, True),
        ({"opening": {"distress_before": 2}, "closing": {"distress_after": 4}}, False),
        ({"closing": {"distress_after": 9}}, False),
        ({"today": {"urge": 10}}, False),
        ({"today": {"unreal": "yes"}}, True),
        ({"today": {"unreal": "no"}}, False),
    ],
)
def test_support_comes_with_a_risk_answer_and_where_distress_rose(
    answers: dict[str, Any], wanted: bool
) -> None:
    assert needs_support(COMPILED, answers) is wanted


_CODE = st.sampled_from
ANSWERS = st.fixed_dictionaries(
    {},
    optional={
        "opening": st.fixed_dictionaries(
            {"consent": st.just("given")},
            optional={"distress_before": st.integers(0, 10)},
        ),
        "today": st.fixed_dictionaries(
            {},
            optional={
                "low": st.integers(0, 3),
                "safe": _CODE(["yes", "no"]),
                "urge": st.integers(0, 10),
                "unreal": _CODE(["yes", "no"]),
                "turned": _CODE(["stayed", "changed"]),
                "shame": st.integers(0, 100),
                "contact": st.lists(_CODE(["hoover", "nothing"]), unique=True),
            },
        ),
        "closing": st.fixed_dictionaries(
            {},
            optional={
                "distress_after": st.integers(0, 10),
                "state_after": _CODE(["settled", "shut_down", "mixed"]),
                "review": st.fixed_dictionaries(
                    {},
                    optional={
                        "felt_like_my_choice": st.integers(0, 4),
                        "helpfulness": st.integers(-1, 4),
                        "obstacles": st.lists(
                            _CODE(["felt_like_pressure", "no_time"]), unique=True
                        ),
                    },
                ),
            },
        ),
    },
)
SENSITIVE = Thresholds(
    rise=2, rise_runs=1, shut_down_runs=1, urge=5, distress=5, severity=30, choice=1
)


@given(ANSWERS)
def test_where_it_is_quiet_no_rule_of_any_practice_finds_anything(
    answers: dict[str, Any],
) -> None:
    if is_quiet(COMPILED, answers, ended=True):
        one = read(answers)
        assert always_told(one) == of_one_run(one, SENSITIVE) == []
        assert one.told("unreal") == []
        assert one.rise is None or one.rise < SENSITIVE.rise
        assert one.state_after != "shut_down"
        assert not one.pressed
        assert one.choice is None or one.choice > SENSITIVE.choice
        assert not needs_support(COMPILED, answers)


@given(ANSWERS)
def test_a_run_under_way_is_quiet_only_without_a_risk_answer(
    answers: dict[str, Any],
) -> None:
    if is_quiet(COMPILED, answers, ended=False):
        assert always_told(read(answers)) == []
        assert not needs_support(COMPILED, answers)


def test_a_finding_is_hidden_by_what_it_rests_on() -> None:
    assert hides(["today.urge"], frozenset({"today.urge"}))
    assert hides(["today.urge"], frozenset({"today"}))
    assert hides(["*"], frozenset({"form.one"}))
    assert not hides(["today.urge"], frozenset({"today.shame", "closing"}))
    assert not hides(["*"], frozenset())


def test_distress_is_read_on_ten_whatever_the_scale() -> None:
    document = publish(DOCUMENT)
    for part in document["parts"]:
        for step in part["steps"]:
            if step.get("kind") == "suds":
                step["max"] = 100
    wide = compile_exercise(document)
    answers = {"opening": {"distress_before": 20}, "closing": {"distress_after": 50}}
    assert wide.hearing.distress(answers) == (2, 5)
    assert needs_support(wide, answers)


def test_a_follow_up_part_triggers_by_its_own_answers_alone() -> None:
    answers = {
        "today": {"low": 2, "shame": 90},
        "after": {"came": {"result": "happened", "severity": 90}},
    }
    later = read_run(COMPILED, answers, ident=new_id(), at=AT, part="after")
    assert always_told(later) == []
    assert only(of_one_run(later, DEFAULTS)).rule is Rule.FEARED_HAPPENED
    assert replace(later, heard=()).told("shame") == []
