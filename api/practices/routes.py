"""The practice's own page, and its front door: staff sign in at a practice."""

from typing import Any

from fastapi import Response

from api.access import service_staff_door as door
from api.access.caller import MayManagePractice, MayReadPractice
from api.access.context import (
    AppKeys,
    AppPasswords,
    AppSettings,
    Place,
    tokens_out,
)
from api.access.schemas import SignInIn, TokensOut
from api.access.service_staff_door import Attempt, Door
from api.foundation.database import Db, Store
from api.foundation.etags import IfMatch, etag
from api.foundation.routing import room
from api.practices import service
from api.practices.schemas import PracticeIn, PracticeOut

router = room("", "practices")


@router.post("/v1/auth/sign-in", operation_id="sign_in", response_model=TokensOut)
async def sign_in(
    body: SignInIn,
    settings: AppSettings,
    keys: AppKeys,
    passwords: AppPasswords,
    store: Store,
    place: Place,
    db: Db,
) -> Any:
    """Come in with login, password and the code of an authenticator app.

    Whatever is wrong, the answer is the same. A code works once.
    """
    async with store.reader() as reading:
        practice_id = await service.named(reading, body.practice)
    attempt = Attempt(practice_id, body.login, body.password, body.totp, place)
    proof = await door.prove(Door(store, keys, passwords, settings), attempt)
    return tokens_out(await door.enter(db, settings, proof))


@router.get("/v1/practice", operation_id="read_practice", response_model=PracticeOut)
async def read_practice(caller: MayReadPractice, db: Db, response: Response) -> Any:
    """Read the practice you work in; its ETag is what a change must name."""
    practice = await service.one(db, caller.practice_id)
    response.headers["ETag"] = etag(practice.version)
    return PracticeOut.model_validate(practice)


@router.put("/v1/practice", operation_id="change_practice", response_model=PracticeOut)
async def change_practice(
    body: PracticeIn,
    caller: MayManagePractice,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Rename the practice or change its zone (owner)."""
    practice = await service.change(
        db, caller, name=body.name, zone=body.zone, if_match=if_match
    )
    response.headers["ETag"] = etag(practice.version)
    return PracticeOut.model_validate(practice)
