"""Every kind of picture: well-formed, the same numbers as its twin, fit for paper."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.progress.calibration import calibrate
from api.progress.chart_calendar import Done, calendar_chart, calendar_table
from api.progress.chart_kinds import DRAWERS, Kind, drawer, fitting_kinds
from api.progress.chart_pairs import MOST_DRAWN, pairs_of
from api.progress.chart_reliability import (
    forecasts_of,
    places,
    reliability_chart,
    reliability_table,
)
from api.progress.chart_style import HATCHES, PAINTS, STYLE, Look, fitting
from api.progress.readers import READERS, build
from api.progress.series import Measure, Run, Series, Setting

START = datetime(2026, 3, 2, 18, tzinfo=UTC)
LOOK = Look("x")
HIDDEN = Look("x", numbers=False)
SVG = "{http://www.w3.org/2000/svg}"
READINGS: dict[str, Any] = {
    "distress_change": {"before": 8, "after": 3, "change": -5, "max": 10},
    "scale_change": {"before": 2, "after": 6, "change": 4},
    "belief_change": {"before": 70, "after": 30, "change": -40},
    "resource_gain": {"before": 2, "after": 6, "change": 4, "code": "reached"},
    "expectancy": {"belief": 80, "result": "partly", "ev": 80, "ec": 40, "lr": 0.5},
    "state_shift": {
        "before": "revved_up",
        "after": "settled",
        "shift": "toward_settled",
    },
    "calibration": {"p": 0.6, "o": 0},
    "choice_count": {"count": 2, "kinds": ["said_no", "ended_early"]},
    "code_mix": {"codes": ["no_time", "life_event"]},
    "boundary_respect": {"code": "respected"},
    "discernment": {"code": "hit"},
    "values_met": {"met": 3, "observed": 4},
    "recovery": {"started": 1772474400, "hours": 7},
    "self_ended": {"code": "by_choice"},
    "value_by_code": {"value": 6, "code": "sound"},
    "cycle_count": 2,
    "coverage": {"count": 5, "different": 3},
    "round_mean": {"mean": 4.5, "count": 2},
    "review_date": {"at": 1772474400},
    "dose": 300,
    "needs": {"autonomy_satisfaction": 6},
}


def series(
    formula: str, readings: list[Any], *, title: str = "Ease", stopped: bool = False
) -> Series:
    moments = [START + timedelta(days=at) for at in range(len(readings))]
    runs = [
        Run(at, at.date(), reading, stopped)
        for at, reading in zip(moments, readings, strict=True)
    ]
    return build(Measure("m", formula, title), runs, Setting(as_of=START))


def parse(text: str) -> ElementTree.Element:
    return ElementTree.fromstring(text)  # noqa: S314 our own text


def cells(table: str) -> list[list[str]]:
    rows = list(parse(table).iter("tr"))[1:]
    return [["".join(cell.itertext()) for cell in row] for row in rows]


def pairs() -> list[tuple[str, Kind]]:
    return [(one, kind) for one in READINGS for kind in fitting_kinds(one)]


@pytest.mark.parametrize(("formula", "kind"), pairs())
@pytest.mark.parametrize("count", [0, 1, 6])
def test_every_kind_that_fits_is_drawn_and_told(
    formula: str, kind: Kind, count: int
) -> None:
    found = series(formula, [READINGS[formula]] * count, title="A <b> & \x00\ud800 ü")
    for look in (LOOK, HIDDEN):
        picture = drawer(found, kind).picture(found, look)
        twin = drawer(found, kind).table(found, look, None)
        root = parse(picture)
        assert root.attrib["role"] == "img"
        assert root.findtext(f"{SVG}title")
        assert root.findtext(f"{SVG}desc")
        assert not re.search(r"<script|href|url\(|@import|\son\w+=|<image", picture)
        assert parse(twin).tag == "table"
        assert drawer(found, kind).picture(found, look) == picture


@pytest.mark.parametrize(("formula", "kind"), pairs())
def test_where_numbers_are_hidden_only_days_have_digits(
    formula: str, kind: Kind
) -> None:
    found = series(formula, [READINGS[formula]] * 6)
    picture = drawer(found, kind).picture(found, HIDDEN)
    twin = drawer(found, kind).table(found, HIDDEN, None)
    said = [*parse(picture).itertext(), *parse(twin).itertext()]
    style = STYLE
    dates = r"\b\d{1,2} [A-Z][a-z]{2}( \d{4})?\b"
    bare = [re.sub(dates, "", one) for one in said if one != style]
    assert [one for one in bare if re.search(r"\d", one)] == []


@pytest.mark.parametrize("formula", READERS)
def test_every_formula_has_a_kind_and_every_kind_a_drawer(formula: str) -> None:
    assert fitting_kinds(formula)
    assert set(fitting_kinds(formula)) <= set(DRAWERS)


def test_a_kind_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        drawer(series("dose", [60]), Kind.PAIRS)


def test_colours_of_every_class_are_in_style_for_light_dark_and_paper() -> None:
    light, dark, paper = re.split(r"@media [^{]*\{|@media print\{", STYLE)
    for kind in {part for one in PAINTS for part in one.split()}:
        for mode in (light, dark, paper):
            assert re.search(rf"\.{kind}[,{{.]", mode), (kind, mode)
    assert set(HATCHES) <= set(PAINTS)


def test_pairs_hold_both_ends_and_are_counted_where_there_are_many() -> None:
    found = series("expectancy", [READINGS["expectancy"]] * 70)
    assert {pair[1:3] for pair in pairs_of(found)} == {(80, 40)}
    picture = drawer(found, Kind.PAIRS).picture(found, LOOK)
    assert picture.count("<circle") == 2 * MOST_DRAWN
    assert "The newest 60 of 70." in picture
    twin = drawer(found, Kind.PAIRS).table(found, LOOK, None)
    assert cells(twin)[0][1:4] == ["80", "40", "\u221240"]
    assert len(cells(twin)) == 70


def test_a_missing_end_makes_no_pair() -> None:
    half = {"before": 8, "after": None, "change": None, "max": 10}
    assert pairs_of(series("distress_change", [half])) == []


def test_states_are_counted_and_a_stop_stands_by_itself() -> None:
    went = READINGS["state_shift"]
    found = series("state_shift", [went] * 3)
    ended = series("state_shift", [{**went, "after": "shut_down"}] * 2, stopped=True)
    twin = drawer(found).table(found, LOOK, None)
    assert cells(twin) == [["2 Mar", "3"]]
    assert cells(drawer(ended).table(ended, LOOK, None)) == [["2 Mar", "2"]]
    assert "ended by choice" in drawer(ended).table(ended, LOOK, None)
    assert "mean" not in drawer(found).picture(found, LOOK)


def test_a_share_comes_with_its_interval_and_n_or_with_the_reason() -> None:
    codes = ["respected"] * 7 + ["crossed"] * 2
    found = series("boundary_respect", [{"code": code} for code in codes])
    picture = drawer(found).picture(found, LOOK)
    assert "78 % of 9, 95 % interval 45 % to 94 %." in picture
    assert ["respected", "7"] in cells(drawer(found).table(found, LOOK, None))
    few = series("boundary_respect", [{"code": "crossed"}])
    assert "A few more runs are needed" in drawer(few).picture(few, LOOK)
    assert "%" not in "".join(parse(drawer(few).picture(few, LOOK)).itertext()).replace(
        STYLE, ""
    )


FORECASTS = st.lists(
    st.tuples(
        st.just(START.date()),
        st.integers(0, 100).map(lambda p: p / 100),
        st.sampled_from([0, 1, None]),
    ),
    max_size=60,
)


@given(FORECASTS)
def test_the_diagram_groups_as_the_decomposition_does(
    forecasts: list[tuple[date, float, int | None]],
) -> None:
    found = places(forecasts)
    parse(reliability_chart(forecasts, LOOK))
    known = [one for one in forecasts if one[2] is not None]
    reliability = calibrate(forecasts).reliability.value
    if len(known) < 5:
        assert found == []
        assert reliability is None
        return
    assert sum(place.n for place in found) == len(known)
    mine = sum(place.n * (place.belief - place.came) ** 2 for place in found)
    assert mine / len(known) == pytest.approx(reliability)


def test_the_diagram_says_n_everywhere_and_leaves_stops_out() -> None:
    believed = [{"p": p, "o": o} for p, o in [(0.8, 0), (0.8, 1), (0.2, 0)] * 2]
    found = series("calibration", believed)
    twin = cells(reliability_table(forecasts_of([found]), LOOK))
    assert [(row[0], row[1], row[3]) for row in twin] == [
        ("20 %", "0 %", "2"),
        ("80 %", "50 %", "4"),
    ]
    assert forecasts_of([series("calibration", believed, stopped=True)]) == []


def test_a_diagram_of_too_little_says_so_kindly() -> None:
    few = forecasts_of([series("calibration", [READINGS["calibration"]])])
    assert "A few more known outcomes are needed" in reliability_chart(few, LOOK)


def test_the_calendar_shows_what_was_done_and_nothing_else() -> None:
    days = [date(2026, 3, 2), date(2026, 3, 2), date(2026, 5, 9)]
    done = [Done(day, "Paced breath") for day in days]
    picture = calendar_chart(done, LOOK)
    root = parse(picture)
    marks = [one.attrib for one in root.iter(f"{SVG}rect") if one.get("class") == "fa"]
    assert len(marks) == 2
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"Mar 2026", "May 2026", "2", "9"} <= set(texts)
    assert "Apr 2026" not in texts
    assert "<line" not in picture
    assert not re.search("missed|streak|in a row|skipped", picture)
    twin = calendar_table(done, LOOK)
    assert cells(twin)[0] == ["2 Mar 2026", "Paced breath (2 times)"]
    assert "times" not in calendar_table(done, HIDDEN)


def test_an_empty_calendar_is_kind() -> None:
    assert "That is all right." in calendar_chart([], LOOK)


def test_setbacks_are_ordinary_marks_within_the_time_shown() -> None:
    found = series("dose", [60, 120, 90])
    look = Look("x", setbacks=(date(2026, 3, 3), date(2027, 1, 1)))
    picture = drawer(found).picture(found, look)
    assert picture.count('class="mark"') == 1
    assert "a setback was noted here" in picture


@pytest.mark.parametrize(("formula", "kind"), pairs())
def test_two_thousand_runs_make_a_picture_of_bounded_size(
    formula: str, kind: Kind
) -> None:
    found = series(formula, [READINGS[formula]] * 2000)
    assert len(drawer(found, kind).picture(found, LOOK)) < 300_000
    assert drawer(found, kind).table(found, LOOK, 50).count("<tr>") <= 52


def test_long_words_are_cut_to_their_room() -> None:
    assert fitting("ease", 10) == "ease"
    assert fitting("a" * 90, 20) == "a" * 19 + "\u2026"
    assert len(fitting("\u6f22" * 90, 20)) <= 11
