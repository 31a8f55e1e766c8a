"""Law 7 over every view: a number comes with n, window, method, or is null with a reason."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from api.exercises.library import library
from api.progress.engagement import RATED, Reviewed, engagement
from api.progress.hiding import hide
from api.progress.outcomes import flags_of, outcomes_of
from api.progress.persons import About, persons_of
from api.progress.reads import alarms_of, reads_of
from api.progress.runs import StoredRun, VersionFacts, facts_of, ratings_of, series_of
from api.progress.service import picked_views
from api.progress.views import engagement_view
from api.progress.views_outcomes import flags_view, outcome_view
from api.progress.views_persons import person_view
from api.progress.views_reads import alarms_view, reads_view
from tests.progress.test_law_one import numbers, scored

PERSON = "0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2d"
AT = datetime(2026, 3, 2, 18, tzinfo=UTC)
FORM: dict[str, Any] = {
    "slug": "phq9",
    "title": "PHQ-9",
    "measures": [{"id": "score", "formula": "instrument_score", "title": "Total"}],
}
VERSIONS = [facts_of(one) for one in (*library().values(), FORM)]


def coded(*codes: str) -> st.SearchStrategy[Any]:
    return st.fixed_dictionaries({"code": st.sampled_from(codes)})


SMALL = st.integers(0, 10)
CHANGE = st.builds(
    lambda before, after: {"before": before, "after": after, "change": after - before},
    SMALL,
    SMALL,
)
READINGS: dict[str, st.SearchStrategy[Any]] = {
    "distress_change": CHANGE.map(lambda one: one | {"max": 10}),
    "scale_change": CHANGE,
    "belief_change": CHANGE,
    "resource_gain": CHANGE.map(lambda one: one | {"code": "reached"}),
    "state_shift": st.just({"before": "mixed", "after": "settled", "shift": "unknown"}),
    "scale_value": SMALL,
    "item_count": SMALL,
    "completeness": st.floats(0, 1),
    "dose": SMALL,
    "breath": st.fixed_dictionaries({"rate": SMALL, "seconds": SMALL, "ratio": SMALL}),
    "choice_count": st.just({"count": 1, "kinds": ["said_no"]}),
    "expectancy": st.builds(
        lambda belief, result: {
            "belief": belief,
            "result": result,
            "ev": belief,
            "ec": None,
            "lr": None,
        },
        st.integers(0, 100),
        st.sampled_from(["happened", "partly", "did_not_happen", "unknown"]),
    ),
    "calibration": st.builds(
        lambda p, o: {"p": p / 100, "o": o}, st.integers(0, 100), st.integers(0, 1)
    ),
    "discernment": coded("hit", "miss", "false_alarm", "correct_rejection"),
    "no_penalty": coded("no_penalty", "penalty", "unknown"),
    "alternatives": st.just({"count": 3, "entropy": None}),
    "promise_keeping": coded("kept", "kept_in_part", "not_kept", "released"),
    "boundary_respect": coded("respected", "tested", "crossed"),
    "consequence_follow_through": coded("enacted", "planned_not_enacted", "not_safe"),
    "consistency": coded("matched", "mended", "not_matched", "unclear"),
    "trust_response": coded("respected", "ignored", "misused", "unclear"),
    "limits_honoured": coded("honoured", "partly", "not_safe_to"),
    "window_share": coded("inside", "outside"),
    "values_met": st.just({"met": 1, "observed": 2}),
    "delay": st.just({"minutes": 30}),
    "recovery": st.sampled_from([None, 5.0]).map(
        lambda hours: {"started": AT.timestamp(), "hours": hours}
    ),
    "needs": st.just({"autonomy_satisfaction": 4}),
    "code_mix": st.lists(
        st.sampled_from(["present", "absent", "unclear"]), min_size=1, max_size=3
    ).map(lambda codes: {"codes": codes}),
    "self_ended": coded("by_choice", "by_time", "by_other"),
    "value_by_code": st.fixed_dictionaries(
        {"value": SMALL, "code": st.sampled_from(["sound", "own_voice"])}
    ),
    "cycle_count": SMALL,
    "coverage": st.just({"count": 3, "different": 2}),
    "round_mean": SMALL.map(lambda mean: {"mean": mean, "count": 2}),
    "review_date": st.sampled_from([None, AT.timestamp(), AT.timestamp() + 10**7]).map(
        lambda at: {"at": at}
    ),
    "instrument_score": st.integers(0, 18).map(scored),
}


@st.composite
def runs(draw: st.DrawFn) -> list[StoredRun]:
    """Up to twelve runs of up to three exercises with readings of the right shape."""
    known = draw(st.lists(st.sampled_from(VERSIONS), min_size=1, max_size=3))
    found = []
    for _ in range(draw(st.integers(0, 12))):
        version: VersionFacts = draw(st.sampled_from(known))
        at = AT + timedelta(days=draw(st.integers(0, 90)))
        points = {
            name: draw(READINGS[one.formula])
            for name, one in version.measures.items()
            if draw(st.booleans())
        }
        stopped = draw(st.booleans())
        found.append(
            StoredRun(version, at, at.date(), stopped, points, frozenset(), None)
        )
    return sorted(found, key=lambda run: run.at, reverse=True)


def views(found: list[StoredRun]) -> Iterator[Any]:
    """Every view of progress that is made of runs, for both readers."""
    now = AT + timedelta(days=100)
    picked = series_of(found, now, ratings=ratings_of(found))
    reads, alarms, outcomes = reads_of(found), alarms_of(found), outcomes_of(found)
    abouts = [About(run, {PERSON: run.points}) for run in found]
    for reader in ("client", "therapist"):
        yield picked_views(picked, reader)
        yield [reads_view(one, reader) for one in reads]
        yield [outcome_view(one, reader) for one in outcomes]
        yield [
            person_view(one, "M.", reader) for one in persons_of(abouts, [PERSON], now)
        ]
    yield [alarms_view(alarms), flags_view(flags_of(outcomes))]
    said = [Reviewed(run.day, dict.fromkeys(RATED, 3)) for run in found]
    yield engagement_view(engagement(said))


def figures(value: Any) -> Iterator[dict[str, Any]]:
    """Everything that calls itself a figure: it has a value and a method."""
    if isinstance(value, dict):
        if {"value", "method"} <= value.keys():
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from figures(one)


def test_there_is_a_reading_for_every_formula_of_the_library() -> None:
    formulas = {one.formula for each in VERSIONS for one in each.measures.values()}
    assert formulas <= READINGS.keys()


@settings(max_examples=60, deadline=None)
@given(found=runs())
def test_every_figure_of_every_view_is_told_whole_or_says_why_not(
    found: list[StoredRun],
) -> None:
    for view in views(found):
        for one in figures(view):
            assert isinstance(one["method"], str), one
            assert isinstance(one["n"], int), one
            if one["value"] is None:
                assert isinstance(one["reason"], str), one
            else:
                assert one["reason"] is None, one
                assert one["n"] > 0, one
                assert one.get("window") or one.get("at"), one


@settings(max_examples=30, deadline=None)
@given(found=runs())
def test_no_view_keeps_a_number_when_numbers_are_hidden(found: list[StoredRun]) -> None:
    for view in views(found):
        assert numbers(hide({"view": view})) == {}
