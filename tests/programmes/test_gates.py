"""Gates and ladders: only the client's own go leads up, and a no holds nobody up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from api.programmes.definition import Part
from api.programmes.gates import (
    Known,
    Step,
    StepRefusal,
    Target,
    Wait,
    down_to,
    go_to,
    opened_by_client,
    position,
    states,
)
from api.programmes.words import Kind

NOW = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
PHONE, TABLET = UUID(int=1), UUID(int=2)
GO = {"type": "client_go"}


def part(name: str, gate: dict[str, Any]) -> Part:
    return Part.model_validate(
        {
            "id": name,
            "title": name,
            "exercise": "micro-trust-moment",
            "why": "Why",
            "stop_note": "Stop",
            "gate": gate,
        }
    )


def ladder(*names: str, steps: Sequence[Step] = ()) -> Known:
    parts = [part(name, GO) for name in names]
    return Known(Kind.LADDER, parts, {}, steps, NOW)


def course(runs: dict[str, list[datetime]], **more: Any) -> Known:
    parts = [
        part("first", {"type": "at_once"}),
        part("twice", {"type": "after_completion", "of": "first", "times": 2}),
        part("week", {"type": "after_delay", "of": "twice", "days": 7}),
        part("go", GO),
    ]
    return Known(Kind.COURSE, parts, runs, **{"steps": (), "now": NOW, **more})


def step(
    number: int,
    where: str | None,
    *,
    up: bool = True,
    seen: int | None = None,
    device: UUID = PHONE,
) -> Step:
    at = NOW - 10 * DAY + number * timedelta(hours=1)
    known = number if seen is None else seen
    return Step(UUID(int=1000 + number), device, at, known, where, up)


def open_parts(known: Known) -> set[str]:
    return {name for name, state in states(known).items() if state.is_open}


def test_a_part_opens_when_another_was_done_often_enough() -> None:
    assert open_parts(course({})) == {"first"}
    waits = states(course({"first": [NOW]}))["twice"].waits_for
    assert waits is not None
    assert (waits.kind, waits.of, waits.more) == (Wait.COMPLETION, "first", 1)
    assert "twice" in open_parts(course({"first": [NOW, NOW]}))


def test_a_delay_is_counted_from_the_first_time_it_was_done() -> None:
    runs = {"first": [NOW, NOW], "twice": [NOW - 6 * DAY, NOW]}
    waits = states(course(runs))["week"].waits_for
    assert waits is not None
    assert (waits.kind, waits.until) == (Wait.DELAY, NOW + DAY)
    assert "week" in open_parts(course(runs, now=NOW + DAY))


def test_a_run_done_early_counts_though_its_own_part_was_not_open() -> None:
    early = course({"twice": [NOW - 8 * DAY]})
    assert open_parts(early) == {"first", "week"}


def test_a_part_that_was_left_out_hands_its_gate_on() -> None:
    known = course({"first": [NOW, NOW]}, left_out=frozenset({"twice"}))
    assert "week" in open_parts(known)
    closed = course({}, left_out=frozenset({"twice"}))
    assert "week" not in open_parts(closed)
    everything = course({}, left_out=frozenset({"first", "twice"}))
    assert open_parts(everything) == {"first", "twice", "week"}


def test_in_a_course_the_client_opens_and_closes_what_waits_for_a_go() -> None:
    known = course({})
    assert go_to(known, None) == Target("go")
    assert go_to(known, "first") is StepRefusal.NOT_A_GO
    opened = replace(known, steps=[step(1, "go")])
    assert "go" in open_parts(opened)
    assert down_to(opened, None) is StepRefusal.PART_NEEDED
    assert down_to(opened, "go") == Target("go")
    closed = replace(known, steps=[step(1, "go"), step(2, "go", up=False)])
    assert "go" not in open_parts(closed)


def test_a_ladder_is_gone_up_one_rung_at_a_time() -> None:
    known = ladder("a", "b", "c")
    assert position(known) is None
    assert go_to(known, None) == Target("a")
    assert go_to(known, "b") is StepRefusal.NOT_NEXT
    on_a = replace(known, steps=[step(1, "a")])
    assert position(on_a) == "a"
    assert go_to(on_a, None) == Target("b")
    assert go_to(on_a, "a") == Target("a", repeated=True)
    top = ladder("a", steps=[step(1, "a")])
    assert go_to(top, None) is StepRefusal.NOTHING_ABOVE


def test_coming_down_closes_what_is_above_and_the_ground_is_always_there() -> None:
    known = ladder("a", "b", steps=[step(1, "a"), step(2, "b")])
    assert open_parts(known) == {"a", "b"}
    assert down_to(known, None) == Target("a")
    assert down_to(known, "b") == Target("b", repeated=True)
    down = replace(known, steps=[*known.steps, step(3, "a", up=False)])
    assert open_parts(down) == {"a"}
    assert down_to(down, "b") is StepRefusal.NOT_BELOW
    assert down_to(down, None) == Target(None)
    ground = replace(down, steps=[*down.steps, step(4, None, up=False)])
    assert open_parts(ground) == set()


def test_a_rung_that_was_left_out_is_stepped_over() -> None:
    known = replace(
        ladder("a", "b", "c", steps=[step(1, "a")]), left_out=frozenset({"b"})
    )
    assert go_to(known, None) == Target("c")
    assert go_to(known, "b") is StepRefusal.NO_SUCH_PART


def test_of_two_devices_that_did_not_know_of_each_other_the_lower_rung_holds() -> None:
    up = step(3, "c", seen=2, device=PHONE)
    down = step(4, "a", up=False, seen=2, device=TABLET)
    before = [step(1, "a", seen=0), step(2, "b", seen=1)]
    for order in ([up, down], [down, up]):
        assert position(ladder("a", "b", "c", steps=[*before, *order])) == "a"
    informed = step(5, "b", seen=4)
    steps = [*before, up, down, informed]
    assert position(ladder("a", "b", "c", steps=steps)) == "b"


def test_a_rung_that_leaves_puts_the_client_on_the_next_one_below_it() -> None:
    known = replace(
        ladder("a", "c", steps=[step(1, "a"), step(2, "b")]),
        orders=[["a", "b", "c"]],
    )
    assert position(known) == "a"
    assert open_parts(known) == {"a"}


def test_a_rung_put_below_the_client_is_not_open_by_that() -> None:
    known = ladder("a", "new", "b", steps=[step(1, "a"), step(2, "b")])
    assert open_parts(known) == {"a", "b"}
    assert go_to(known, "new") == Target("new")


NAMES = ("a", "b", "c", "d", "e")
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("go"), st.sampled_from([*NAMES, None])),
        st.tuples(st.just("down"), st.sampled_from([*NAMES, None])),
        st.tuples(st.just("order"), st.permutations(NAMES)),
        st.tuples(st.just("left_out"), st.sampled_from(NAMES)),
        st.tuples(st.just("time"), st.integers(1, 400)),
        st.tuples(st.just("run"), st.sampled_from(NAMES)),
    ),
    max_size=25,
)


def played(known: Known, verb: str, value: Any) -> Known:
    """Let one thing happen on a ladder: by the client, a therapist, or by itself."""
    match verb:
        case "go" | "down":
            found = (go_to if verb == "go" else down_to)(known, value)
            if isinstance(found, StepRefusal):
                return known
            taken = step(len(known.steps) + 1, found.part, up=verb == "go")
            return replace(known, steps=[*known.steps, taken])
        case "order":
            order = [one.id for one in known.parts]
            keep = [part(name, GO) for name in value[:4]]
            return replace(known, parts=keep, orders=[*known.orders, order])
        case "left_out":
            return replace(known, left_out=known.left_out ^ {value})
        case "time":
            return replace(known, now=known.now + value * DAY)
        case _:
            done = [*known.runs.get(value, ()), known.now]
            return replace(known, runs={**known.runs, value: done})


@given(MOVES)
def test_only_the_clients_own_step_opens_a_rung(moves: list[tuple[str, Any]]) -> None:
    known = ladder(*NAMES[:4])
    for verb, value in moves:
        before, gone = opened_by_client(known), {one.part for one in known.steps}
        known = played(known, verb, value)
        newly = opened_by_client(known) - before
        if verb in ("time", "run", "left_out"):
            assert not newly
        assert opened_by_client(known) <= {one.part for one in known.steps}
        # Going past a rung that was left out finds those gone to before as they were.
        assert len(newly - gone) <= 1


@given(MOVES)
def test_going_down_takes_no_run_away_and_opens_nothing(
    moves: list[tuple[str, Any]],
) -> None:
    known = ladder(*NAMES[:4])
    for verb, value in moves:
        known = played(known, verb, value)
    order = [one.id for one in known.parts]
    here = position(known)
    down = played(known, "down", None)
    assert down.runs == known.runs
    there = position(down)
    height = -1 if there is None else order.index(there)
    assert height <= (-1 if here is None else order.index(here))


@given(MOVES, st.sampled_from(["decline", "stop"]))
def test_a_no_closes_no_part_of_a_course(
    moves: list[tuple[str, Any]], kind: str
) -> None:
    runs: dict[str, list[datetime]] = {}
    for verb, value in moves:
        if verb == "run":
            names = {"a": "first", "b": "twice", "c": "week", "d": "go", "e": "first"}
            runs.setdefault(names[value], []).append(NOW - 9 * DAY)
    before = course(runs)
    left = frozenset({"twice"}) if kind == "decline" else frozenset({"first"})
    after = replace(before, left_out=left)
    assert open_parts(before) <= open_parts(after)
