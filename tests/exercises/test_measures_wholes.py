"""What one run says as a whole: turns of a line, a map's kinds, a plan's day."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.exercises.measures import FORMULAS, check_measure
from tests.exercises.test_measures import CHOICE, SCALE, read

TIMER: dict[str, Any] = {"type": "timer"}
MOMENT: dict[str, Any] = {"type": "datetime"}
PHASES = ("idealise", "devalue", "discard", "hoover", "calm")


def turns(*phases: str, began: tuple[str, ...] = ()) -> Any:
    rounds = [{"phase": phase} for phase in phases]
    for one, day in zip(rounds, began, strict=False):
        one["began"] = {"at": f"{day}T12:00:00+00:00"}  # type: ignore[assignment]
    return read("cycle_count", {"phase": CHOICE, "began": MOMENT}, rounds, repeat=True)


def test_each_look_says_who_ended_it() -> None:
    rounds = [
        {"timer": {"seconds": 2, "ended": "by_choice"}},
        {"timer": {"seconds": 3, "ended": "by_time"}},
        {"timer": {"seconds": 3}},
        {},
    ]
    found = read("self_ended", {"timer": TIMER}, rounds, repeat=True)
    assert found == [{"code": "by_choice"}, {"code": "by_time"}]


def test_a_number_stands_beside_what_was_chosen_for_it() -> None:
    steps = {"value": SCALE, "code": CHOICE}
    assert read("value_by_code", steps, {"value": 7, "code": "sound"}) == {
        "value": 7,
        "code": "sound",
    }
    assert read("value_by_code", steps, {"value": 7}) is None
    assert read("value_by_code", steps, {"value": 7, "code": "My sister"}) is None


@pytest.mark.parametrize(
    ("phases", "count"),
    [
        (("idealise", "devalue", "discard"), 0),
        (("idealise", "devalue", "discard", "hoover"), 1),
        (("idealise", "devalue", "calm", "idealise", "discard", "hoover"), 2),
        (("discard", "hoover", "idealise"), 1),
        (("calm",), 0),
    ],
)
def test_a_line_turns_when_praise_comes_back_after_a_low(
    phases: tuple[str, ...], count: int
) -> None:
    assert turns(*phases) == count


def test_dates_put_the_phases_in_order_only_where_each_has_one() -> None:
    days = ("2026-03-01", "2026-01-01")
    assert turns("devalue", "hoover", began=days) == 0
    assert turns("devalue", "hoover", began=days[:1]) == 1


@given(st.lists(st.sampled_from(PHASES), min_size=1, max_size=20))
def test_a_line_never_turns_more_often_than_it_goes_down(phases: list[str]) -> None:
    found = turns(*phases)
    down = sum(one in ("devalue", "discard") for one in phases)
    assert 0 <= found <= min(down, len(phases) // 2)


@given(st.lists(st.sampled_from(["listens", "practical", "fun", "crisis"]), max_size=8))
def test_a_map_tells_its_size_and_how_many_kinds_are_on_it(kinds: list[str]) -> None:
    found = read(
        "coverage", {"codes": CHOICE}, [{"codes": k} for k in kinds], repeat=True
    )
    if not kinds:
        assert found is None
    else:
        assert found == {"count": len(kinds), "different": len(set(kinds))}
        assert found["different"] <= 4


def test_the_mean_over_all_sides_leaves_out_what_was_not_answered() -> None:
    rounds = [{"value": 2}, {"value": 5}, {}]
    found = read("round_mean", {"value": SCALE}, rounds, repeat=True)
    assert found == {"mean": 3.5, "count": 2}
    assert read("round_mean", {"value": SCALE}, [{}], repeat=True) is None


def test_a_plan_tells_its_day_or_that_it_named_none() -> None:
    at = {"date": {"at": "2026-03-02T18:00:00+00:00"}}
    assert read("review_date", {"date": MOMENT}, at) == {"at": 1772474400.0}
    assert read("review_date", {"date": MOMENT}, {}) == {"at": None}
    assert read("review_date", {"date": MOMENT}, at, ended="stopped") is None


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize(
    "word", ["shares", "per_30_days", "per_4_weeks", "days", "sum"]
)
def test_a_measure_may_ask_only_for_figures_its_formula_has(
    formula: str, word: str
) -> None:
    faults = check_measure({"formula": formula, "options": {"tell": word}}, {})
    refused = any(one.pointer == "/options/tell" for one in faults)
    assert refused == (word not in FORMULAS[formula].tells)
