"""The doors that need to know only who is calling: tokens, sign-ins, devices."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Form, Request

from api.access import service_devices as devices
from api.access import service_sign_ins as sign_ins
from api.access import service_throttle as throttle
from api.access.assertions import GRANT_TYPE, issuer_of
from api.access.caller import Caller, CurrentCaller, MayManageOwnDevices
from api.access.context import (
    AppKeys,
    AppSettings,
    Place,
    seconds_until,
    tokens_out,
)
from api.access.schemas import (
    DeviceOut,
    EnrolmentIn,
    EnrolmentOut,
    RefreshIn,
    RevokedOut,
    SignInOut,
    TokenForm,
    TokenOut,
    TokensOut,
)
from api.access.service_devices import TokenRefused
from api.access.service_sign_ins import RefreshRefused
from api.access.tables import Device, SignIn
from api.foundation.database import Db, Store
from api.foundation.errors import answer
from api.foundation.pagination import Page, Paging
from api.foundation.routing import room

router = room("", "access")
FORM = "application/x-www-form-urlencoded"


def sign_in_out(row: SignIn, caller: Caller) -> SignInOut:
    """Say one sign-in as its holder sees it."""
    return SignInOut.model_validate(
        row.model_dump() | {"is_this": row.id == caller.sign_in_id}
    )


def device_out(row: Device, caller: Caller) -> DeviceOut:
    """Say one device as the client sees it."""
    return DeviceOut.model_validate(
        row.model_dump()
        | {
            "is_revoked": row.revoked_at is not None,
            "is_this": row.id == caller.device_id,
        }
    )


@router.post("/v1/auth/refresh", operation_id="refresh", response_model=TokensOut)
async def refresh(body: RefreshIn, settings: AppSettings, db: Db) -> Any:
    """Renew a staff sign-in.

    Keep the token you hold until the answer is here, then hold the new one. If the
    answer gets lost, send the same token again. A token used after its successor was
    used signs everybody out: it means that two parties hold it.
    """
    opened = await sign_ins.refresh(db, settings, body.refresh_token)
    if opened is None:
        # Answered, not raised: the end of a replayed family must be committed.
        return answer(RefreshRefused())
    return tokens_out(opened)


@router.post("/v1/auth/sign-out", operation_id="sign_out", status_code=204)
async def sign_out(caller: CurrentCaller, db: Db) -> None:
    """End the sign-in that this token belongs to; it holds from the next request."""
    await sign_ins.end_own(db, caller, caller.sign_in_id)


@router.get(
    "/v1/auth/sign-ins",
    operation_id="list_sign_ins",
    response_model=Page[SignInOut],
)
async def list_sign_ins(caller: CurrentCaller, db: Db, paging: Paging) -> Any:
    """List your own sign-ins, newest first, ended ones too."""
    rows = await sign_ins.page_of_own(
        db, caller, after=paging.after, limit=paging.limit + 1
    )
    items, following = paging.cut(rows, key=lambda row: row.id)
    return {
        "items": [sign_in_out(row, caller) for row in items],
        "next": following,
    }


@router.post(
    "/v1/auth/sign-ins/{sign_in_id}/end", operation_id="end_sign_in", status_code=204
)
async def end_sign_in(sign_in_id: UUID, caller: CurrentCaller, db: Db) -> None:
    """End one of your sign-ins; ending it again changes nothing."""
    await sign_ins.end_own(db, caller, sign_in_id)


@router.post(
    "/v1/enrolments",
    operation_id="enrol_device",
    status_code=201,
    response_model=EnrolmentOut,
)
async def enrol_device(
    body: EnrolmentIn,
    settings: AppSettings,
    keys: AppKeys,
    store: Store,
    place: Place,
    db: Db,
) -> Any:
    """Bind this device to the client whose code was shown in session.

    The code works once. Unknown, used and expired codes get the same answer.
    """
    ticket = await throttle.admit(store, keys, settings, f"enrol:{place}")
    device = await devices.enrol(db, body.code, body.device_name, body.public_key)
    await throttle.give_back(db, ticket)
    return EnrolmentOut(
        practice_id=device.practice_id,
        client_id=device.client_id,
        device_id=device.id,
        issuer=issuer_of(device.practice_id, device.id),
        token_url=token_url(settings.public_url),
    )


def token_url(public_url: str) -> str:
    """Return where tokens are asked for: the one audience of assertions."""
    return f"{public_url.rstrip('/')}/oauth/token"


@router.post("/oauth/token", operation_id="issue_token", response_model=TokenOut)
async def issue_token(
    form: Annotated[TokenForm, Form()],
    request: Request,
    settings: AppSettings,
    store: Store,
    db: Db,
) -> Any:
    """Get an access token for a JWT that the device signed (RFC 7523).

    `iss` and `sub` are the issuer from enrolment, `aud` is the token URL, `exp` at
    most five minutes after `iat`, `jti` new each time; ES256 or Ed25519. Problems
    also carry `error`, the word of RFC 6749.
    """
    if not request.headers.get("content-type", "").lower().startswith(FORM):
        raise TokenRefused("invalid_request")
    if form.grant_type != GRANT_TYPE:
        missing = not form.grant_type
        raise TokenRefused("invalid_request" if missing else "unsupported_grant_type")
    device, proved = await devices.check_assertion(
        store, form.assertion, audience=token_url(settings.public_url)
    )
    opened = await devices.issue_token(db, settings, device, proved)
    return TokenOut(
        access_token=opened.access.text,
        token_type="Bearer",  # noqa: S106 - the RFC's word
        expires_in=seconds_until(opened.access_expires_at),
    )


@router.get(
    "/v1/me/devices", operation_id="list_devices", response_model=Page[DeviceOut]
)
async def list_devices(caller: MayManageOwnDevices, db: Db, paging: Paging) -> Any:
    """List every device that ever had access; nobody can shorten this list."""
    rows = await devices.page_of_own(
        db, caller, after=paging.after, limit=paging.limit + 1
    )
    items, following = paging.cut(rows, key=lambda row: row.id)
    return {"items": [device_out(row, caller) for row in items], "next": following}


@router.post(
    "/v1/me/devices/revoke-others",
    operation_id="revoke_other_devices",
    response_model=RevokedOut,
)
async def revoke_other_devices(caller: MayManageOwnDevices, db: Db) -> Any:
    """End every device but this one, at once."""
    return RevokedOut(revoked=await devices.revoke_others(db, caller))


@router.post(
    "/v1/me/devices/{device_id}/revoke",
    operation_id="revoke_device",
    response_model=DeviceOut,
)
async def revoke_device(device_id: UUID, caller: MayManageOwnDevices, db: Db) -> Any:
    """End one of your devices at once; it stays in the list."""
    return device_out(await devices.revoke(db, caller, device_id), caller)
