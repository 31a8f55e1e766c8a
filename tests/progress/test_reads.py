"""Reads: the reference's numbers, honest gaps, and no word that blames."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.progress import views_reads
from api.progress.reads import Reads, alarms_of, bins, kind_of, reads_of
from api.progress.runs import StoredRun, VersionFacts, facts_of
from api.progress.views_reads import alarms_view, reads_view, safety_options

AT = datetime(2026, 3, 2, 18, tzinfo=UTC)


def version(*formulas: str, slug: str = "x") -> VersionFacts:
    measures = [{"id": one, "formula": one, "title": one} for one in formulas]
    return facts_of({"slug": slug, "title": "X", "measures": measures})


FEARED = version("expectancy", "calibration", slug="small-share")
PROMISE = version("promise_keeping", "calibration", slug="promise")
ALARM = version("discernment", "calibration", slug="alarm")


def run(
    of: VersionFacts, points: dict[str, Any], at: int = 0, *, stopped: bool = False
) -> StoredRun:
    moment = AT + timedelta(days=at)
    return StoredRun(of, moment, moment.date(), stopped, points, frozenset(), None)


def promise(p: float, o: int | None, at: int = 0) -> StoredRun:
    said = {"p": p, "partly": True} if o is None else {"p": p, "o": o}
    return run(PROMISE, {"calibration": said}, at)


def expected(belief: int, result: str, **more: Any) -> dict[str, Any]:
    reading = {"belief": belief, "result": result, "ev": None, "ec": None, "lr": None}
    return {"expectancy": reading | more}


def of_kind(found: list[Reads], kind: str) -> Reads:
    return next(one for one in found if one.kind == kind)


def test_the_reference_example_of_brier_and_bias() -> None:
    pairs = zip([0.8, 0.6, 0.5, 0.4, 0.3, 0.2], [0, 0, 1, 0, 0, 0], strict=True)
    runs = [promise(p, o, at) for at, (p, o) in enumerate(pairs)]
    found = of_kind(reads_of(runs), "promises")
    scores = found.calibration
    assert scores.brier.value == pytest.approx(0.2567, abs=5e-5)
    assert scores.bias.value == pytest.approx(0.3)
    parts = (
        scores.reliability.value,
        scores.resolution.value,
        scores.uncertainty.value,
    )
    assert None not in parts
    assert parts[0] - parts[1] + parts[2] == pytest.approx(scores.brier.value)  # type: ignore[operator]
    assert (found.accurate.value, found.accurate.n, found.undecided) == (0.6, 5, 1)


def test_the_reference_example_of_expectation_and_learning() -> None:
    reading = expected(80, "did_not_happen", ev=80, ec=40, lr=0.5)
    found = of_kind(reads_of([run(FEARED, reading)]), "experiments")
    figures = (found.expectancy_change, found.learning_rate, found.expectancy_violation)
    assert [one.value for one in figures] == [40.0, 0.5, 80.0]
    assert found.calibration.brier.reason == "insufficient_outcomes"


def test_the_reference_example_of_discernment() -> None:
    cells = {"hit": 6, "miss": 2, "false_alarm": 3, "correct_rejection": 9}
    runs = [
        run(ALARM, {"discernment": {"code": code}}, at)
        for code, count in (cells | {"cannot_tell": 2}).items()
        for at in range(count)
    ]
    found = alarms_of(runs)
    assert found.found.d_prime.value == pytest.approx(1.2046, abs=5e-5)
    assert found.found.criterion.value == pytest.approx(0.0128, abs=5e-5)
    assert found.cells == {
        "accurate_alarm": 6,
        "missed_alarm": 2,
        "false_alarm": 3,
        "accurate_calm": 9,
        "cannot_tell": 2,
    }
    assert alarms_view(found)["words"] == ["Your alarm is one with fewer false alarms."]


def test_a_belief_with_two_measures_is_one_read() -> None:
    both = expected(80, "happened") | {"calibration": {"p": 0.8, "o": 1}}
    found = of_kind(reads_of([run(FEARED, both)]), "experiments")
    assert found.counts["happened"] == 1


def test_partly_and_unknown_are_counted_and_scored_nowhere() -> None:
    runs = [run(FEARED, expected(50 + at, "happened"), at) for at in range(1, 6)]
    before = of_kind(reads_of(runs), "experiments")
    more = [run(FEARED, expected(10, one)) for one in ("partly", "unknown")]
    after = of_kind(reads_of([*runs, *more]), "experiments")
    assert after.calibration.brier == before.calibration.brier
    assert after.accurate == before.accurate
    assert (after.counts["partly"], after.counts["unknown"]) == (1, 1)


def test_seven_of_ten_is_said_so_from_five_known_on() -> None:
    runs = [run(FEARED, expected(80, "happened"), at) for at in range(7)]
    runs += [run(FEARED, expected(80, "did_not_happen"), at) for at in range(3)]
    found = of_kind(reads_of(runs), "experiments")
    assert "Your read was accurate in 7 of 10." in reads_view(found, "client")["words"]
    few = of_kind(reads_of(runs[:4]), "experiments")
    assert not any(re.search(r"\d", one) for one in reads_view(few, "client")["words"])
    assert few.accurate.reason == "insufficient_outcomes"


def test_bins_come_from_thirty_on_and_small_ones_tell_no_share() -> None:
    known = [(0.05, 0)] * 26 + [(1.0, 1)] * 4
    assert bins(known[:29]) == ()
    low, high = bins(known)
    assert (low.least, low.most, low.n, low.share) == (0, 10, 26, 0.0)
    assert (high.least, high.n, high.share) == (90, 4, None)
    assert high.reason == "insufficient_outcomes"


def test_an_exercise_is_known_by_its_formulas() -> None:
    assert kind_of(version("alternatives", "calibration")) == "readings"
    assert [kind_of(one) for one in (FEARED, PROMISE, ALARM)] == [
        "experiments",
        "promises",
        "alarms",
    ]
    assert kind_of(version("distress_change")) is None


def test_what_came_true_leads_to_safety_and_never_to_another_try() -> None:
    hit = run(ALARM, {"discernment": {"code": "hit"}})
    feared = run(FEARED, expected(80, "happened"))
    quiet = run(FEARED, expected(80, "did_not_happen"))
    assert safety_options(reads_of([quiet]), alarms_of([quiet])) == []
    for came in (hit, feared):
        options = safety_options(reads_of([came]), alarms_of([came]))
        assert options[0]["href"] == "/v1/crisis-resources"
        assert "again" not in " ".join(one["words"] for one in options)


def sentences(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from sentences(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from sentences(one)


DEFICIT = re.compile(
    r"\b(wrong about|mistake|error|fail|overreact|paranoi|irrational|distort|bias|"
    r"catastroph|too sensitive|naive|gullible|try again|should have|trustworthy|"
    r"dangerous person|safe person)",
    re.IGNORECASE,
)


def test_no_sentence_calls_a_read_or_a_person_anything() -> None:
    said = [
        text
        for name, value in vars(views_reads).items()
        if not name.startswith("__") and isinstance(value, dict | tuple | str)
        for text in sentences(value)
    ]
    assert len(said) > 20
    assert [text for text in said if DEFICIT.search(text)] == []
    assert DEFICIT.search("You were wrong about them. Try again.")


RUNS = st.lists(
    st.one_of(
        st.builds(
            lambda p, o, at: promise(p / 100, o, at),
            st.integers(0, 100),
            st.sampled_from([0, 1, None]),
            st.integers(0, 99),
        ),
        st.builds(
            lambda belief, result, at: run(FEARED, expected(belief, result), at),
            st.integers(0, 100),
            st.sampled_from(["happened", "partly", "did_not_happen", "unknown"]),
            st.integers(0, 99),
        ),
    ),
    max_size=45,
)


@given(runs=RUNS)
def test_law_1_a_stop_changes_nothing_that_is_said(runs: list[StoredRun]) -> None:
    stops = [one._replace(stopped=True) for one in runs]
    assert reads_of([*runs, *stops]) == reads_of(runs)
    assert alarms_of([*runs, *stops]) == alarms_of(runs)


@given(runs=RUNS)
def test_shares_stay_shares_and_every_figure_says_why_not(
    runs: list[StoredRun],
) -> None:
    for found in reads_of(runs):
        for figure in (found.accurate, found.calibration.brier, found.learning_rate):
            assert (figure.value is None) == (figure.reason is not None)
        if found.accurate.value is not None and found.accurate.interval is not None:
            low, high = found.accurate.interval
            assert 0 <= low <= found.accurate.value <= high <= 1
