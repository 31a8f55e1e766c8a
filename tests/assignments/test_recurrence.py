"""Recurrence: against a second reading, against dateutil, and what is refused."""

import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from api.assignments.recurrence import LONGEST, RuleFault, expand, parse
from tests.assignments import rrule_by_hand

START = datetime.fromisoformat("2026-11-23T19:30")


@dataclass
class Parts:
    frequency: str
    interval: int = 1
    by_day: list[str] = field(default_factory=list)
    by_month_day: list[int] = field(default_factory=list)

    def text(self) -> str:
        parts = [f"FREQ={self.frequency}", f"INTERVAL={self.interval}"]
        if self.by_day:
            parts.append("BYDAY=" + ",".join(self.by_day))
        if self.by_month_day:
            parts.append("BYMONTHDAY=" + ",".join(map(str, self.by_month_day)))
        return ";".join(parts)


names = st.sampled_from(rrule_by_hand.WEEK)
plain = st.lists(names, max_size=4, unique=True)
nth = st.builds("{}{}".format, st.sampled_from([-5, -2, -1, 1, 2, 3, 5]), names)
numbered = st.lists(nth | names, max_size=4, unique=True)
month_days = st.lists(
    st.integers(1, 31) | st.integers(-31, -1), max_size=4, unique=True
)
rules = st.one_of(
    st.builds(Parts, st.just("DAILY"), st.integers(1, 40), plain, month_days),
    st.builds(Parts, st.just("WEEKLY"), st.integers(1, 9), plain),
    st.builds(Parts, st.just("MONTHLY"), st.integers(1, 5), numbered, month_days),
)
starts = st.integers(0, 10 * 366 * 24 * 60).map(
    lambda minutes: START - timedelta(days=7 * 365) + timedelta(minutes=minutes)
)


def expanded(text: str, start: datetime) -> list[datetime]:
    try:
        return list(expand(text, start))
    except RuleFault:
        return []


@given(rules, starts)
def test_two_readings_of_the_standard_agree(parts: Parts, start: datetime) -> None:
    by_hand = rrule_by_hand.occurrences(
        start,
        parts.frequency,
        parts.interval,
        parts.by_day,
        parts.by_month_day,
        start + LONGEST,
    )
    assert expanded(parts.text(), start) == by_hand


def is_mixed(parts: Parts) -> bool:
    """Mixed BYDAY such as `MO,-1FR`: a union in RFC 5545, an intersection in dateutil."""
    return len({len(text) > 2 for text in parts.by_day}) == 2


@given(rules.filter(lambda parts: not is_mixed(parts)), starts)
def test_dateutil_agrees(parts: Parts, start: datetime) -> None:
    until = (start + LONGEST).strftime("%Y%m%dT%H%M%S")
    theirs = list(rrulestr(f"{parts.text()};UNTIL={until}", dtstart=start))
    assert expanded(parts.text(), start) == theirs


@given(rules, starts, st.integers(1, 20))
def test_a_count_takes_the_first_ones(parts: Parts, start: datetime, n: int) -> None:
    whole = expanded(parts.text(), start)
    counted = expanded(f"{parts.text()};COUNT={n}", start)
    assert counted == (whole[:n] if len(whole) >= n else [])


@given(rules, starts, st.integers(0, 366))
def test_until_is_inclusive_wall_time(parts: Parts, start: datetime, n: int) -> None:
    until = start + timedelta(days=n)
    cut = expanded(f"{parts.text()};UNTIL={until:%Y%m%dT%H%M%S}", start)
    assert cut == [m for m in expanded(parts.text(), start) if m <= until]


def test_a_bare_until_date_means_the_whole_day() -> None:
    assert expand("FREQ=DAILY;UNTIL=20261125", START)[-1].day == 25


@pytest.mark.parametrize(
    "text",
    [
        "FREQ=SECONDLY",
        "FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MINUTELY",
        "FREQ=HOURLY",
        "FREQ=YEARLY",
        "FREQ=daily",
        "FREQ=DAILY;BYMONTH=2",
        "FREQ=DAILY;BYHOUR=9",
        "FREQ=DAILY;BYSETPOS=1",
        "FREQ=DAILY;WKST=SU",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=401",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=DAILY;COUNT=3;UNTIL=20261201",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;INTERVAL=999",
        "FREQ=DAILY;INTERVAL=²",
        "FREQ=DAILY;BYDAY=2MO",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=WEEKLY;BYMONTHDAY=3",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=DAILY;UNTIL=20261301",
        "FREQ=DAILY;UNTIL=20261201T190000Z",
        "FREQ=DAILY;UNTIL=20301201",
        "FREQ=MONTHLY;COUNT=24",
        "FREQ=MONTHLY;BYMONTHDAY=30;BYDAY=5MO;COUNT=20",
        "RRULE:FREQ=DAILY",
        "FREQ=DAILY;",
        "",
    ],
)
def test_everything_else_is_refused_and_says_why(text: str) -> None:
    with pytest.raises(RuleFault) as refused:
        expand(text, START)
    assert str(refused.value).endswith(".")


def test_a_rule_that_never_happens_is_refused_at_once() -> None:
    before = time.process_time()
    with pytest.raises(RuleFault, match="never happens"):
        expand("FREQ=DAILY;INTERVAL=7;BYDAY=TU", START)
    assert time.process_time() - before < 0.1


def test_no_rule_gives_more_than_a_year() -> None:
    assert len(expand("FREQ=DAILY", START)) == 367


@given(st.text(max_size=40))
def test_any_text_is_a_rule_or_a_fault(text: str) -> None:
    with suppress(RuleFault):
        parse(text)
