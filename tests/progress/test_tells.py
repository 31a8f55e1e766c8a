"""Figures an entry asks for by name, and readings of whole runs: examples and null rules."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.exercises.library import library
from api.exercises.measures import FORMULAS
from api.progress.figures import Figure
from api.progress.readers import build
from api.progress.runs import StoredRun, facts_of, series_of, stored_run
from api.progress.series import Measure, Run, Series
from api.progress.tells import told
from tests.cast import Cast
from tests.progress.past import FIRST, agree, load_library, run
from tests.progress.test_series import SETTING, START, runs, series

CODES = st.lists(st.sampled_from(["calm", "bored", "warm"]), min_size=1, max_size=12)


def telling(tell: str, formula: str, found: list[Run]) -> Series:
    return build(Measure("it", formula, "It", tell=tell), found, SETTING)


def chosen(*codes: str, every: int = 1) -> list[Run]:
    return runs(*({"codes": [code]} for code in codes), every=every)


def test_every_figure_a_formula_may_be_asked_for_can_be_told() -> None:
    points = telling("", "scale_value", runs(4)).points
    for formula in FORMULAS.values():
        for word in formula.tells:
            assert told(
                word, [points[0]._replace(parts={"codes": ["a"]})], START.date()
            )


def test_a_mix_tells_each_share_of_what_was_chosen() -> None:
    found = telling("shares", "code_mix", chosen("calm", "bored", "calm", "warm"))
    calm = found.figures["share_calm"]
    assert (calm.value, calm.n, calm.window, calm.method) == (
        0.5,
        4,
        found.window,
        "share",
    )
    assert series("code_mix", chosen("calm")).figures == {}


@given(CODES)
def test_shares_of_a_mix_add_up_to_one(codes: list[str]) -> None:
    figures = telling("shares", "code_mix", chosen(*codes)).figures.values()
    assert sum(one.value or 0 for one in figures) == pytest.approx(1)


@given(CODES, CODES)
def test_a_stopped_run_moves_no_share(codes: list[str], more: list[str]) -> None:
    done, stopped = chosen(*codes), [r._replace(stopped=True) for r in chosen(*more)]
    old = telling("shares", "code_mix", done).figures
    new = telling("shares", "code_mix", done + stopped).figures
    assert {name: new[name] for name in old} == old
    assert all(new[name].value is None for name in new.keys() - old.keys())


def test_a_tactic_is_told_per_thirty_days_once_there_are_thirty() -> None:
    short = telling("per_30_days", "code_mix", chosen("guilt", "guilt", every=28))
    figure = short.figures["per_30_days_guilt"]
    assert (figure.value, figure.reason, figure.n) == (None, "insufficient_days", 2)
    long = telling("per_30_days", "code_mix", chosen("guilt", "mocked", every=59))
    figure = long.figures["per_30_days_guilt"]
    assert (figure.value, figure.reason, figure.n) == (0.5, None, 2)


def test_the_last_four_weeks_stand_beside_the_four_before() -> None:
    now = SETTING.as_of
    days = {90: 9, 55: 8, 28: 6, 27: 4, 0: 2}
    found = [
        Run(at := now - timedelta(days=ago), at.date(), value)
        for ago, value in days.items()
    ]
    figures = telling("per_4_weeks", "scale_value", found).figures
    last, before = figures["median_last_4_weeks"], figures["median_4_weeks_before"]
    assert (last.value, last.n, before.value, before.n) == (3, 2, 7, 2)
    figures = telling("per_4_weeks", "scale_value", found[:1]).figures
    assert figures["median_last_4_weeks"].reason == "no_data"


def test_phases_are_told_in_days() -> None:
    found = telling("days", "delay", runs({"minutes": 1440}, {"minutes": 4320}))
    assert found.figures["median_days"].value == 2


def test_each_voice_has_its_own_median() -> None:
    found = series(
        "value_by_code",
        runs(
            {"value": 2, "code": "sound"},
            {"value": 6, "code": "sound"},
            {"value": 9, "code": "own_voice"},
        ),
    )
    sound, own = found.figures["median_sound"], found.figures["median_own_voice"]
    assert (sound.value, sound.n, own.value, own.n) == (4, 2, 9, 1)
    assert found.counts == {"sound": 2, "own_voice": 1}
    assert found.trend is None


def test_self_ended_looks_are_a_share_from_three_on() -> None:
    rounds = [{"code": "by_choice"}, {"code": "by_time"}]
    assert series("self_ended", runs(rounds)).figures["share"].value is None
    share = series("self_ended", runs(rounds, rounds)).figures["share"]
    assert (share.value, share.n) == (0.5, 4)


def test_the_newest_map_and_line_are_told_and_never_a_sum() -> None:
    found = series(
        "coverage", runs({"count": 5, "different": 3}, {"count": 2, "different": 1})
    ).figures
    assert (found["newest_kinds"].value, found["newest_size"].value) == (1, 2)
    assert series("cycle_count", runs(4, 2)).figures["newest"].value == 2


def test_the_mean_distance_moves_from_the_first_map_to_the_newest() -> None:
    maps = runs(*({"mean": mean, "count": 2} for mean in (2.0, 9.0, 3.5)))
    change = series("round_mean", maps).figures["mean_change"]
    assert (change.value, change.n) == (1.5, 3)
    assert series("round_mean", maps[:1]).figures["mean_change"].reason == (
        "insufficient_runs"
    )


# --- a plan's day -------------------------------------------------------------


def plans(*days: int | None) -> list[Run]:
    """One plan a day from the first day on; each names the day to look again."""
    return runs(
        *(
            {"at": None if d is None else (START + timedelta(days=d)).timestamp()}
            for d in days
        )
    )


def due(*days: int | None) -> tuple[Figure, dict[str, int]]:
    found = series("review_date", plans(*days))
    return found.figures["review_due"], dict(found.counts)


def test_a_plan_waits_from_its_day_on_until_a_newer_plan() -> None:
    assert due(50)[0].value == 1
    assert due(150)[0].value == 0
    assert due(1, 150)[1] == {"looked_at": 1, "later": 1}
    assert due(50, None)[0].value == 1
    assert due(1, None)[0].value == 0


def test_plans_without_a_day_tell_nothing() -> None:
    figure, counts = due(None)
    assert (figure.value, figure.reason, counts) == (None, "no_data", {"no_date": 1})


@given(st.lists(st.none() | st.integers(0, 200), min_size=1, max_size=6))
def test_no_more_plans_wait_than_name_a_day(days: list[int | None]) -> None:
    figure, counts = due(*days)
    assert figure.n == sum(day is not None for day in days)
    assert sum(counts.values()) == len(days)
    assert (figure.value or 0) == counts.get("due", 0) <= figure.n


@pytest.mark.parametrize(("own", "seen"), [(True, False), (False, True)])
def test_only_therapists_are_told_that_a_plan_waits(own: bool, seen: bool) -> None:
    assert ("review" in _measures(own=own, kept_back="[]")) is seen


def test_a_day_that_is_kept_back_makes_no_figure_for_the_therapist() -> None:
    assert "review" not in _measures(own=False, kept_back='["review"]')


def _measures(*, own: bool, kept_back: str) -> list[str]:
    version = facts_of(library()["boundary-plan"])
    row: tuple[Any, ...] = (None,) * 3 + ("completed", START, "UTC", None, kept_back)
    points = {"complete": 0.5, "review": {"at": START.timestamp()}}
    run: StoredRun = stored_run((*row, *(None,) * 4), version, None, points, own=own)
    return [one.series.measure.id for one in series_of([run], SETTING.as_of)]


async def test_a_client_reads_and_draws_everything_but_that_a_plan_waits(
    cast: Cast,
) -> None:
    await load_library(cast.store, cast.practice_id)
    slug = "boundary-plan"
    assignment = await agree(cast.store, cast.client, cast.therapist, slug)
    at = (FIRST + timedelta(days=1)).timestamp()
    await run(cast.store, assignment, {"complete": 0.5, "review": {"at": at}})
    page = f"/v1/clients/{cast.client.id}/progress"
    charts = f"/v1/clients/{cast.client.id}/charts"
    for reader, seen in (
        (cast.client, {f"{slug}.complete"}),
        (cast.therapist, {f"{slug}.complete", f"{slug}.review"}),
    ):
        found = (await reader.get(page)).json()["series"]
        assert {one["id"] for one in found} == seen
        drawn = await reader.get(f"{charts}/{slug}.review.svg")
        assert drawn.status_code == (200 if len(seen) > 1 else 404)
        if len(seen) > 1:
            waiting = {one["id"]: one for one in found}[f"{slug}.review"]
            assert waiting["figures"]["review_due"]["value"] == 1
    for nobody in (cast.colleague, cast.separated, cast.stranger, cast.foreign_client):
        assert (await nobody.get(page)).status_code in (403, 404)
