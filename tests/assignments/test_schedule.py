"""Plans: every clock change of ten years, travel, windows, anchors, identity."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from api.assignments.anchors import Event
from api.assignments.schedule import (
    Anchored,
    Context,
    Once,
    Planned,
    Recurring,
    Schedule,
    Travel,
    faults,
    planned,
)
from api.assignments.walltime import moment_of, place, span, wall_of
from tests.assignments.transitions import Transition, all_transitions

ANY: TypeAdapter[Schedule] = TypeAdapter(Schedule)
FAR = {
    "from_": datetime(2000, 1, 1, tzinfo=UTC),
    "to": datetime(2090, 1, 1, tzinfo=UTC),
}
HOUR = timedelta(hours=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def daily(zone: str = "Europe/Berlin", **rest: object) -> Recurring:
    plan = {"kind": "recurring", "starts": "2026-11-23T19:00", "zone": zone}
    return Recurring.model_validate(plan | {"rule": "FREQ=DAILY;COUNT=10"} | rest)


@pytest.fixture(scope="module")
def transitions() -> list[Transition]:
    return all_transitions()


def test_there_are_clock_changes_to_look_at(transitions: list[Transition]) -> None:
    assert len(transitions) > 500
    assert any(t.gap == timedelta(minutes=30) for t in transitions)


def test_a_time_in_any_gap_moves_forward_by_the_gap(
    transitions: list[Transition],
) -> None:
    for change in transitions:
        if change.gap > timedelta(0):
            inside = change.local(change.before) + change.gap / 2
            moment = moment_of(inside, change.zone)
            assert moment >= change.at
            assert wall_of(moment, change.zone) == inside + change.gap


def test_a_time_in_any_overlap_is_the_first_of_the_two(
    transitions: list[Transition],
) -> None:
    for change in transitions:
        if change.gap < timedelta(0):
            twice = change.local(change.after) - change.gap / 2
            moment = moment_of(twice, change.zone)
            assert moment < change.at
            assert wall_of(moment, change.zone) == twice
            assert wall_of(moment - change.gap, change.zone) == twice


def test_times_outside_gaps_come_back_as_they_were(
    transitions: list[Transition],
) -> None:
    for change in transitions:
        for away in (-36, -25, -4, 4, 25, 36):
            local = change.local(change.after) + away * HOUR
            assert wall_of(moment_of(local, change.zone), change.zone) == local


def test_a_daily_plan_keeps_its_count_and_order_over_every_clock_change(
    transitions: list[Transition],
) -> None:
    for change in transitions:
        for offset in (change.before, change.after):
            middle = change.local(offset) + abs(change.gap) / 2
            starts = (middle - timedelta(days=2)).isoformat()
            plan = daily(change.zone, starts=starts, rule="FREQ=DAILY;COUNT=5")
            found = planned(plan, Context(), **FAR)
            assert [one.ordinal for one in found] == [1, 2, 3, 4, 5]
            assert all(a.due_at < b.due_at for a, b in pairwise(found))
            assert {one.local.time() for one in found if one.ordinal != 3} == {
                middle.time()
            }


def test_the_rule_for_new_york_as_everyone_knows_it() -> None:
    assert moment_of(at("2026-03-08T02:30"), "America/New_York") == at(
        "2026-03-08T07:30+00:00"
    )
    assert moment_of(at("2026-11-01T01:30"), "America/New_York") == at(
        "2026-11-01T05:30+00:00"
    )


def test_what_was_due_before_a_journey_stays_and_the_rest_follows() -> None:
    moved = [(at("2026-11-01T00:00Z"), "Europe/Berlin")]
    moved.append((at("2026-11-27T12:00Z"), "America/New_York"))
    before = planned(daily(), Context(zones=moved[:1]), **FAR)
    after = planned(daily(), Context(zones=moved), **FAR)
    assert [one.ordinal for one in after] == [one.ordinal for one in before]
    assert after[:4] == before[:4]
    assert {one.zone for one in after[4:]} == {"America/New_York"}
    assert {one.local.hour for one in after} == {19}


def test_going_east_renames_nothing_and_loses_nothing() -> None:
    """The index that shifts with the zone is how others lost outcomes."""
    moved = [(at("2026-11-01T00:00Z"), "America/New_York")]
    moved.append((at("2026-11-27T12:00Z"), "Asia/Tokyo"))
    found = planned(daily("America/New_York"), Context(zones=moved), **FAR)
    assert [one.ordinal for one in found] == list(range(1, 11))
    assert [one.local.day for one in found] == [*range(23, 31), 1, 2]


def test_a_plan_that_stays_at_home_does_not_follow() -> None:
    moved = [(at("2026-11-01T00:00Z"), "Asia/Tokyo")]
    plan = daily(travel=Travel.HOME_ZONE)
    assert planned(plan, Context(zones=moved), **FAR) == planned(plan, Context(), **FAR)


ZONES = ("Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Apia", "UTC")
minutes = st.integers(0, 60 * 24 * 20)
journeys = st.lists(
    st.tuples(minutes, st.sampled_from(ZONES)), min_size=1, max_size=5
).map(
    lambda moves: [
        (at("2026-11-20T00:00Z") + timedelta(minutes=minute), zone)
        for minute, zone in sorted(moves)
    ]
)


@given(journeys, minutes, st.sampled_from(ZONES))
def test_a_later_journey_never_changes_what_is_past(
    moves: list[tuple[datetime, str]], minute: int, zone: str
) -> None:
    later = (moves[-1][0] + timedelta(minutes=minute), zone)
    for day in range(20):
        local = at("2026-11-20T19:00") + timedelta(days=day)
        before = place(local, moves)
        if before[0] < later[0]:
            assert place(local, [*moves, later]) == before


@given(journeys, minutes, minutes)
def test_a_narrow_look_shows_a_part_of_the_wide_one(
    moves: list[tuple[datetime, str]], start: int, length: int
) -> None:
    from_ = at("2026-11-20T00:00Z") + timedelta(minutes=start)
    to = from_ + timedelta(minutes=length)
    wide = planned(daily(), Context(zones=moves), **FAR)
    narrow = planned(daily(), Context(zones=moves), from_=from_, to=to)
    assert narrow == [o for o in wide if o.opens_at < to and o.grace_until >= from_]


def only(plan: Schedule, context: Context | None = None) -> Planned:
    [found] = planned(plan, context or Context(), **FAR)
    return found


def test_windows_and_grace_lie_around_the_due_moment() -> None:
    found = only(
        Once.model_validate(
            {
                "kind": "once",
                "at": "2026-11-24T19:00",
                "zone": "Europe/Berlin",
                "window": {"opens_before": "PT2H", "closes_after": "P1D"},
            }
        )
    )
    assert found.due_at == at("2026-11-24T18:00Z")
    assert found.opens_at == at("2026-11-24T16:00Z")
    assert found.closes_at == at("2026-11-25T18:00Z")
    assert found.grace_until == at("2026-11-27T18:00Z")


def anchored(anchor: Mapping[str, object], **rest: object) -> Anchored:
    return Anchored.model_validate(
        {"kind": "anchored", "anchor": dict(anchor), "zone": "Europe/Berlin"} | rest
    )


def test_days_after_enrolment_keep_the_wall_time_across_a_clock_change() -> None:
    enrolled = Context(events=[Event(1, at("2026-10-24T17:00Z"))])
    plan = anchored({"event": "enrolment"}, distance="P1D")
    assert only(plan, enrolled).local == at("2026-10-25T19:00")
    hours = anchored({"event": "enrolment"}, distance="PT24H")
    assert only(hours, enrolled).local == at("2026-10-25T18:00")
    evening = anchored({"event": "enrolment"}, distance="P2D", at="20:30")
    assert only(evening, enrolled).local == at("2026-10-26T20:30")


def test_after_each_completion_a_late_one_takes_the_next_number() -> None:
    anchor = {"event": "completion", "exercise": "orienting", "each": True}
    early = Event(2, at("2026-11-01T09:00Z"))
    events = [Event(1, at("2026-11-03T09:00Z")), early]
    found = planned(anchored(anchor), Context(events=events), **FAR)
    assert [one.ordinal for one in found] == [2, 1]
    first = planned(anchored(anchor | {"each": False}), Context(events=events), **FAR)
    assert [one.ordinal for one in first] == [1]


def test_before_an_appointment_counts_backwards() -> None:
    anchor = {"event": "appointment", "at": ["2026-11-30T10:00", "2026-12-07T10:00"]}
    found = planned(anchored(anchor, distance="P1DT2H"), Context(), **FAR)
    assert [one.local.isoformat() for one in found] == [
        "2026-11-29T08:00:00",
        "2026-12-06T08:00:00",
    ]


def test_as_needed_plans_nothing() -> None:
    assert planned(ANY.validate_python({"kind": "as_needed"}), Context(), **FAR) == []


@pytest.mark.parametrize(
    ("plan", "field"),
    [
        (daily(rule="FREQ=SECONDLY"), "rule"),
        (daily(rule="FREQ=DAILY;COUNT=400;INTERVAL=2"), "rule"),
        (daily(starts="9999-12-31T23:00"), "starts"),
        (daily(grace="P"), "grace"),
        (daily(grace="P999W"), "grace"),
        (daily(window={"opens_before": "P1DT"}), "window"),
        (anchored({"event": "completion"}), "anchor"),
        (anchored({"event": "enrolment"}, distance="PT2H", at="19:00"), "anchor"),
        (anchored({"event": "appointment", "at": ["1999-01-01T10:00"]}), "anchor"),
    ],
)
def test_a_plan_that_cannot_be_kept_is_refused(plan: Schedule, field: str) -> None:
    found = faults(plan)
    assert [name for name, _ in found] == [field]
    assert all(sentence.endswith(".") for _, sentence in found)


def test_good_plans_have_no_faults() -> None:
    for plan in (daily(), anchored({"event": "enrolment"}, distance="PT2H")):
        assert faults(plan) == []


def test_spans_are_read_from_iso_8601() -> None:
    assert span("P1W2DT3H4M").whole == timedelta(days=9, hours=3, minutes=4)
    for text in ("P", "PT", "P1Y", "1D", "-P1D", "P1DT", "PT1S"):
        with pytest.raises(ValueError, match="duration"):
            span(text)
