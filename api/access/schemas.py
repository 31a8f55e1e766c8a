"""What the doors take and give."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field

from api.access import logins
from api.access.permissions import STAFF_ROLES, Role
from api.foundation.schemas import In, Moment, Name, Out, Slug

_TOKEN = "AZq3…base64url"  # noqa: S105 - an example
_ID = "0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2d"


def _for_staff(roles: list[Role]) -> list[Role]:
    if not set(roles) <= STAFF_ROLES:
        msg = "names a role that staff can't have"
        raise ValueError(msg)
    return sorted(set(roles))


StaffRoles = Annotated[
    list[Role], Field(min_length=1, max_length=4), AfterValidator(_for_staff)
]
Code = Annotated[str, Field(min_length=1, max_length=64)]
Login = Annotated[
    str,
    Field(min_length=3, max_length=120, pattern=r"^[^\s@]+$"),
    AfterValidator(logins.checked),
]
Password = Annotated[str, Field(min_length=1, max_length=512)]


class SignInIn(In):
    """What a staff member types to come in."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "practice": "harbour",
                    "login": "tess",
                    "password": "four plain words, or more",
                    "totp": "123456",
                }
            ]
        }
    )

    practice: Slug = Field(description="The practice's short name")
    login: str = Field(min_length=1, max_length=120)
    password: Password
    totp: str = Field(
        pattern=r"^[0-9]{6}$", description="Six digits of the authenticator app"
    )


class TokensOut(Out):
    """A short-lived access token and what renews it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "access_token": _TOKEN,
                    "token_type": "Bearer",
                    "expires_in": 900,
                    "refresh_token": _TOKEN,
                    "sign_in_id": _ID,
                }
            ]
        }
    )

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds that the access token lives")
    refresh_token: str = Field(
        description="Good until the token you get for it is first used"
    )
    sign_in_id: UUID


class RefreshIn(In):
    """The refresh token that is held."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"refresh_token": _TOKEN}]}
    )

    refresh_token: str = Field(min_length=1, max_length=200)


class SignInOut(Out):
    """One sign-in of the caller's own."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": _ID,
                    "kind": "staff",
                    "device_id": None,
                    "started_at": "2026-03-02T08:00:00Z",
                    "expires_at": "2026-04-01T08:00:00Z",
                    "ended_at": None,
                    "is_this": True,
                }
            ]
        }
    )

    id: UUID
    kind: Literal["staff", "client"]
    device_id: UUID | None
    started_at: Moment
    expires_at: Moment
    ended_at: Moment | None
    is_this: bool


class EnrolmentIn(In):
    """A code from the session, and the key that the device has just made."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "code": "7K2M-9QXD-4TRB-H0PC",
                    "device_name": "My phone",
                    "public_key": {
                        "kty": "OKP",
                        "crv": "Ed25519",
                        "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                    },
                }
            ]
        }
    )

    code: Code
    device_name: Name = Field(description="As the client will see it in the list")
    public_key: dict[str, Any] = Field(
        description="A JWK (RFC 7517): EC P-256 or OKP Ed25519, public members only",
        max_length=12,
    )


class EnrolmentOut(Out):
    """What the device needs in order to ask for tokens."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "practice_id": _ID,
                    "client_id": _ID,
                    "device_id": _ID,
                    "issuer": f"device:{_ID}:{_ID}",
                    "token_url": "https://attune.example/oauth/token",
                }
            ]
        }
    )

    practice_id: UUID
    client_id: UUID
    device_id: UUID
    issuer: str = Field(description="`iss` and `sub` of every assertion")
    token_url: str = Field(description="Where to send it; also its `aud`")


class TokenForm(In):
    """An RFC 7523 token request; parameters it does not know are ignored."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "grant_type": "urn:ietf:params:oauth:grant-type:jwt-bearer",
                    "assertion": "eyJhbGciOiJFZDI1NTE5In0…",
                }
            ]
        },
    )

    grant_type: str = Field(
        default="", description="urn:ietf:params:oauth:grant-type:jwt-bearer"
    )
    assertion: str = Field(default="", description="A JWT that the device signed")


class TokenOut(Out):
    """A short-lived access token; sign again for the next one."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"access_token": _TOKEN, "token_type": "Bearer", "expires_in": 900}
            ]
        }
    )

    access_token: str
    token_type: Literal["Bearer"]
    expires_in: int = Field(description="Seconds that it lives")


class DeviceOut(Out):
    """A device that has, or had, access: by day, never by hour or place."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": _ID,
                    "name": "My phone",
                    "first_day": "2026-03-02",
                    "last_day": "2026-05-14",
                    "is_revoked": False,
                    "is_this": True,
                }
            ]
        }
    )

    id: UUID
    name: str
    first_day: date
    last_day: date
    is_revoked: bool
    is_this: bool


class RevokedOut(Out):
    """How many devices were ended."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"revoked": 2}]})

    revoked: int


class InvitationIn(In):
    """What the new staff member will be."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"roles": ["therapist"]}]}
    )

    roles: StaffRoles


class CodeOut(Out):
    """A one-time code; it is shown once and kept only as a hash."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"code": "7K2M-9QXD-4TRB-H0PC", "expires_at": "2026-03-03T08:00:00Z"}
            ]
        }
    )

    code: str
    expires_at: Moment
