"""How to ask the doors: tokens, sign-ins, devices."""

from tests.access.matrix import Case, Stage, Whose

CASES = {
    "refresh": Case(Whose.NOBODYS, body=lambda stage: {"refresh_token": "nothing"}),
    "sign_out": Case(Whose.OWN),
    "list_sign_ins": Case(Whose.OWN),
    "end_sign_in": Case(Whose.THERAPIST, path={"sign_in_id": "sign_in"}),
    "enrol_device": Case(
        Whose.NOBODYS,
        body=lambda stage: {"code": "x", "device_name": "x", "public_key": {}},
    ),
    "issue_token": Case(
        Whose.NOBODYS, body=lambda stage: {"grant_type": "x"}, form=True
    ),
    "list_devices": Case(Whose.OWN),
    "revoke_other_devices": Case(Whose.OWN),
    "revoke_device": Case(Whose.CLIENT, path={"device_id": "device"}),
}


async def prepare(stage: Stage) -> None:
    """The therapist's sign-in and the client's device are the cast's own."""
    stage.ids["sign_in"] = stage.cast.therapist.sign_in_id
    stage.ids["device"] = stage.cast.client.device_id
