"""What goes over the wire about alerts, safety settings and where help is."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, RootModel

from api.foundation.schemas import In, Note, Out, Whole
from api.safety.alerts import Outcome, Priority, Rule, SourceKind
from api.safety.resources import Kind, Region
from api.safety.thresholds import DEFAULTS, Thresholds

_ID = "0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2d"
_CLIENT = "0198c8a4-6f2e-7c31-9a51-0f7d3f0b1c2e"
_AT = "2026-05-04T18:07:30Z"


def _shown(**members: Any) -> ConfigDict:
    return ConfigDict(**Out.model_config, json_schema_extra={"examples": [members]})


def _asked(**members: Any) -> ConfigDict:
    return ConfigDict(**In.model_config, json_schema_extra={"examples": [members]})


# --- alerts -------------------------------------------------------------------

_ACKNOWLEDGEMENT = {"staff_id": _ID, "outcome": "talked", "at": _AT}
_ALERT: dict[str, Any] = {
    "id": _ID,
    "client_id": _CLIENT,
    "rule": "AL-1",
    "rule_version": 1,
    "priority": "high",
    "title": "Thoughts of being better off dead, or of self-harm, were marked",
    "payload": {
        "value": 1,
        "steps": ["form.phq9_9"],
        "prior": 0,
        "resources_shown": True,
    },
    "suggestion": {"code": "ask_directly", "text": "Get in touch and ask openly."},
    "source": {"kind": "completion", "id": _ID, "part": None, "version": 1},
    "occurred_at": _AT,
    "raised_at": _AT,
    "acknowledgements": [_ACKNOWLEDGEMENT],
}
_OWN: dict[str, Any] = {
    "id": _ID,
    "rule": "AL-12",
    "text": "Some exercises felt like pressure. You can talk about that.",
    "occurred_at": _AT,
    "is_shared": False,
    "may_share": True,
    "seen_at": None,
}


class AcknowledgeIn(In):
    """What came of an alert, as the person who saw it says."""

    model_config = _asked(outcome="talked")

    outcome: Outcome


class AcknowledgementOut(Out):
    """That somebody saw an alert, when, and what came of it."""

    model_config = _shown(**_ACKNOWLEDGEMENT)

    staff_id: UUID
    outcome: Outcome
    at: datetime


class SuggestionOut(Out):
    """A conversation that may help: a stable code, and a sentence in plain words."""

    code: str
    text: str


class SourceOut(Out):
    """What an alert was made of; `part` names a follow-up, `version` is its `save`."""

    kind: SourceKind
    id: UUID
    part: str | None
    version: int


class AlertOut(Out):
    """An alert as the care team sees it: codes and numbers, never the client's words.

    `payload` has what its rule says in docs/safety.md. No list of alerts says that
    nothing is wrong: most people at risk mark nothing on a form.
    """

    model_config = _shown(**_ALERT)

    id: UUID
    client_id: UUID
    rule: Rule
    rule_version: int
    priority: Priority
    title: str
    payload: dict[str, Any]
    suggestion: SuggestionOut
    source: SourceOut
    occurred_at: datetime
    raised_at: datetime
    acknowledgements: list[AcknowledgementOut]


class OwnAlertOut(Out):
    """An alert as the client sees it: a card to talk about, which they may share.

    `is_shared`: the care team sees it. `seen_at`: when somebody first said they saw it.
    """

    model_config = _shown(**_OWN)

    id: UUID
    rule: Rule
    text: str
    occurred_at: datetime
    is_shared: bool
    may_share: bool
    seen_at: datetime | None


class AnyAlertOut(RootModel[AlertOut | OwnAlertOut]):
    """An alert as its reader may see it."""

    model_config = ConfigDict(json_schema_extra={"examples": [_ALERT, _OWN]})


class AlertPage(Out):
    """A page of alerts, newest first; `next` is the following page's cursor."""

    model_config = _shown(items=[_ALERT], next=None)

    items: list[AnyAlertOut]
    next: str | None


# --- where help is ------------------------------------------------------------

