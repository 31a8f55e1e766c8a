"""Two devices, any order: the same end, and it is the most protective one."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from sqlalchemy import select as sql_select
from sqlmodel import col, select

from api.access.caller import Caller
from api.access.permissions import Role
from api.assignments.tables import Assignment, OccurrenceAnswer
from api.completions import service_sync
from api.completions.merge import State, Verdict
from api.completions.sharing import Level
from api.completions.tables import Completion, CompletionPart, SharingChange
from api.foundation.database import Database
from api.foundation.ids import new_id
from api.foundation.settings import Settings
from api.people.tables import Client, Staff
from api.practices.tables import Practice
from tests.cast import LONG_AGO
from tests.completions.stage import DOCUMENT, add_assignment_of, add_version

BEGAN = datetime(2026, 5, 4, 18, 0, tzinfo=UTC)
DEVICES = (UUID(int=1), UUID(int=2))
RUNS = (new_id(), new_id())
ASSIGNMENT = new_id()
Op = dict[str, Any]


@dataclass(frozen=True)
class Sent:
    """An operation and the device that sends it."""

    device: UUID
    op: Op


def moment(minutes: int) -> str:
    return (BEGAN + timedelta(minutes=minutes)).isoformat()


@st.composite
def moves(draw: st.DrawFn) -> Op:
    verb = draw(st.sampled_from(["accept", "pause", "resume", "withdraw", "decline"]))
    verb = draw(st.sampled_from([verb, "grant", "revoke"]))
    share = {"do": verb == "accept", "remind": False, "share": draw(st.booleans())}
    named = {"do": False, "remind": True, "share": True}
    op: Op = {"kind": "move", "assignment_id": str(ASSIGNMENT), "verb": verb, "seen": 1}
    if verb == "accept":
        op |= {"revision": 1, "grants": share}
    if verb in ("grant", "revoke"):
        op["grants"] = named
    return op


@st.composite
def completions(draw: st.DrawFn) -> Op:
    state = draw(st.sampled_from(State))
    said = draw(st.sampled_from(["given", "given", "no"]))
    body = {
        "assignment_id": str(ASSIGNMENT),
        "revision": 1,
        "state": state.value,
        "save": draw(st.integers(1, 3)),
        "started_at": moment(0),
        "ended_at": None if state is State.IN_PROGRESS else moment(5),
        "zone": "UTC",
        "answers": {"today": {"go": said, "calm": draw(st.integers(4, 6))}},
    }
    if draw(st.booleans()):
        body["sharing"] = {"level": draw(st.sampled_from(Level)).value}
    return {"kind": "completion", "completion_id": _run(draw), "completion": body}


def _run(draw: st.DrawFn) -> str:
    return str(draw(st.sampled_from(RUNS)))


@st.composite
def parts(draw: st.DrawFn) -> Op:
    return {
        "kind": "part",
        "completion_id": _run(draw),
        "part": "after",
        "follow_up": {
            "assignment_id": str(ASSIGNMENT),
            "revision": 1,
            "done_at": moment(draw(st.integers(100, 102))),
            "zone": "UTC",
            "answers": {
                "came": {"result": draw(st.sampled_from(["happened", "partly"]))}
            },
        },
    }


@st.composite
def choices(draw: st.DrawFn) -> Op:
    return {
        "kind": "sharing",
        "completion_id": _run(draw),
        "level": draw(st.sampled_from(Level)).value,
        "kept_back": draw(st.sampled_from([[], ["today.calm"], ["after"]])),
        "seen": [],
    }


@st.composite
def answers(draw: st.DrawFn) -> Op:
    said = draw(st.sampled_from(["done", "other_reason", "not_today", "not_safe_to"]))
    return {
        "kind": "occurrence",
        "assignment_id": str(ASSIGNMENT),
        "occurrence": "1.1",
        "answer": said,
        "seen": 0,
    }


@st.composite
def weeks(draw: st.DrawFn) -> list[Sent]:
    """What two devices did without knowing of each other."""
    kinds = st.one_of(moves(), completions(), parts(), choices(), answers())
    sent: list[Sent] = []
    for at, op in enumerate(draw(st.lists(kinds, min_size=1, max_size=9))):
        device = draw(st.sampled_from(DEVICES))
        if op["kind"] == "sharing":
            earlier = [s.op["id"] for s in sent if s.op["kind"] == "sharing"]
            knows = draw(st.booleans())
            if earlier and knows:
                op["seen"] = [draw(st.sampled_from(earlier))]
        minutes = draw(st.integers(0, 30)) * 10 + at
        ident = f"01a20000-0000-7000-8000-{at:012x}"
        sent.append(Sent(device, op | {"id": ident, "at": moment(minutes)}))
    return sent


@st.composite
def deliveries(draw: st.DrawFn) -> tuple[list[list[Sent]], list[list[Sent]]]:
    """The same week twice: as it happened, and shuffled, repeated and cut anyhow."""
    week = draw(weeks())
    again = draw(st.lists(st.sampled_from(week), max_size=3))
    shuffled = draw(st.permutations([*week, *again]))
    size = len(shuffled)
    cuts = draw(st.lists(st.sampled_from([0, 1]), min_size=size, max_size=size))
    return cut(week, [0] * len(week)), cut(shuffled, cuts)


def cut(sent: Sequence[Sent], cuts: Sequence[int]) -> list[list[Sent]]:
    """Make batches; a batch comes from one device."""
    batches: list[list[Sent]] = []
    for one, begins in zip(sent, cuts, strict=True):
        if not batches or begins or batches[-1][-1].device != one.device:
            batches.append([])
        batches[-1].append(one)
    return batches


# --- delivering ---------------------------------------------------------------


async def a_client(store: Database) -> Caller:
    """A client in a practice of their own, with one offer that waits."""
    async with store.writer() as db:
        practice = Practice(slug=new_id().hex, name="P", zone="UTC", opened_at=LONG_AGO)
        db.add(practice)
        await db.flush()
        staff = Staff(practice_id=practice.id, name="T", joined_at=LONG_AGO)
        client = Client(
            practice_id=practice.id, nickname="C", zone="UTC", created_at=LONG_AGO
        )
        db.add_all([staff, client])
        await db.flush()
        version = await add_version(db, practice.id, DOCUMENT)
        await add_assignment_of(
            db, client, staff.id, version, agreed=False, ident=ASSIGNMENT
        )
        await db.commit()
    return Caller(practice.id, client.id, frozenset({Role.CLIENT}), new_id())


async def deliver(
    store: Database, batches: Sequence[Sequence[Sent]], *, twice: bool = False
) -> Caller:
    client = await a_client(store)
    for batch in batches:
        device = batch[0].device
        caller = Caller(
            client.practice_id, client.id, client.roles, client.sign_in_id, device
        )
        async with store.writer() as db:
            operations = [one.op for one in batch]
            first, _ = await service_sync.sync(db, caller, operations, seen=-1)
            if twice:
                again, _ = await service_sync.sync(db, caller, operations, seen=-1)
                assert repeated(first.kinds) == again.kinds
            await db.commit()
    return client


def repeated(kinds: dict[int, Verdict]) -> dict[int, Verdict]:
    return {
        at: Verdict.REPEATED if kind is Verdict.APPLIED else kind
        for at, kind in kinds.items()
    }


# What depends on when we heard of it, and on whose turn it was, is not state.
_HEARD = {
    "practice_id",
    "client_id",
    "received_at",
    "changed_seq",
    "version",
    "device_id",
    "changed_at",
    "recorded",
    "offered_by",
    "exercise_id",
    "exercise_version_id",
    "offered_at",
}


async def state(store: Database, client: Caller) -> dict[str, Any]:
    """Everything that is so now."""
    found: dict[str, Any] = {}
    async with store.reader() as db:
        for table in (Assignment, Completion, CompletionPart, SharingChange):
            columns = table.__table__.c  # type: ignore[union-attr]
            rows = await (await db.connection()).execute(
                sql_select(*columns).where(columns.practice_id == client.practice_id)
            )
            found[table.__name__] = sorted(map(shown, rows.mappings()), key=repr)
        query = select(OccurrenceAnswer.id).where(
            col(OccurrenceAnswer.practice_id) == client.practice_id,
            col(OccurrenceAnswer.holds),
        )
        found["answers"] = list((await db.exec(query)).all())
    return found


def shown(row: Any) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in _HEARD}


def holds_what_protects(week: Sequence[Sent], ended: dict[str, Any]) -> None:
    """Check the end against the rule, said a second time and simply."""
    [assignment] = ended["Assignment"]
    verbs = {one.op["verb"] for one in week if one.op["kind"] == "move"}
    if "withdraw" in verbs:
        assert assignment["state"] == "withdrawn"
    elif any(map(refuses, by_device(week))):
        assert assignment["state"] == "declined"
    for run in ended["Completion"]:
        sendings = [
            one.op["completion"]
            for one in week
            if one.op["kind"] == "completion"
            and one.op["completion_id"] == str(run["id"])
        ]
        stops = [
            one
            for one in sendings
            if one["state"] == "stopped" or one["answers"]["today"]["go"] == "no"
        ]
        assert (run["state"] is State.STOPPED) == bool(stops)
        if not stops and any(one["state"] == "completed" for one in sendings):
            assert run["state"] is State.COMPLETED
        lone = lone_choices(week, run["id"])
        if not any("sharing" in one for one in sendings) and "sealed" in lone:
            assert run["level"] is Level.SEALED


def by_device(week: Sequence[Sent]) -> list[list[str]]:
    """The verbs of each device, in the order in which they were said."""
    moves = [one for one in week if one.op["kind"] == "move"]
    moves.sort(key=lambda one: str(one.op["at"]))
    return [[m.op["verb"] for m in moves if m.device == device] for device in DEVICES]


def refuses(verbs: Sequence[str]) -> bool:
    """Whether a device said no to the offer; after its own yes there is none left."""
    if "decline" not in verbs:
        return False
    return "accept" not in verbs[: verbs.index("decline")]


def lone_choices(week: Sequence[Sent], run: UUID) -> list[str]:
    """Levels of choices that nobody who knew of them, nor their device, replaced."""
    made = [
        one
        for one in week
        if one.op["kind"] == "sharing" and one.op["completion_id"] == str(run)
    ]
    seen = {old for one in made for old in one.op["seen"]}
    return [
        one.op["level"]
        for one in made
        if one.op["id"] not in seen
        and not any(
            other.device == one.device and other.op["at"] > one.op["at"]
            for other in made
        )
    ]


def test_any_order_repetition_and_cut_ends_in_the_same_most_protective_state(
    settings: Settings, engine_kind: str
) -> None:
    count = int(os.environ.get("ATTUNE_WEEKS", 60 if engine_kind == "sqlite" else 20))
    with asyncio.Runner() as runner:
        store = Database(settings)

        async def both(
            pair: tuple[list[list[Sent]], list[list[Sent]]],
        ) -> tuple[dict[str, Any], dict[str, Any]]:
            one = await deliver(store, pair[0])
            other = await deliver(store, pair[1], twice=True)
            return await state(store, one), await state(store, other)

        @examples(
            max_examples=count, suppress_health_check=list(HealthCheck), deadline=None
        )
        @given(deliveries())
        def converge(pair: tuple[list[list[Sent]], list[list[Sent]]]) -> None:
            one, other = runner.run(both(pair))
            assert one == other
            holds_what_protects([sent for batch in pair[0] for sent in batch], one)

        try:
            converge()
        finally:
            runner.run(store.close())
