"""What a row keeps is always what all its moves come to, online and late ones mixed."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.assignments import service_reading
from api.assignments.merge import replay
from api.assignments.rows import said_of, standing_of
from api.assignments.tables import Assignment
from tests.assignments.conftest import EVERYTHING, Desk, another_device
from tests.assignments.test_sync import move, sync

STAFF = ["pause", "resume", "hold", "agree", "keep", "revise", "cancel"]
CLIENT = [
    "accept",
    "decline",
    "not_now",
    "counter",
    "take_back",
    "pause",
    "resume",
    "revoke",
]
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("staff"), st.sampled_from(STAFF), st.just(0), st.just(0)),
        st.tuples(
            st.sampled_from(["phone", "tablet"]),
            st.sampled_from(CLIENT),
            st.integers(0, 3),
            st.integers(0, 9),
        ),
    ),
    min_size=2,
    max_size=9,
)


def body_of(desk: Desk, verb: str, one: dict[str, Any]) -> dict[str, Any]:
    """Return a body that could fit where the assignment stands."""
    once = {
        "kind": "once",
        "zone": "UTC",
        "at": f"2027-01-0{one['version'] % 9 + 1}T09:00",
    }
    bodies: dict[str, dict[str, Any]] = {
        "accept": {"revision": one["offered_revision"] or 1, "grants": EVERYTHING},
        "counter": {"terms": desk.terms(schedule=once), "grants": EVERYTHING},
        "revise": {"terms": desk.terms(schedule=once)},
        "agree": {"revision": one["counter_revision"] or 1},
        "keep": {"revision": one["counter_revision"] or 1},
        "revoke": {"grants": {"do": False, "share": True}},
    }
    return bodies.get(verb, {})


async def holds(desk: Desk, one: dict[str, Any]) -> None:
    async with desk.cast.store.reader() as db:
        key = (desk.cast.practice_id, UUID(one["id"]))
        row = await db.get_one(Assignment, key)
        moves = await service_reading.all_moves(db, key[0], [key[1]])
    led = replay(said_of(kept) for kept in moves[key[1]])
    assert led is not None
    kept = standing_of(row)
    assert replace(led, latest_revision=kept.latest_revision) == kept
    assert [kept.recorded for kept in moves[key[1]]] == list(range(1, row.version + 1))


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
async def test_a_row_is_what_all_its_moves_come_to(
    desk: Desk, steps: list[tuple[str, str, int, int]]
) -> None:
    tablet = await another_device(desk.cast)
    one = await desk.offer()
    for who, verb, behind, minute in steps:
        body = body_of(desk, verb, one)
        if who == "staff":
            await desk.ask(
                desk.cast.therapist, one, verb, if_match=one["version"], **body
            )
        else:
            device = tablet if who == "tablet" else desk.cast.client
            seen = max(1, one["version"] - behind)
            await sync(desk.cast, device, one, move(verb, minute, seen=seen, **body))
        one = await desk.read(one)
        await holds(desk, one)
