"""How to ask about clients, care, separations, staff, and what is one's own."""

from api.access.permissions import Role
from tests.access.matrix import Case, Stage, Whose
from tests.cast import add_staff

V1 = {"If-Match": '"v1"'}
PERSON = {"nickname": "M.", "standing": "harmful", "is_shared": False}
CLIENT = {"client_id": "client"}
STAFF = {"staff_id": "spare"}
PERSON_PATH = {"person_id": "person"}

CASES = {
    "add_client": Case(Whose.NOBODYS, body=lambda stage: {"nickname": "Heron"}),
    "list_clients": Case(Whose.OWN),
    "read_client": Case(Whose.CLIENT, CLIENT),
    "change_client": Case(
        Whose.CLIENT,
        CLIENT,
        body=lambda stage: {"nickname": "H", "zone": "UTC", "locale": "en"},
        headers=V1,
    ),
    "discharge_client": Case(Whose.CLIENT, CLIENT),
    "issue_enrolment_code": Case(Whose.CLIENT, CLIENT),
    "list_shared_persons": Case(Whose.CLIENT, CLIENT),
    "read_care_team": Case(Whose.CLIENT, CLIENT),
    "add_carer": Case(
        Whose.CLIENT, CLIENT, body=lambda stage: {"staff_id": stage.ids["spare"]}
    ),
    "end_care": Case(Whose.CLIENT, CLIENT | {"staff_id": "therapist"}),
    "list_separations": Case(Whose.OWN),
    "separate_clients": Case(
        Whose.CLIENT,
        body=lambda stage: {
            "one_id": str(stage.ids["client"]),
            "other_id": str(stage.cast.separated.id),
        },
    ),
    "end_separation": Case(Whose.PRACTICE, {"separation_id": "separation"}),
    "list_staff": Case(Whose.OWN),
    "read_staff": Case(Whose.PRACTICE, STAFF),
    "change_roles": Case(
        Whose.PRACTICE, STAFF, body=lambda stage: {"roles": ["owner"]}, headers=V1
    ),
    "end_staff": Case(Whose.PRACTICE, STAFF),
    "invite_staff": Case(Whose.NOBODYS, body=lambda stage: {"roles": ["owner"]}),
    "accept_invitation": Case(
        Whose.NOBODYS,
        body=lambda stage: {
            "code": "x",
            "name": "x",
            "login": "xyz",
            "password": "x",
        },
    ),
    "read_me": Case(Whose.OWN),
    "change_profile": Case(
        Whose.OWN, body=lambda stage: {"nickname": "H", "zone": "UTC"}, headers=V1
    ),
    "read_preferences": Case(Whose.OWN),
    "change_preferences": Case(Whose.OWN, body=lambda stage: {"hides_numbers": True}),
    "list_persons": Case(Whose.OWN),
    "add_person": Case(Whose.NOBODYS, body=lambda stage: PERSON),
    "read_person": Case(Whose.CLIENT, PERSON_PATH),
    "change_person": Case(
        Whose.CLIENT, PERSON_PATH, body=lambda stage: PERSON, headers=V1
    ),
}


async def prepare(stage: Stage) -> None:
    """A spare therapist, a person of the client, and the cast's separation."""
    cast = stage.cast
    async with cast.store.writer() as db:
        spare = await add_staff(db, cast, "spare", Role.THERAPIST)
        await db.commit()
    person = await cast.client.post("/v1/me/people", json=PERSON)
    listed = await cast.owner.get("/v1/separations")
    stage.ids |= {
        "spare": str(spare.id),
        "client": cast.client.id,
        "therapist": cast.therapist.id,
        "person": person.json()["id"],
        "separation": listed.json()["items"][0]["id"],
    }
