"""Questionnaires over time: baseline, change by every set, flags, and the honest gaps."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.exercises.measures_instruments import reading
from api.instruments.definitions import library
from api.instruments.scoring import score
from api.progress.outcomes import Outcome, flags_of, outcomes_of
from api.progress.runs import StoredRun, facts_of
from api.progress.views_outcomes import flags_view, outcome_view

AT = datetime(2026, 3, 2, 18, tzinfo=UTC)
VERSION = facts_of(
    {
        "slug": "any",
        "title": "Any",
        "measures": [{"id": "score", "formula": "instrument_score", "title": "Total"}],
    }
)


def filled(instrument: str, total: int | None, **more: Any) -> dict[str, Any]:
    """A reading as submitting keeps it, of items that sum to a total."""
    one = library()[instrument]
    assert one.total is not None
    values = [option.value for option in one.options[one.items[0].options]]
    least, most = min(values), max(values)
    left, answers = (total or 0) - least * len(one.total.items), {}
    for item in one.total.items:
        more_here = min(most - least, max(left, 0))
        answers[item] = least + more_here
        left -= more_here
    known: dict[str, Any] = reading(one, score(one, answers))
    if total is None:
        known |= {"score": None, "reason": "too_many_missing", "missing": 9}
    assert total is None or known["score"] == total
    return known | more


def run(
    instrument: str,
    total: int | None,
    day: int,
    *,
    stopped: bool = False,
    **more: Any,
) -> StoredRun:
    at = AT + timedelta(days=day)
    points = {"score": filled(instrument, total, **more)}
    return StoredRun(VERSION, at, at.date(), stopped, points, frozenset(), None)


def phq9(*scores: tuple[int, int | None]) -> list[StoredRun]:
    return [run("phq9", total, day) for day, total in scores]


def only(runs: Sequence[StoredRun], rule: Any = "median_of_first_two") -> Outcome:
    [found] = outcomes_of(runs, rule)
    return found


def test_one_filling_is_a_baseline_and_no_change() -> None:
    found = only(phq9((0, 18)))
    assert (found.baseline.value, found.baseline.n, found.reason) == (
        18.0,
        1,
        "insufficient_points",
    )
    assert {one.change_class for one in found.changes} == {None}
    view = outcome_view(found, "therapist")
    assert {one["reason"] for one in view["changes"]} == {"insufficient_points"}


def test_w5_eighteen_to_eight_is_a_reliable_recovery_by_the_nhs_set() -> None:
    found = only(phq9((0, 18), (70, 8)))
    view = outcome_view(found, "therapist")
    by_set = {one["parameter_set"]: one for one in view["changes"]}
    assert by_set.keys() == {one.id for one in library()["phq9"].parameter_sets}
    nhs = by_set["phq9.nhs_tt"]
    assert (nhs["points"], nhs["threshold"], nhs["change_class"]) == (
        -10.0,
        6.0,
        "recovered",
    )
    assert (nhs["reliable"], nhs["crossed"], nhs["n"]) == (
        "improvement",
        "to_functional",
        2,
    )


def test_the_same_change_may_have_another_name_in_another_set() -> None:
    found = only([run("pcl5", 50, 0), run("pcl5", 34, 70)])
    by_set = {one.parameter_set: one.reliable for one in found.changes}
    assert (by_set["pcl5.marx2022_s1"], by_set["pcl5.marx2022_s2"]) == (1, 0)
    words = outcome_view(found, "client")["words"]
    assert words[0] == "Published rules disagree about whether this is a change."


def test_noise_is_a_normal_result() -> None:
    view = outcome_view(only(phq9((0, 12), (70, 11))), "therapist")
    assert view["changes"][0]["display"] == "not distinguishable from measurement noise"


def test_the_median_of_two_close_fillings_is_the_baseline_once_a_third_came() -> None:
    two = only(phq9((0, 18), (7, 14)))
    assert (two.baseline.method, two.changes[0].points) == ("first", -4.0)
    three = only(phq9((0, 18), (7, 14), (70, 8)))
    assert (three.baseline.value, three.baseline.n) == (16.0, 2)
    assert three.changes[0].points == -8.0
    assert only(phq9((0, 18), (7, 14), (70, 8)), "first").baseline.value == 18.0


def test_a_prorated_filling_is_no_baseline() -> None:
    partly = run("phq9", 15, 0, prorated=True, missing=1)
    found = only([partly, *phq9((7, 18), (70, 8))])
    assert found.baseline.value == 18.0
    assert only([partly]).reason == "no_complete_administration"


def test_a_filling_without_a_score_is_listed_and_never_zero() -> None:
    found = only(phq9((0, 18), (70, 8), (80, None)))
    assert found.latest is not None
    assert found.latest.score == 8.0
    last = outcome_view(found, "client")["administrations"][-1]
    assert (last["score"], last["reason"]) == (None, "too_many_missing")


def test_law_1_a_stopped_filling_is_listed_and_moves_no_figure() -> None:
    before = only(phq9((0, 18), (70, 8)))
    after = only([*phq9((0, 18), (70, 8)), run("phq9", 27, 80, stopped=True)])
    assert (after.changes, after.indices) == (before.changes, before.indices)
    assert (after.baseline, after.trend) == (before.baseline, before.trend)
    assert len(after.administrations) == 3


def test_the_public_example_of_the_trend_index() -> None:
    weekly = [(7 * at, total) for at, total in enumerate([14, 15, 13, 14, 12])]
    found = only(phq9(*weekly))
    index = next(
        one for one in found.indices if one.parameter_set == "phq9.kroenke2001"
    )
    assert index.rti == pytest.approx(-0.648, abs=2e-3)
    assert index.p == pytest.approx(0.517, abs=2e-3)
    assert index.trend == "no_reliable_trend"
    short = only(phq9((0, 14), (7, 12)))
    assert {one.reason for one in short.indices} >= {"insufficient_points"}


def test_two_countings_are_never_mixed() -> None:
    other = run("k10", 22, 7, scale="sum_0_40", score=12.0, least=0, most=40)
    first, second = outcomes_of([run("k10", 22, 0), other])
    assert {first.scale, second.scale} == {"sum_0_40", library()["k10"].total.id}  # type: ignore[union-attr]
    shifted = first if first.scale == "sum_0_40" else second
    assert list(shifted.changes) == []


def test_nhs_flags_need_both_scales() -> None:
    alone = flags_of(outcomes_of(phq9((0, 18), (70, 8))))
    assert (alone.recovery, alone.reason) == (None, "needs_both_scales")
    both = [*phq9((0, 18), (70, 8)), run("gad7", 12, 0), run("gad7", 7, 70)]
    view = flags_view(flags_of(outcomes_of(both)))
    assert (view["recovery"], view["reliable_recovery"]) == (True, True)
    mixed = [*phq9((0, 18), (70, 8)), run("gad7", 6, 0), run("gad7", 12, 70)]
    found = flags_of(outcomes_of(mixed))
    assert (found.mixed, found.reliable_improvement) == (True, False)


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for one in value.values() if isinstance(value, dict) else value:
            yield from texts(one)


def test_nothing_says_that_there_is_no_risk() -> None:
    view = outcome_view(only(phq9((0, 0), (30, 0), (60, 0))), "client")
    said = " ".join(texts(view)).lower()
    assert "not endorsed on this form" in said
    assert not re.search(r"no risk|low risk|\bsafe now\b|all clear|no danger", said)


@given(
    totals=st.lists(st.one_of(st.none(), st.integers(0, 27)), min_size=1, max_size=8),
    gap=st.integers(1, 30),
)
def test_every_change_and_index_has_a_set_and_a_value_or_a_reason(
    totals: list[int | None], gap: int
) -> None:
    runs = phq9(*((gap * at, total) for at, total in enumerate(totals)))
    found = only(runs)
    for reader in ("client", "therapist"):
        view = outcome_view(found, reader)
        for one in view["changes"]:
            assert one["parameter_set"]
            assert (one["change_class"] is None) == (one["reason"] is not None)
        for one in view["trend_indices"]:
            assert (one["rti"] is None) == (one["reason"] is not None)
    assert view["n"] == sum(total is not None for total in totals)
