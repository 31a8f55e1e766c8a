"""Charts are well-formed, can be heard, print, and carry nothing from outside."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.progress.chart import describe, line_chart, table_twin
from api.progress.chart_scale import day_ticks, number_text, value_ticks
from api.progress.chart_style import Look
from api.progress.readers import build
from api.progress.series import Measure, Plan, Run, Series, Setting

START = datetime(2026, 3, 1, 9, tzinfo=UTC)
SVG = "{http://www.w3.org/2000/svg}"


def series(
    readings: list[Any],
    *,
    formula: str = "scale_value",
    title: str = "Ease",
    plan: Plan | None = None,
    days: list[int] | None = None,
    stopped: bool = False,
) -> Series:
    days = days or list(range(len(readings)))
    moments = [START + timedelta(days=day) for day in days]
    found = [
        Run(at, at.date(), reading, stopped)
        for at, reading in zip(moments, readings, strict=True)
    ]
    setting = Setting(as_of=START)
    return build(Measure("ease", formula, title, "higher"), found, setting, plan)


def parse(svg: str) -> ElementTree.Element:
    return ElementTree.fromstring(svg)  # noqa: S314 our own text


def dots(root: ElementTree.Element) -> list[ElementTree.Element]:
    return list(root.iter(f"{SVG}circle"))


@given(st.lists(st.floats(-1e6, 1e6), max_size=30))
def test_every_point_is_drawn_inside_a_well_formed_picture(values: list[float]) -> None:
    found = series(values, plan=Plan(interval_days=1))
    root = parse(line_chart(found, Look("soft-gaze.ease")))
    assert len(dots(root)) == found.n == len(values)
    for dot in dots(root):
        assert 0 <= float(dot.attrib["cx"]) <= 640
        assert 0 <= float(dot.attrib["cy"]) <= 236


def test_the_chart_can_be_heard() -> None:
    root = parse(line_chart(series([1, 2, 3, 4, 6]), Look("a.b")))
    assert root.attrib["role"] == "img"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert desc is not None
    assert root.attrib["aria-labelledby"].split() == [
        title.attrib["id"],
        desc.attrib["id"],
    ]
    assert title.text == "Ease"
    assert desc.text is not None
    assert "5 points from 1 Mar 2026 to 5 Mar 2026." in desc.text
    assert "Going up." in desc.text


def test_the_chart_holds_no_script_and_no_reference() -> None:
    svg = line_chart(series([1, 2, 3, 4, 6], plan=Plan(1)), Look("a.b"))
    assert not re.search(r"<script|href|url\(|@import|\son\w+=|<image|<foreign", svg)


def test_words_of_the_practice_are_escaped_everywhere() -> None:
    title = '<script>alert(1)</script> & "quotes"'
    found = series([1, 2], title=title)
    svg = line_chart(found, Look('"><script>'))
    assert "<script" not in svg
    assert parse(svg).findtext(f"{SVG}title") == title
    assert "<script" not in table_twin(found, Look("a"))


def test_gaps_stay_gaps() -> None:
    days = [0, 1, 2, 9, 10, 30]
    found = series([1, 2, 3, 4, 5, 6], plan=Plan(interval_days=1), days=days)
    lines = list(parse(line_chart(found, Look("a"))).iter(f"{SVG}polyline"))
    assert [len(line.attrib["points"].split()) for line in lines] == [3, 2]
    assert "interrupted" in describe(found)


def test_points_without_a_plan_are_not_joined() -> None:
    root = parse(line_chart(series([1, 5, 3]), Look("a")))
    assert not list(root.iter(f"{SVG}polyline"))


@pytest.mark.parametrize(("count", "lines", "bands"), [(2, 0, 0), (4, 1, 0), (6, 1, 1)])
def test_slope_and_band_appear_only_when_allowed(
    count: int, lines: int, bands: int
) -> None:
    root = parse(line_chart(series([float(one) for one in range(count)]), Look("a")))
    slopes = [one for one in root.iter(f"{SVG}line") if one.get("class") == "slope"]
    assert len(slopes) == lines
    assert len(list(root.iter(f"{SVG}polygon"))) == bands
    assert all(one.get("stroke-dasharray") for one in slopes) == (count < 5)


def test_the_slope_line_is_the_theil_sen_line() -> None:
    root = parse(line_chart(series([1.0, 2.0, 3.0, 4.0, 5.0]), Look("a")))
    slope = next(one for one in root.iter(f"{SVG}line") if one.get("class") == "slope")
    first, last = dots(root)[0], dots(root)[-1]
    assert slope.attrib["y1"] == first.attrib["cy"]
    assert slope.attrib["y2"] == last.attrib["cy"]


def test_runs_ended_by_choice_are_drawn_open_and_in_plain_words() -> None:
    found = series([1, 2], stopped=True)
    root = parse(line_chart(found, Look("a")))
    assert all("stopped" in dot.attrib["class"] for dot in dots(root))
    assert "ended by choice" in table_twin(found, Look("a"))


def test_states_have_named_rows_and_no_line() -> None:
    shift = {"before": "revved_up", "after": "settled", "shift": "toward_settled"}
    found = series([shift, shift], formula="state_shift", plan=Plan(1))
    root = parse(line_chart(found, Look("a")))
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"shut down", "revved up", "settled"} <= set(texts)
    assert not list(root.iter(f"{SVG}polyline"))
    assert len(dots(root)) == 2


def test_codes_are_rows_too() -> None:
    readings = [{"code": "kept"}, {"code": "released"}, {"code": "kept"}]
    found = series(readings, formula="promise_keeping")
    assert len(dots(parse(line_chart(found, Look("a"))))) == 3
    assert "What was chosen: kept, released." in describe(found)


def test_an_empty_chart_says_so() -> None:
    svg = line_chart(series([]), Look("a"))
    assert "There are no points yet" in svg
    parse(svg)


def test_the_table_has_a_row_per_point() -> None:
    found = series([1, 2.5, -3], plan=Plan(1), days=[0, 1, 9])
    table = ElementTree.fromstring(table_twin(found, Look("a")))  # noqa: S314 our own text
    rows = list(table.iter("tr"))
    assert len(rows) == 4
    assert [cell.text for cell in table.iter("td")][::2] == ["1", "2.5", "−3"]
    assert "after a longer pause" in table_twin(found, Look("a"))


@given(st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_ticks_cover_what_they_measure(low: float, span: float) -> None:
    ticks = value_ticks(low, low + span)
    room = 1e-6 * max(1.0, abs(low), span)
    assert ticks[0] <= low + room
    assert ticks[-1] >= low + span - room
    assert 2 <= len(ticks) <= 9


def test_days_are_spread_from_first_to_last() -> None:
    first = START.date()
    assert day_ticks(first, first) == [first]
    ticks = day_ticks(first, first + timedelta(days=83))
    assert (ticks[0], ticks[-1], len(ticks)) == (first, first + timedelta(days=83), 6)


@pytest.mark.parametrize(
    ("value", "text"),
    [(3.0, "3"), (-0.01, "0"), (2.25, "2.2"), (-4.5, "−4.5"), (100, "100")],
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert number_text(value) == text
