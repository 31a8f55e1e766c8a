"""Clients, staff, care team, separations and persons over the wire.

There is no field for an e-mail, a phone number or an address, and none may be added.
"""

from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field

from api.access.permissions import Role
from api.access.schemas import Code, Login, Password, StaffRoles
from api.foundation.schemas import Flag, In, Moment, Name, Out, Zone
from api.people.tables import ClientState, Standing

_ID = "0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2d"
_AT = "2026-03-02T08:00:00Z"


def _example(**values: Any) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


def _version_7(value: UUID) -> UUID:
    if value.version != 7:
        msg = "is no UUIDv7"
        raise ValueError(msg)
    return value


Id7 = Annotated[UUID, AfterValidator(_version_7)]
Locale = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$", max_length=16)]


class ClientIn(In):
    """As little as a nickname; the zone is the practice's unless you say otherwise."""

    model_config = _example(nickname="Blue Heron", zone="Europe/Berlin")

    nickname: Name
    zone: Zone | None = None
    locale: Locale = "en"


class ClientChangeIn(In):
    """The whole of what can change about a client."""

    model_config = _example(nickname="Blue Heron", zone="Europe/Berlin", locale="en")

    nickname: Name
    zone: Zone
    locale: Locale


class ClientOut(Out):
    """A client: nothing clinical, no way to reach them outside the app."""

    model_config = _example(
        id=_ID,
        nickname="Blue Heron",
        zone="Europe/Berlin",
        locale="en",
        state="active",
        created_at=_AT,
    )

    id: UUID
    nickname: str
    zone: str
    locale: str
    state: ClientState
    created_at: Moment


class CarerOut(Out):
    """Somebody who cares for a client."""

    model_config = _example(staff_id=_ID, name="Tess", began_at=_AT)

    staff_id: UUID
    name: str
    began_at: Moment


class CareTeamOut(Out):
    """Everyone who cares for a client now."""

    model_config = _example(items=[{"staff_id": _ID, "name": "Tess", "began_at": _AT}])

    items: list[CarerOut]


class CarerIn(In):
    """Whom to add to the care team."""

    model_config = _example(staff_id=_ID)

    staff_id: UUID


class SeparationIn(In):
    """Two clients who must never meet here."""

    model_config = _example(one_id=_ID, other_id="0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2e")

    one_id: UUID
    other_id: UUID


class SeparationOut(Out):
    """Two clients kept apart, and since when."""

    model_config = _example(
        id=_ID, one_id=_ID, other_id=_ID, made_at=_AT, ended_at=None
    )

    id: UUID
    one_id: UUID
    other_id: UUID
    made_at: Moment
    ended_at: Moment | None


class StaffOut(Out):
    """Somebody who works, or worked, in the practice."""

    model_config = _example(
        id=_ID, name="Tess", roles=["therapist"], joined_at=_AT, left_at=None
    )

    id: UUID
    name: str
    roles: list[Role]
    joined_at: Moment
    left_at: Moment | None


class RolesIn(In):
    """Everything somebody may be from now on."""

    model_config = _example(roles=["therapist", "privacy_officer"])

    roles: StaffRoles


class AcceptInvitationIn(In):
    """The owner's code, and how you want to be known and come in."""

    model_config = _example(
        code="7K2M-9QXD-4TRB-H0PC",
        name="Tess",
        login="tess",
        password="four plain words, or more",  # noqa: S106 - an example
    )

    code: Code
    name: Name
    login: Login = Field(description="Unique in the practice; not an e-mail address")
    password: Password = Field(description="15 to 128 characters; a sentence is fine")


class WelcomeOut(Out):
    """Shown once: put it into an authenticator app now."""

    model_config = _example(
        staff_id=_ID,
        practice="harbour",
        login="tess",
        totp_secret="JBSWY3DPEHPK3PXP",  # noqa: S106 - an example
        totp_uri="otpauth://totp/Attune:tess?secret=JBSWY3DPEHPK3PXP&issuer=Attune",
    )

    staff_id: UUID
    practice: str = Field(description="The short name to sign in at")
    login: str
    totp_secret: str
    totp_uri: str = Field(description="What the QR code holds")


class PracticeOfMe(Out):
    """The practice; a client's device does not learn its name from here."""

    id: UUID
    name: str | None


class MeOut(Out):
    """Who this token speaks for, and what they may do."""

    model_config = _example(
        kind="staff",
        id=_ID,
        name="Tess",
        zone=None,
        practice={"id": _ID, "name": "Harbour Practice"},
        roles=["therapist"],
        rights={"offer_exercises": "care_team"},
        device_id=None,
        may_keep_offline=True,
        may_remind=True,
    )

    kind: Literal["staff", "client"]
    id: UUID
    name: str = Field(description="A client's nickname, or a staff member's name")
    zone: str | None = Field(description="The client's IANA zone; null for staff")
    practice: PracticeOfMe
    roles: list[Role]
    rights: dict[str, Literal["own", "care_team", "practice"]] = Field(
        description="Each right and on whose things it holds"
    )
    device_id: UUID | None
    may_keep_offline: bool = Field(
        description="False: keep nothing on the device, and clear what is there"
    )
    may_remind: bool = Field(description="False: no reminder of any kind")


class ProfileIn(In):
    """What a client says about themself."""

    model_config = _example(nickname="Blue Heron", zone="Europe/Lisbon")

    nickname: Name
    zone: Zone


class PreferencesIn(In):
    """How you want to read what is about you."""

    model_config = _example(hides_numbers=True)

    hides_numbers: Flag = Field(
        description="Read your progress in words; every number is null for you"
    )


class PreferencesOut(Out):
    """How a client wants to read what is about them; nobody else's view changes."""

    model_config = _example(hides_numbers=True)

    hides_numbers: bool


class PersonIn(In):
    """Somebody in the client's life, by a private nickname."""

    model_config = _example(
        id=_ID, nickname="M.", standing="under_review", is_shared=False
    )

    id: Id7 | None = Field(default=None, description="A UUIDv7 that the app made")
    nickname: Name
    standing: Standing = Standing.UNMARKED
    is_shared: Flag = Field(default=False, description="Whether the therapist sees it")


class PersonChangeIn(In):
    """The whole of what can change about a person."""

    model_config = _example(nickname="M.", standing="harmful", is_shared=True)

    nickname: Name
    standing: Standing
    is_shared: Flag


class PersonOut(Out):
    """Somebody in the client's life; never a contact record."""

    model_config = _example(
        id=_ID, nickname="M.", standing="harmful", is_shared=True, made_at=_AT
    )

    id: UUID
    nickname: str
    standing: Standing
    is_shared: bool
    made_at: Moment
