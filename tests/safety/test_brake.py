"""The titration brake: rests, holds, and that nothing but both together ends a hold."""

from datetime import UTC, datetime, timedelta
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.safety.brake import (
    BOTH,
    WINDOW,
    Brake,
    Lift,
    Side,
    Worsening,
    follow,
    rests_until,
    stand,
)
from api.safety.gate import Profile, Wish, held_back
from api.safety.gate_rules import cautions

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CLIENT, THERAPIST = Lift(Side.CLIENT), Lift(Side.THERAPIST)


def worse(grade: int, *, days_ago: float = 1, exercise: str = "a") -> Worsening:
    return Worsening(NOW - timedelta(days=days_ago), exercise, grade)


def test_one_worsening_holds_no_grade() -> None:
    assert stand([worse(3)]).held_from is None


def test_two_worsenings_hold_that_grade_and_above() -> None:
    brake = stand([worse(3), worse(3, exercise="b")])
    assert [brake.holds(grade) for grade in range(1, 6)] == [False] * 2 + [True] * 3


def test_a_worsening_of_something_gentler_speaks_about_the_stronger_one() -> None:
    assert stand([worse(2), worse(4)]).held_from == 4
    assert stand([worse(4), worse(2)]).held_from == 4
    assert stand([worse(2), worse(4), worse(2)]).held_from == 2


def test_worsenings_far_apart_do_not_add_up() -> None:
    days = WINDOW.days
    assert stand([worse(2), worse(2, days_ago=days + 2)]).held_from is None
    assert stand([worse(2), worse(2, days_ago=days + 1)]).held_from == 2


def test_a_hold_does_not_end_with_time() -> None:
    old = [worse(2, days_ago=900), worse(2, days_ago=901)]
    assert stand(old).held_from == 2


@pytest.mark.parametrize("first", [CLIENT, THERAPIST])
def test_one_side_alone_changes_nothing_however_often_it_asks(first: Lift) -> None:
    brake = stand([worse(2), worse(2), first, first, first])
    assert (brake.held_from, brake.agreed) == (2, frozenset({first.side}))


@pytest.mark.parametrize("lifts", list(permutations([CLIENT, THERAPIST])))
def test_both_together_end_it_in_either_order(lifts: tuple[Lift, Lift]) -> None:
    brake = stand([worse(2), worse(2), *lifts])
    assert (brake.held_from, brake.counted, brake.agreed) == (None, (), frozenset())


def test_what_is_heard_after_one_yes_asks_both_anew() -> None:
    heard: list[Worsening | Lift] = [worse(2), worse(2), CLIENT, worse(4), THERAPIST]
    assert stand(heard).agreed == {Side.THERAPIST}
    assert stand(heard).held_from == 2
    assert stand([*heard, CLIENT]).held_from is None


def test_a_lift_before_anything_is_held_gives_nothing_in_advance() -> None:
    assert stand([CLIENT, THERAPIST, worse(1), worse(1)]).held_from == 1
    assert stand([worse(1), CLIENT, worse(1), THERAPIST]).held_from == 1


def test_after_a_lift_it_takes_two_again() -> None:
    brake = stand([worse(2), worse(2), CLIENT, THERAPIST, worse(2)])
    assert brake.held_from is None
    assert follow(brake, worse(2)).held_from == 2


def test_what_made_it_worse_rests_at_the_same_or_a_higher_grade() -> None:
    brake = stand([worse(3)])
    until = NOW - timedelta(days=1) + timedelta(hours=48)
    assert rests_until(brake, "a", 3, 48) == until
    assert rests_until(brake, "a", 5, 48) == until
    assert rests_until(brake, "a", 2, 48) is None
    assert rests_until(brake, "b", 3, 48) is None


EVENTS = st.one_of(
    st.builds(
        worse, st.integers(1, 5), days_ago=st.floats(0, 90), exercise=st.just("a")
    ),
    st.sampled_from([CLIENT, THERAPIST]),
)


def both_said_so_since_the_last_worsening(events: list[Worsening | Lift]) -> bool:
    sides: set[Side] = set()
    for event in reversed(events):
        if isinstance(event, Worsening):
            break
        sides.add(event.side)
    return sides == BOTH


def offered(brake: Brake, grade: int) -> bool:
    """Whether the gate lets an offer of a grade through."""
    document = {"parts": [], "phase": "any", "intensity": grade}
    wish = Wish(document, ("a",), NOW)
    return not held_back(cautions(Profile(brake=brake), wish))


@given(st.lists(EVENTS, max_size=12))
def test_no_offer_above_the_ceiling_is_ever_possible(
    events: list[Worsening | Lift],
) -> None:
    brake = Brake()
    for at, event in enumerate(events, start=1):
        before, brake = brake, follow(brake, event)
        for grade in range(1, 6):
            assert offered(brake, grade) is not brake.holds(grade)
            if before.holds(grade) and not brake.holds(grade):
                assert both_said_so_since_the_last_worsening(events[:at])


@given(st.lists(EVENTS.filter(lambda one: isinstance(one, Worsening)), max_size=7))
def test_the_order_of_reports_changes_no_ceiling(events: list[Worsening]) -> None:
    assert stand(events).held_from == stand(reversed(events)).held_from
    assert stand(sorted(events, key=str)).held_from == stand(events).held_from


@given(st.lists(EVENTS, max_size=8), st.integers(1, 5))
def test_one_more_worsening_never_lets_more_through(
    events: list[Worsening | Lift], grade: int
) -> None:
    before = stand(events)
    after = follow(before, worse(grade))
    held = [one for one in range(1, 6) if before.holds(one)]
    assert all(after.holds(one) for one in held)


def test_every_short_history_is_walked() -> None:
    """All 5^6 histories of two grades and two sides, none left to chance."""
    alphabet: list[Worsening | Lift] = [
        worse(1),
        worse(3),
        worse(3, days_ago=80),
        CLIENT,
        THERAPIST,
    ]
    for history in product(alphabet, repeat=6):
        brake, held = Brake(), 6
        for at, event in enumerate(history, start=1):
            brake = follow(brake, event)
            now = brake.held_from or 6
            if now > held:
                assert both_said_so_since_the_last_worsening(list(history[:at]))
            held = now