_RESOURCE: dict[str, Any] = {
    "region": "GB",
    "kind": "suicide",
    "name": "Crisis and suicide line",
    "number": "116 123",
    "sms": None,
    "url": None,
    "hours": None,
    "languages": [],
    "verified_on": None,
    "stale": True,
    "source_url": None,
}
_RESOURCES: dict[str, Any] = {
    "region": "GB",
    "matched": True,
    "resources": [_RESOURCE],
    "not_emergency": "This is not an emergency service.",
    "emergency_text": "Call the emergency number of the place where you are.",
}
_READERS: dict[str, Any] = {
    "readers": "care_team",
    "readers_text": "The people who care for you in this practice read these answers.",
    "response_hours": 48,
    "response_text": None,
}
_SUPPORT: dict[str, Any] = {
    **_RESOURCES,
    **_READERS,
    "suggestions": [
        {
            "kind": "exercise",
            "slug": "orient-and-ground",
            "text": "If you like, look around slowly.",
        }
    ],
}


class ResourceOut(Out):
    """One place to turn to. `stale`: nobody has checked it within 180 days."""

    model_config = _shown(**_RESOURCE)

    region: str
    kind: Kind
    name: str
    number: str | None
    sms: str | None
    url: str | None
    hours: str | None
    languages: list[str]
    verified_on: date | None
    stale: bool
    source_url: str | None


class ResourcesOut(Out):
    """Where help is. `matched` is false where only what holds anywhere is known."""

    model_config = _shown(**_RESOURCES)

    region: str
    matched: bool
    resources: list[ResourceOut]
    not_emergency: str
    emergency_text: str


class HelpfulNowOut(Out):
    """Something small that may help now; nobody has to."""

    kind: Literal["exercise"]
    slug: str
    text: str


class SupportOut(ResourcesOut):
    """What comes back with a risk answer, and where distress rose: show it first.

    It says where help is, who reads the answer and how soon, and that this is not an
    emergency service. It never says how much at risk somebody is.
    """

    model_config = _shown(**_SUPPORT)

    suggestions: list[HelpfulNowOut]
    readers: Literal["care_team", "named"]
    readers_text: str
    response_hours: int | None
    response_text: str | None


class SafetyOut(SupportOut):
    """What everybody should know before they answer: who reads, how soon, what always.

    `mandatory_reporting` is what the practice has to pass on by law where it works;
    show it before questions that may lead there.
    """

    model_config = _shown(
        **_SUPPORT,
        mandatory_reporting=None,
        always_passed_on="Two kinds of answers always reach your care team.",
        yours_first="Everything else only as far as you share it.",
        silence="That nobody writes to you does not mean that all is well.",
    )

    mandatory_reporting: str | None
    always_passed_on: str
    yours_first: str
    silence: str


# --- settings -----------------------------------------------------------------


def _each_once(value: tuple[UUID, ...]) -> tuple[UUID, ...]:
    if len(set(value)) < len(value):
        msg = "names somebody twice"
        raise ValueError(msg)
    return value


_NAMED = Annotated[tuple[UUID, ...], Field(max_length=50), AfterValidator(_each_once)]
_SETTINGS: dict[str, Any] = {
    "readers": [],
    "readers_text": "Your therapist reads this on working days.",
    "response_hours": 48,
    "region": "GB",
    "emergency_text": None,
    "mandatory_reporting": None,
    "thresholds": DEFAULTS.model_dump(),
}


class SafetySettingsIn(In):
    """Who reads alerts and how soon, the practice's texts, and from where rules fire.

    Naming readers widens nobody's reach: only who cares for a client sees their alerts.
    """

    model_config = _asked(**_SETTINGS)

    readers: _NAMED = Field(
        default=(), description="Staff who read alerts; empty: the whole care team."
    )
    readers_text: Note | None = Field(
        default=None, description="Told to clients; names nobody unless you do."
    )
    response_hours: Annotated[Whole, Field(ge=1, le=336)] | None = Field(
        default=None, description="How soon alerts are read, as clients are told."
    )
    region: Region | None = None
    emergency_text: Note | None = None
    mandatory_reporting: Note | None = None
    thresholds: Thresholds = DEFAULTS


class SafetySettingsOut(Out):
    """The safety settings in force; `number` counts every change, 0 before the first."""

    model_config = _shown(**_SETTINGS, number=1, made_at=_AT)

    number: int
    made_at: datetime | None
    readers: list[UUID]
    readers_text: str | None
    response_hours: int | None
    region: str | None
    emergency_text: str | None
    mandatory_reporting: str | None
    thresholds: Thresholds
