"""Moves that devices kept offline: verdicts, and one end whatever order they come in."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.access.caller import Caller
from api.access.permissions import Role
from api.assignments.schemas import ClientMoveIn
from api.assignments.service import apply_client_move
from api.assignments.service_moves import Result
from api.foundation.ids import new_id
from tests.assignments.conftest import EVERYTHING, Desk, another_device
from tests.cast import Cast, Someone

THEN = datetime(2026, 11, 20, 10, tzinfo=UTC)
KEPT = ("state", "agreed_revision", "offered_revision", "grants", "paused_by")


def caller_of(someone: Someone) -> Caller:
    return Caller(
        someone.practice_id,
        someone.id,
        frozenset({Role.CLIENT}),
        someone.sign_in_id,
        someone.device_id,
    )


def move(verb: str, minute: int, **rest: Any) -> ClientMoveIn:
    at = THEN + timedelta(minutes=minute)
    body = {"id": new_id(), "verb": verb, "at": at, "seen": 1} | rest
    return ClientMoveIn.model_validate(body)


async def sync(
    cast: Cast, who: Someone, one: dict[str, Any], *moves: ClientMoveIn
) -> list[Result]:
    verdicts = []
    async with cast.store.writer() as db:
        for sent in moves:
            verdict = await apply_client_move(db, caller_of(who), UUID(one["id"]), sent)
            verdicts.append(verdict.result)
        await db.commit()
    return verdicts


def yes(minute: int, **rest: Any) -> ClientMoveIn:
    return move("accept", minute, revision=1, grants=EVERYTHING, **rest)


async def test_a_batch_gets_a_verdict_for_each_move(desk: Desk) -> None:
    one = await desk.offer()
    batch = [yes(1), move("pause", 2), move("accept", 3, revision=7, grants=EVERYTHING)]
    verdicts = await sync(desk.cast, desk.cast.client, one, *batch)
    assert verdicts == [Result.APPLIED, Result.APPLIED, Result.REFUSED]
    again = await sync(desk.cast, desk.cast.client, one, *batch)
    assert set(again) == {Result.REPEATED}
    assert (await desk.read(one))["state"] == "paused"


async def test_a_move_that_came_too_early_fits_when_the_rest_arrives(
    desk: Desk,
) -> None:
    one = await desk.offer()
    pause, accept = move("pause", 2), yes(1)
    assert await sync(desk.cast, desk.cast.client, one, pause) == [Result.REFUSED]
    assert await sync(desk.cast, desk.cast.client, one, accept) == [Result.APPLIED]
    now = await desk.read(one)
    assert (now["state"], now["paused_by"]) == ("paused", "client")


async def test_a_counter_kept_offline_brings_its_terms(desk: Desk) -> None:
    one = await desk.offer()
    terms = desk.terms(sharing="sealed")
    counter = move("counter", 1, terms=terms, grants={"do": True})
    for result in (Result.APPLIED, Result.REPEATED):
        assert await sync(desk.cast, desk.cast.client, one, counter) == [result]
    now = await desk.read(one)
    assert (now["state"], now["counter_revision"]) == ("countered", 2)
    bad = move("counter", 2, terms=terms | {"setting": "group"})
    assert await sync(desk.cast, desk.cast.client, one, bad) == [Result.REFUSED]


async def test_a_batch_for_somebody_elses_assignment_finds_nothing(desk: Desk) -> None:
    one = await desk.offer()
    answer = await desk.ask(desk.cast.other_client, one, "pause", id=str(new_id()))
    assert answer.status_code == 404


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["accept", "decline", "not_now", "pause", "resume", "withdraw", "revoke"]
        ),
        st.integers(0, 5),
        st.booleans(),
    ),
    min_size=1,
    max_size=5,
)
Sent = tuple[ClientMoveIn, bool]


def sent(steps: Sequence[tuple[str, int, bool]]) -> list[Sent]:
    extra: dict[str, dict[str, Any]] = {
        "accept": {"revision": 1, "grants": EVERYTHING},
        "not_now": {"until": THEN + timedelta(days=90)},
        "revoke": {"grants": {"do": False, "share": True}},
    }
    return [
        (move(verb, minute, **extra.get(verb, {})), on_tablet)
        for verb, minute, on_tablet in steps
    ]


async def end_of(desk: Desk, tablet: Someone, moves: Sequence[Sent]) -> dict[str, Any]:
    one = await desk.offer()
    for told, on_tablet in moves:
        who = tablet if on_tablet else desk.cast.client
        await sync(desk.cast, who, one, told)
    now = await desk.read(one)
    return {name: now[name] for name in KEPT}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS, st.randoms(use_true_random=False))
async def test_any_order_and_repetition_of_two_devices_has_one_end(
    desk: Desk, steps: list[tuple[str, int, bool]], random: Any
) -> None:
    tablet = await another_device(desk.cast)
    moves = sent(steps)
    shuffled = moves + random.choices(moves, k=2)
    random.shuffle(shuffled)
    assert await end_of(desk, tablet, shuffled) == await end_of(desk, tablet, moves)
