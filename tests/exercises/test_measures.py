"""What one run says: the public examples, the null rules, and no words ever."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.exercises.measures import FORMULAS, check_measure, compile_measures, derive

Answers = dict[str, Any]


def read(
    formula: str,
    steps: dict[str, Answers],
    answers: Any,
    *,
    ended: Any = "completed",
    options: dict[str, Any] | None = None,
    repeat: bool = False,
) -> Any:
    """One part, one measure whose inputs carry the names of the steps."""
    part: Answers = {
        "id": "main",
        "steps": [{"id": key} | one for key, one in steps.items()],
    }
    if repeat:
        part["repeat"] = {"at_least": 1, "at_most": 9}
    names = {name: f"main.{name}" for name in steps}
    measure = {"id": "it", "formula": formula, "from": names, "options": options or {}}
    document = {"parts": [part], "measures": [measure]}
    return derive(document, {"main": answers}, ended).get("it")


SCALE: Answers = {"type": "scale", "min": 0, "max": 10}
PERCENT: Answers = {"type": "scale", "min": 0, "max": 100}
STATE: Answers = {"type": "state"}
CHOICE: Answers = {"type": "choice"}
PREDICTION: Answers = {"type": "prediction"}
OUTCOME: Answers = {"type": "outcome"}
EXPECTANCY: dict[str, Answers] = {"prediction": PREDICTION, "outcome": OUTCOME}


def test_distress_change_is_after_minus_before_with_its_scale() -> None:
    found = read(
        "distress_change", {"before": SCALE, "after": SCALE}, {"before": 7, "after": 4}
    )
    assert found == {"before": 7, "after": 4, "change": -3, "max": 10}


@pytest.mark.parametrize("answers", [{"before": 7}, {"after": 4}, {"before": None}, {}])
def test_a_change_with_one_end_missing_is_not_told(answers: Answers) -> None:
    steps = {"before": SCALE, "after": SCALE}
    assert read("distress_change", steps, answers) is None


def test_two_scales_are_never_mixed() -> None:
    steps = {"before": SCALE, "after": SCALE | {"max": 100}}
    assert read("distress_change", steps, {"before": 7, "after": 40}) is None


@pytest.mark.parametrize(
    ("before", "after", "shift"),
    [
        ("shut_down", "settled", "toward_settled"),
        ("revved_up", "settled", "toward_settled"),
        ("settled", "settled", "same"),
        ("revved_up", "shut_down", "away"),
        ("mixed", "settled", "unknown"),
        ("settled", "prefer_not", "unknown"),
    ],
)
def test_states_give_a_direction_and_no_size(
    before: str, after: str, shift: str
) -> None:
    answers = {"before": before, "after": after}
    found = read("state_shift", {"before": STATE, "after": STATE}, answers)
    assert found["shift"] == shift


def test_the_public_breath_example() -> None:
    breath = {"in": 4, "hold": 0, "out": 6, "hold_after": 0, "cycles": 6}
    found = read("breath", {"breath": {"type": "breath"}}, {"breath": breath})
    assert found == {"rate": 6.0, "seconds": 60, "ratio": 1.5}


def test_a_breath_without_length_is_invalid() -> None:
    still = {"in": 0, "hold": 0, "out": 0, "hold_after": 0, "cycles": 6}
    assert read("breath", {"breath": {"type": "breath"}}, {"breath": still}) is None


def test_the_public_expectancy_example() -> None:
    answers = {
        "prediction": {"event": "secret words", "belief": 80},
        "outcome": {"result": "did_not_happen", "belief_now": 40},
    }
    found = read("expectancy", EXPECTANCY, answers)
    assert (found["ev"], found["ec"], found["lr"]) == (80, 40, 0.5)


@pytest.mark.parametrize(
    ("outcome", "ev", "ec", "lr"),
    [
        ({"result": "happened", "belief_now": 90}, -20, -10, 0.5),
        ({"result": "happened", "severity": 75, "belief_now": 90}, 5, -10, None),
        ({"result": "partly", "belief_now": 60}, None, 20, None),
        ({"result": "partly", "severity": 30}, 50, None, None),
        ({"result": "unknown", "severity": 30, "belief_now": 60}, None, 20, None),
        ({"result": "did_not_happen", "belief_now": 0}, 80, 80, 1.0),
    ],
)
def test_expectancy_has_its_null_rules(
    outcome: Answers, ev: float, ec: float, lr: float
) -> None:
    answers = {"prediction": {"event": "x", "belief": 80}, "outcome": outcome}
    found = read("expectancy", EXPECTANCY, answers)
    assert (found["ev"], found["ec"], found["lr"]) == (ev, ec, lr)


def test_learning_is_not_clipped() -> None:
    answers = {
        "prediction": {"event": "x", "belief": 50},
        "outcome": {"result": "partly", "severity": 30, "belief_now": 0},
    }
    assert read("expectancy", EXPECTANCY, answers)["lr"] == 2.5


def test_a_prediction_without_its_outcome_waits() -> None:
    answers = {"prediction": {"event": "x", "belief": 80}}
    assert read("expectancy", EXPECTANCY, answers) is None


def test_a_confidence_scale_is_a_probability_beside_what_came() -> None:
    steps: dict[str, Answers] = {"belief": PERCENT, "outcome": CHOICE}
    codes = {"kept": "happened", "kept_in_part": "partly", "not_kept": "did_not_happen"}
    options = {"codes": {"outcome": codes}}

    def calibrated(code: str) -> Any:
        answers = {"belief": 70, "outcome": code}
        return read("calibration", steps, answers, options=options)

    assert calibrated("kept") == {"p": 0.7, "o": 1}
    assert calibrated("not_kept") == {"p": 0.7, "o": 0}
    assert calibrated("kept_in_part") == {"p": 0.7, "partly": True}
    assert calibrated("released") is None


def test_other_scales_become_percent() -> None:
    steps: dict[str, Answers] = {
        "belief": {"type": "scale", "min": 1, "max": 5},
        "outcome": OUTCOME,
    }
    answers = {"belief": 4, "outcome": {"result": "happened"}}
    assert read("calibration", steps, answers) == {"p": 0.75, "o": 1}


def test_alternatives_count_readings_and_their_evenness() -> None:
    steps = {
        "first": {"type": "text"},
        "readings": {"type": "list"},
        "allocation": {"type": "allocation"},
    }
    answers = {"first": "a", "readings": ["b"], "allocation": [50, 50]}
    found = read("alternatives", steps, answers)
    assert found["count"] == 2
    assert found["entropy"] == pytest.approx(math.log(2))


@pytest.mark.parametrize("shares", [[50, 40], [60, 50], [101, -1], [50, "x"], None])
def test_an_allocation_that_is_not_a_hundred_has_no_entropy(shares: Any) -> None:
    steps = {"readings": {"type": "list"}, "allocation": {"type": "allocation"}}
    found = read("alternatives", steps, {"readings": ["b"], "allocation": shares})
    assert found["entropy"] is None


def test_rounding_in_an_allocation_is_forgiven() -> None:
    steps = {"readings": {"type": "list"}, "allocation": {"type": "allocation"}}
    answers = {"readings": ["a", "b", "c"], "allocation": [33, 33, 33]}
    found = read("alternatives", steps, answers)
    assert found["entropy"] == pytest.approx(math.log(3))


@pytest.mark.parametrize(
    ("alarm", "problem", "cell"),
    [
        ("alarm", "real", "hit"),
        ("no_alarm", "real", "miss"),
        ("alarm", "none", "false_alarm"),
        ("no_alarm", "none", "correct_rejection"),
        ("alarm", "cannot_tell", "cannot_tell"),
    ],
)
def test_discernment_names_the_cell(alarm: str, problem: str, cell: str) -> None:
    steps = {"alarm": CHOICE, "problem": CHOICE}
    found = read("discernment", steps, {"alarm": alarm, "problem": problem})
    assert found == {"code": cell}


def test_no_penalty_reads_only_refusals() -> None:
    steps = {"refusal": CHOICE, "outcome": OUTCOME}
    options = {"codes": {"refusal": {"said_it": "refused", "softened_it": "refused"}}}

    def after(said: str, result: str) -> Any:
        answers = {"refusal": said, "outcome": {"result": result}}
        return read("no_penalty", steps, answers, options=options)

    assert after("said_it", "did_not_happen") == {"code": "no_penalty"}
    assert after("softened_it", "happened") == {"code": "penalty"}
    assert after("said_yes", "did_not_happen") is None


def test_follow_through_looks_at_crossings_only() -> None:
    steps = {"response": CHOICE, "consequence": CHOICE}
    crossed = {"response": "crossed", "consequence": "not_safe"}
    tested = {"response": "tested", "consequence": "enacted"}
    assert read("consequence_follow_through", steps, crossed) == {"code": "not_safe"}
    assert read("consequence_follow_through", steps, tested) is None


def test_repeated_rounds_give_a_list_and_leave_out_unanswered_ones() -> None:
    rounds = [{"value": 3}, {}, {"value": None}, {"value": 5}]
    assert read("scale_value", {"value": SCALE}, rounds, repeat=True) == [3, 5]


def test_dose_adds_what_was_really_done() -> None:
    document = {
        "parts": [
            {"id": "a", "steps": [{"id": "t", "type": "timer"}]},
            {
                "id": "b",
                "repeat": {"at_most": 3},
                "steps": [{"id": "x", "type": "breath"}],
            },
        ],
        "measures": [{"id": "d", "formula": "dose"}],
    }
    breath = {"in": 4, "hold": 0, "out": 6, "hold_after": 0, "cycles": 3}
    answers = {
        "a": {"t": {"seconds": 20, "ended": "by_time"}},
        "b": [{"x": breath}] * 2,
    }
    assert derive(document, answers, "completed") == {"d": 80}


def test_choices_are_counted_by_what_they_were() -> None:
    document = {
        "parts": [
            {
                "id": "a",
                "steps": [
                    {"id": "ok", "type": "consent"},
                    {"id": "t", "type": "timer"},
                    {"id": "s", "type": "scale", "max": 10},
                    {"id": "c", "type": "choice"},
                    {"id": "plain", "type": "choice"},
                ],
            }
        ],
        "measures": [
            {
                "id": "choices",
                "formula": "choice_count",
                "from": {"choice": "a.c"},
                "options": {"codes": {"choice": {"stopped_sooner": "changed_mind"}}},
            }
        ],
    }
    answers = {
        "a": {
            "ok": "given",
            "t": {"seconds": 3, "ended": "by_choice"},
            "s": None,
            "c": "stopped_sooner",
            "plain": "no",
        }
    }
    found = derive(document, answers, "stopped")["choices"]
    assert isinstance(found, dict)
    kinds = sorted(found["kinds"])
    assert kinds == ["changed_mind", "ended_early", "skipped", "stopped"]
    no = derive(document, {"a": {"ok": "no"}}, "stopped")["choices"]
    assert no == {"count": 1, "kinds": ["said_no"]}


def test_delay_and_recovery_read_moments() -> None:
    at = {"type": "datetime"}
    early = {"at": "2026-03-01T10:00:00+01:00", "approximate": False}
    late = {"at": "2026-03-01T11:30:00+00:00", "approximate": True}
    found = read("delay", {"event": at, "action": at}, {"event": early, "action": late})
    assert found == {"minutes": 150}
    turned = {"event": late, "action": early}
    assert read("delay", {"event": at, "action": at}, turned) is None
    open_yet = read("recovery", {"started": at, "settled": at}, {"started": early})
    assert open_yet == {"started": 1772355600.0, "hours": None}


def test_codes_that_do_not_count_as_items_are_left_out() -> None:
    options = {"exclude": ["none"]}
    steps = {"items": {"type": "checklist"}}
    answers = {"items": ["a", "none", {"other": "private words"}]}
    assert read("item_count", steps, answers, options=options) == 2


def test_completeness_asks_only_what_was_asked() -> None:
    steps: dict[str, Answers] = {
        "limit": {"type": "text"},
        "fine": {"type": "list"},
        "if_so": {"type": "text", "only_if": {"step": "main.limit", "is": ["x"]}},
        "size": SCALE,
    }
    answers = {"limit": "words", "fine": [], "size": 0}
    assert read("completeness", steps, answers) == pytest.approx(2 / 3)


def test_window_share_uses_the_clients_own_range() -> None:
    steps = {"rating": SCALE, "low": SCALE, "high": SCALE}
    inside = {"rating": 5, "low": 3, "high": 6}
    assert read("window_share", steps, inside) == {"code": "inside"}
    assert read("window_share", steps, inside | {"rating": 7}) == {"code": "outside"}
    assert read("window_share", steps, {"rating": 7}) is None


SAMPLES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 120)
    | st.floats(allow_nan=True)
    | st.sampled_from(
        ["Secret Words!", "kept", "settled", "11111111-2222-3333-4444-555555555555"]
    ),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["at", "belief", "result", "severity", "other", "in", "out", "cycles"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)


@given(st.data())
def test_no_formula_ever_copies_words_or_breaks_on_odd_answers(data: Any) -> None:
    formula = FORMULAS[data.draw(st.sampled_from(sorted(FORMULAS)))]
    steps = {
        name: {"type": min(one.step_types), "max": 10}
        for name, one in formula.inputs.items()
    }
    answers = {name: data.draw(SAMPLES) for name in steps}
    found = read(formula.name, steps, answers, ended="stopped")
    written = json.dumps(found)
    assert "Secret" not in written
    assert "1111-2222" not in written


def test_a_draft_measure_is_told_every_fault() -> None:
    steps = {"a.x": {"type": "text"}, "a.y": {"type": "choice"}}

    def codes(**measure: Any) -> set[tuple[str, str]]:
        return {(one.pointer, one.code) for one in check_measure(measure, steps)}

    assert codes(formula="trust_score") == {("/formula", "unknown_formula")}
    assert codes(formula="scale_value", **{"from": {"value": "a.x", "b": "a.y"}}) == {
        ("/from/value", "wrong_step_type"),
        ("/from/b", "unknown_input"),
    }
    assert codes(formula="distress_change", **{"from": {"before": "a.nope"}}) == {
        ("/from", "missing_input"),
        ("/from/before", "unknown_step"),
    }
    wrong = {"codes": {"kept": {"did": "performed"}}, "colour": 1}
    assert codes(
        formula="promise_keeping", **{"from": {"kept": "a.y"}, "options": wrong}
    ) == {
        ("/options/codes/kept/did", "unknown_meaning"),
        ("/options/colour", "unknown_option"),
    }
    assert codes(formula="promise_keeping", **{"from": {"kept": "a.y"}}) == set()


def test_compiled_measures_read_like_fresh_ones() -> None:
    document = {
        "parts": [{"id": "a", "steps": [{"id": "v", "type": "scale", "max": 10}]}],
        "measures": [{"id": "m", "formula": "scale_value", "from": {"value": "a.v"}}],
    }
    compiled = compile_measures(document)
    assert compiled.derive({"a": {"v": 4}}, "completed") == {"m": 4}
    assert compiled.derive({}, "completed") == {}
