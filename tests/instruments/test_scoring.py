"""Scores, bands, missing rules and diagnostic rules of the reference, §3.2."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from api.instruments.scoring import ScaleScore, reverse, score
from tests.instruments.forms import (
    ALL,
    ends,
    filled,
    forms,
    ready,
    score_of,
    scored_items,
)

RANGES = {
    "phq9": (0, 27), "phq2": (0, 6), "phq4": (0, 12), "gad7": (0, 21), "gad2": (0, 6),
    "pcl5": (0, 80), "pcptsd5": (0, 5), "itq": (0, 48), "k6": (0, 24), "k10": (10, 50),
    "who5": (0, 100), "rses": (0, 30), "brs": (1, 5), "ucla3": (3, 9),
    "wsas": (0, 40), "core10": (0, 40), "core_om": (0, 40), "hark": (0, 4),
    "ders16": (16, 80), "suds_10": (0, 10), "suds_100": (0, 100),
}  # fmt: skip
WITH_TOTAL = [one for one in ALL if ready(one).total]


def extremes(instrument_id: str, *, high: bool) -> dict[str, int]:
    """The answers that make the highest or the lowest score."""
    one, answers = ready(instrument_id), {}
    for item_id in scored_items(one):
        item = one.item(item_id)
        assert item is not None
        low, top = ends(one, item_id)
        answers[item_id] = top if high is not item.reverse else low
    if one.gate:
        answers[one.gate.item] = 1
    return answers


@pytest.mark.parametrize("instrument_id", WITH_TOTAL)
def test_totals_reach_exactly_the_ends_of_their_range(instrument_id: str) -> None:
    one = ready(instrument_id)
    found = [score(one, extremes(instrument_id, high=high)) for high in (False, True)]
    assert tuple(each.value for each in found) == RANGES[instrument_id]
    assert (found[0].least, found[0].most) == RANGES[instrument_id]


@pytest.mark.parametrize("instrument_id", ALL)
def test_subscales_reach_exactly_the_ends_of_their_range(instrument_id: str) -> None:
    one = ready(instrument_id)
    for high in (False, True):
        found = score(one, extremes(instrument_id, high=high)).subscales
        wanted = {s.id: s.most if high else s.least for s in one.subscales}
        assert {name: each.value for name, each in found.items()} == wanted


@pytest.mark.parametrize(
    ("instrument_id", "band_set", "bands"),
    [
        ("phq9", "phq9.severity", {0: "minimal", 4: "minimal", 5: "mild", 9: "mild",
         10: "moderate", 14: "moderate", 15: "moderately_severe",
         19: "moderately_severe", 20: "severe", 27: "severe"}),
        ("gad7", "gad7.severity", {4: "minimal", 5: "mild", 9: "mild", 10: "moderate",
         14: "moderate", 15: "severe", 21: "severe"}),
        ("pcl5", "pcl5.published_cuts", {30: "below", 31: "between", 32: "between",
         33: "above"}),
        ("k10", "k10.abs", {10: "low", 15: "low", 16: "moderate", 21: "moderate",
         22: "high", 29: "high", 30: "very_high", 50: "very_high"}),
        ("k10", "k10.clinical", {19: "likely_well", 20: "mild", 24: "mild",
         25: "moderate", 29: "moderate", 30: "severe"}),
        ("rses", "rses.usual_range", {14: "low", 15: "usual", 25: "usual",
         26: "above"}),
        ("wsas", "wsas.mundt2002", {9: "low", 10: "moderate", 20: "moderate",
         21: "high"}),
        ("who5", "who5.wellbeing", {28: "very_low", 32: "low", 48: "low",
         52: "not_low"}),
    ],
)  # fmt: skip
def test_bands_begin_where_the_reference_says(
    instrument_id: str, band_set: str, bands: dict[int, str]
) -> None:
    for total, band in bands.items():
        found = score(ready(instrument_id), with_total(instrument_id, total))
        assert (found.value, found.bands[band_set]) == (total, band)


def with_total(instrument_id: str, total: int) -> dict[str, int]:
    """Some answers that add up to a total."""
    one = ready(instrument_id)
    assert one.total is not None
    answers = extremes(instrument_id, high=False)
    left = (total - one.total.least) / one.total.multiply
    for item_id in scored_items(one):
        item = one.item(item_id)
        assert item is not None
        low, top = ends(one, item_id)
        step = min(int(left), top - low)
        answers[item_id] = top - step if item.reverse else low + step
        left -= step
    return answers


@pytest.mark.parametrize(
    ("instrument_id", "cut", "first_met"),
    [
        ("phq9", "phq9.case_10", 10),
        ("gad7", "gad7.case_8", 8),
        ("gad7", "gad7.case_10", 10),
        ("pcl5", "pcl5.cut_31", 31),
        ("pcl5", "pcl5.cut_33", 33),
        ("pcptsd5", "pcptsd5.cut_3", 3),
        ("pcptsd5", "pcptsd5.cut_4", 4),
        ("k6", "k6.kessler2003", 13),
        ("k6", "k6.staples2019", 14),
        ("ucla3", "ucla3.cut_6", 6),
        ("core10", "core10.distress_11", 11),
        ("hark", "hark.sohal2007", 1),
    ],
)
def test_a_cut_is_met_at_its_value(
    instrument_id: str, cut: str, first_met: int
) -> None:
    one = ready(instrument_id)
    for total, met in ((first_met - 1, False), (first_met, True)):
        assert score(one, with_total(instrument_id, total)).cuts[cut] is met


@pytest.mark.parametrize(
    ("instrument_id", "allowed"),
    [
        ("phq9", 2), ("gad7", 1), ("rses", 1), ("brs", 1), ("core10", 1), ("k6", 0),
        ("k10", 0), ("who5", 0), ("ucla3", 0), ("wsas", 0), ("pcptsd5", 0), ("itq", 0),
        ("suds_10", 0), ("phq2", 0), ("gad2", 0), ("phq4", 0), ("ders16", 0),
    ],
)  # fmt: skip
def test_so_many_answers_may_be_missing_and_no_more(
    instrument_id: str, allowed: int
) -> None:
    one = ready(instrument_id)
    items = scored_items(one)
    whole = extremes(instrument_id, high=True)
    for gone in range(1, len(items) + 1):
        answers = {k: v for k, v in whole.items() if k not in items[:gone]}
        found = score(one, answers)
        assert (found.value is not None) is (gone <= allowed)
        assert found.prorated is (gone <= allowed)
        assert (found.reason is None) is (gone <= allowed)
        assert found.missing == items[:gone]


def test_a_cluster_of_the_pcl5_may_miss_one_answer() -> None:
    values: list[int | None] = [2] * 20
    values[0] = values[5] = None
    found = score_of("pcl5", values)
    assert (found.value, found.prorated) == (40, True)
    assert found.subscales["c"] == ScaleScore(4.0, 2, 1, True, ("pcl5_6",))
    values = [2] * 20
    values[0] = values[1] = None
    found = score_of("pcl5", values)
    assert (found.value, found.reason) == (None, "too_many_missing")
    assert found.subscales["b"].value is None
    assert found.subscales["d"].value == 14


def test_a_prorated_score_is_classed_before_it_is_rounded() -> None:
    found = score_of("phq9", [2, 2, 2, 2, None, None, 0, 0, 0])
    assert found.value == pytest.approx(72 / 7)
    nearly = score_of("phq9", [1, 1, 1, 1, 1, 1, 1, 0, None])
    assert nearly.value == 7.875
    assert (nearly.rounded, nearly.display) == (8, 7.9)
    edge = score_of("gad7", [2, 2, 1, 1, 1, 1, None])
    assert edge.value == pytest.approx(9.333, abs=5e-4)
    half = score_of("phq9", [1, 1, 1, 1, 0, 0, 0, 0, None])
    assert (half.value, half.rounded) == (4.5, 5)
    assert half.bands == {"phq9.severity": "minimal"}


def test_work_that_does_not_apply_is_stood_in_for_and_flagged() -> None:
    answers: dict[str, Any] = filled(ready("wsas"), [0, 4, 4, 4, 4])
    found = score(ready("wsas"), {**answers, "wsas_1": "not_applicable"})
    assert (found.value, found.prorated) == (20, True)
    assert (found.not_applicable, found.missing) == (("wsas_1",), ())
    answers = {"wsas_1": "not_applicable", "wsas_2": 4}
    assert score(ready("wsas"), answers).value is None


def test_the_last_question_of_the_phq9_is_heard_from_an_incomplete_form() -> None:
    found = score(ready("phq9"), {"phq9_9": 1})
    assert found.value is None
    assert found.watched == {"phq9_9": 1}
    assert score(ready("phq9"), {"phq9_9": 0}).watched == {}


def test_the_difficulty_question_is_never_in_the_total() -> None:
    answers = filled(ready("phq9"), [1] * 9)
    assert score(ready("phq9"), {**answers, "phq9_difficulty": 3}).value == 9
    assert score(ready("phq9"), answers).missing == ()


def test_without_such_an_event_the_ptsd_screen_ends_at_zero() -> None:
    one = ready("pcptsd5")
    assert score(one, {"pcptsd5_exposure": 0}).value == 0
    assert score(one, {"pcptsd5_exposure": 0}).missing == ()
    open_end = score(one, {"pcptsd5_1": 1})
    assert (open_end.value, open_end.reason) == (None, "gate_unanswered")
    assert score(one, {"pcptsd5_exposure": 1}).value is None


def test_any_yes_of_hark_counts_and_silence_is_no_no() -> None:
    one = ready("hark")
    found = score(one, {"hark_k": 1})
    assert (found.value, found.cuts) == (1, {"hark.sohal2007": True})
    assert found.watched == {"hark_k": 1}
    assert not found.prorated
    quiet = score(one, {"hark_h": 0, "hark_a": 0})
    assert (quiet.value, quiet.reason, quiet.cuts) == (None, "missing_items", {})


def test_the_etmcq_has_three_means_and_no_total() -> None:
    one = ready("etmcq")
    whole = score(one, {f"etmcq_{at}": 4 for at in range(1, 16)})
    assert (whole.value, whole.reason, whole.bands) == (None, "no_total_by_design", {})
    assert {each.value for each in whole.subscales.values()} == {4}
    trust = {"etmcq_1": 7, "etmcq_2": 7, "etmcq_7": 6, "etmcq_8": 6}
    found = score(one, trust).subscales
    assert (found["trust"].value, found["trust"].prorated) == (6.5, True)
    assert found["mistrust"].value is None
    del trust["etmcq_8"]
    assert score(one, trust).subscales["trust"].value is None


# --- diagnostic rules ---------------------------------------------------------

PTSD = ("itq_p1", "itq_p3", "itq_p5", "itq_p7")
DSO = ("itq_c1", "itq_c3", "itq_c5", "itq_c7")
ITQ_ITEMS = [item.id for item in ready("itq").items]


def itq(endorsed: tuple[str, ...], *missing: str) -> str:
    answers = {item: 2 if item in endorsed else 1 for item in ITQ_ITEMS}
    for item in missing:
        del answers[item]
    return score(ready("itq"), answers).diagnostics["itq.icd11"]


@pytest.mark.parametrize(
    ("endorsed", "outcome"),
    [
        ((), "none"),
        (PTSD, "ptsd"),
        (DSO, "none"),
        (PTSD + DSO, "cptsd"),
        (PTSD[:3] + DSO, "none"),
        (PTSD + DSO[:3], "ptsd"),
        (PTSD[1:], "none"),
        (("itq_p2", "itq_p4", "itq_p6", "itq_p9"), "ptsd"),
    ],
)
def test_the_icd11_rule_of_the_itq(endorsed: tuple[str, ...], outcome: str) -> None:
    assert itq(endorsed) == outcome


@pytest.mark.parametrize(
    ("endorsed", "missing", "outcome"),
    [
        (PTSD, "itq_p2", "ptsd"),  # its partner is endorsed
        (PTSD[1:], "itq_p2", "indeterminate"),  # could be the one that was needed
        (PTSD[2:], "itq_p2", "none"),  # avoidance is not met either way
        (PTSD + DSO[1:], "itq_c1", "indeterminate"),  # PTSD or complex PTSD
        (DSO, "itq_c1", "none"),
    ],
)
def test_a_missing_answer_matters_only_where_it_could_change_the_result(
    endorsed: tuple[str, ...], missing: str, outcome: str
) -> None:
    assert itq(endorsed, missing) == outcome


@given(forms("itq", gaps=True), st.data())
def test_a_settled_itq_stays_settled_whatever_the_gaps_hold(
    answers: dict[str, int], data: st.DataObject
) -> None:
    one = ready("itq")
    said = score(one, answers).diagnostics["itq.icd11"]
    assume(said != "indeterminate")
    whole = {item: data.draw(st.integers(0, 4)) for item in ITQ_ITEMS} | answers
    assert score(one, whole).diagnostics["itq.icd11"] == said


def test_the_itq_severity_leaves_impairment_out() -> None:
    answers = dict.fromkeys(ITQ_ITEMS, 0) | {"itq_p7": 4, "itq_c9": 4}
    assert score(ready("itq"), answers).value == 0


def pcl5(**clusters: int) -> str:
    starts = {"b": 1, "c": 6, "d": 8, "e": 15}
    answers = {f"pcl5_{at}": 1 for at in range(1, 21)}
    for name, count in clusters.items():
        answers |= {f"pcl5_{starts[name] + at}": 2 for at in range(count)}
    return score(ready("pcl5"), answers).diagnostics["pcl5.dsm5_provisional"]


def test_the_dsm5_rule_of_the_pcl5() -> None:
    assert pcl5(b=1, c=1, d=2, e=2) == "criteria_met"
    for short in ({"b": 0}, {"c": 0}, {"d": 1}, {"e": 1}):
        counts = {"b": 1, "c": 1, "d": 2, "e": 2, **short}
        assert pcl5(**counts) == "criteria_not_met"
    assert (
        score(ready("pcl5"), {}).diagnostics["pcl5.dsm5_provisional"] == "indeterminate"
    )


# --- properties ---------------------------------------------------------------


@given(st.sampled_from(WITH_TOTAL), st.data())
def test_a_score_rises_with_each_item_or_falls_where_it_is_reversed(
    instrument_id: str, data: st.DataObject
) -> None:
    one = ready(instrument_id)
    answers = data.draw(forms(instrument_id))
    changed = data.draw(st.sampled_from(scored_items(one)))
    item = one.item(changed)
    assert item is not None
    _, top = ends(one, changed)
    assume(answers[changed] < top)
    before = score(one, answers).value
    after = score(one, {**answers, changed: answers[changed] + 1}).value
    assert before is not None
    assert after is not None
    assert after < before if item.reverse else after > before


@given(st.sets(st.integers(-9, 9), min_size=1), st.data())
def test_reversing_twice_changes_nothing(values: set[int], data: st.DataObject) -> None:
    value, ordered = data.draw(st.sampled_from(sorted(values))), sorted(values)
    once = reverse(value, ordered)
    assert min(values) <= once <= max(values)
    assert reverse(once, ordered) == value


@given(st.sampled_from(ALL), st.data())
def test_a_score_with_gaps_is_in_range_or_says_why_not(
    instrument_id: str, data: st.DataObject
) -> None:
    one = ready(instrument_id)
    answers = data.draw(forms(instrument_id, gaps=True))
    found = score(one, answers)
    assert (found.value is None) is (found.reason is not None)
    if found.value is not None:
        assert found.least is not None
        assert found.most is not None
        assert found.least <= found.value <= found.most
    for scale in one.subscales:
        each = found.subscales[scale.id]
        assert each.value is None or scale.least <= each.value <= scale.most
        assert (each.value is None) is (each.reason is not None)


@given(st.sampled_from(["phq9", "gad7", "pcl5", "rses", "core10"]), st.data())
def test_a_prorated_score_lies_between_the_worst_and_best_filling(
    instrument_id: str, data: st.DataObject
) -> None:
    one = ready(instrument_id)
    whole = data.draw(forms(instrument_id))
    gone = data.draw(st.sampled_from(scored_items(one)))
    gap = {item: value for item, value in whole.items() if item != gone}
    low, top = ends(one, gone)
    between = score(one, gap).value
    filled_in = [score(one, {**gap, gone: value}).value for value in (low, top)]
    known = [value for value in filled_in if value is not None]
    assert between is not None
    assert min(known) - 1e-9 <= between <= max(known) + 1e-9


@given(st.sampled_from(ALL), st.data())
def test_a_list_of_answers_scores_as_the_same_mapping(
    instrument_id: str, data: st.DataObject
) -> None:
    answers = data.draw(forms(instrument_id, gaps=True))
    listed = [{"item": item, "answer": value} for item, value in answers.items()]
    one = ready(instrument_id)
    assert score(one, listed) == score(one, answers)
