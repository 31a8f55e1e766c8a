"""Every operation × everybody: the answer is the one that the permission table gives.

Generated from the table and the OpenAPI document; an operation that no room's
`permission_cases.py` lists makes it fail. What is out of reach answers byte for byte
as what does not exist.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from api.access import tokens
from api.access.permissions import PUBLIC_OPERATIONS, Right, Role
from api.access.tables import AccessToken, SignIn
from api.foundation.ids import new_id
from tests.access import matrix
from tests.access.matrix import (
    PRINCIPALS,
    Answer,
    Case,
    Operation,
    Principal,
    Stage,
    Whose,
    all_operations,
    expected,
    room_of,
)
from tests.cast import Cast, Someone, add_staff

UUID_LENGTH = 36


def test_every_operation_is_listed_by_its_room_and_nothing_else_is() -> None:
    listed = [name for room in matrix.rooms() for name in room.cases]
    assert sorted(listed) == sorted(operation.id for operation in all_operations())


def test_every_operation_is_public_or_names_one_right() -> None:
    unguarded = {op.id for op in all_operations() if not op.rights}
    assert unguarded == PUBLIC_OPERATIONS
    assert {op.id for op in all_operations() if len(op.rights) > 1} == set()


@pytest.fixture
async def stage(cast: Cast) -> Stage:
    """Add those whose tokens are no good, and an owner next door."""
    now = datetime.now(UTC)
    async with cast.store.writer() as db:
        await add_staff(
            db,
            cast,
            "other_owner",
            Role.OWNER,
            Role.PRIVACY_OFFICER,
            practice=cast.other_practice_id,
        )
        for part in ("expired", "revoked"):
            await add_staff(db, cast, part, Role.THERAPIST, Role.OWNER)
        cast.people["anonymous"] = Someone(
            cast.http, cast.practice_id, new_id(), "nothing", new_id()
        )
        await _spoil(db, cast, now)
        await db.commit()
    return Stage(cast)


async def _spoil(db: Any, cast: Cast, now: datetime) -> None:
    read = tokens.read(cast.expired.token)
    assert read is not None
    token = await db.get(AccessToken, (cast.practice_id, read.hash))
    token.expires_at = now - timedelta(seconds=1)
    sign_in = await db.get(SignIn, (cast.practice_id, cast.revoked.sign_in_id))
    sign_in.ended_at = now


def request_of(
    operation: Operation, case: Case, stage: Stage, ids: Mapping[str, Any]
) -> dict[str, Any]:
    """Put a request together; `ids` fill the path."""
    path = operation.path.format(
        **{name: ids.get(key, key) for name, key in case.path.items()}
    )
    more: dict[str, Any] = {"headers": dict(case.headers)}
    if case.body is not None:
        more["data" if case.form else "json"] = case.body(stage)
    if case.query is not None:
        more["params"] = dict(case.query(stage))
    return {"method": operation.method, "path": path, **more}


async def ask(stage: Stage, who: Principal, request: dict[str, Any]) -> httpx.Response:
    someone = stage.cast.people[who.part]
    if who.part == "anonymous":
        more = {k: v for k, v in request.items() if k not in ("method", "path")}
        return await someone.http.request(request["method"], request["path"], **more)
    return await someone.ask(**request)


def said(response: httpx.Response) -> Answer:
    """Reduce an answer to what the table speaks about."""
    # 501: let in, and this machine lacks what an optional answer needs.
    assert response.status_code < 500 or response.status_code == 501, response.text
    code = str(response.status_code)
    return Answer(code) if code in ("401", "403", "404") else Answer.ALLOWED


def of_absent(case: Case, ids: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same ids with each name and id of the path replaced by nobody's."""
    keys = set(case.path.values()) & set(ids)
    return dict(ids) | {key: _absent(ids[key]) for key in keys}


def _absent(value: Any) -> Any:
    if isinstance(value, int):  # a number within something, as a version's
        return value
    return str(new_id()) if len(str(value)) == UUID_LENGTH else f"absent{value}"


def in_path(case: Case) -> bool:
    return bool(case.path) and case.whose is not Whose.OWN


@pytest.mark.parametrize("operation", all_operations(), ids=lambda op: op.id)
async def test_everybody_gets_what_the_table_says(
    operation: Operation, stage: Stage
) -> None:
    room = room_of(operation.id)
    assert room is not None, f"{operation.id} is in no permission_cases.py"
    if room.prepare is not None:
        await room.prepare(stage)
    case = room.cases[operation.id]
    wrong = {}
    for who in PRINCIPALS:
        wanted = expected(operation, who, case.whose)
        request = request_of(operation, case, stage, stage.ids)
        response = await ask(stage, who, request)
        if operation.id not in PUBLIC_OPERATIONS and said(response) != wanted:
            wrong[who.part] = f"{response.status_code} instead of {wanted}"
        if wanted is Answer.NOT_FOUND and in_path(case):
            absent = request_of(operation, case, stage, of_absent(case, stage.ids))
            if (await ask(stage, who, absent)).content != response.content:
                wrong[who.part] = "out of reach and absent differ"
    assert wrong == {}


@pytest.mark.parametrize(
    ("part", "whose", "answer"),
    [
        ("anonymous", Whose.CLIENT, Answer.NOT_SIGNED_IN),
        ("coordinator", Whose.CLIENT, Answer.NOT_PERMITTED),
        ("colleague", Whose.CLIENT, Answer.NOT_FOUND),
        ("therapist", Whose.CLIENT, Answer.ALLOWED),
        ("stranger", Whose.PRACTICE, Answer.NOT_FOUND),
    ],
)
def test_the_expectation_is_read_off_the_table(
    part: str, whose: Whose, answer: Answer
) -> None:
    change = Operation("change", "PUT", "/x", (Right.MANAGE_CLIENTS,))
    who = next(principal for principal in PRINCIPALS if principal.part == part)
    assert expected(change, who, whose) is answer
