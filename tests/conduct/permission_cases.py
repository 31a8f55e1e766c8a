"""How to ask about conduct: an assignment that the client has withdrawn from."""

from tests.access.matrix import Case, Stage, Whose
from tests.completions import stage as scene

CASES = {
    "note_withdrawal": Case(Whose.CLIENT, {"assignment_id": "withdrawn"}),
    "read_consent_report": Case(Whose.CLIENT, {"client_id": "client"}),
    "read_practice_consent_report": Case(Whose.OWN),
}


async def prepare(stage: Stage) -> None:
    """Agree an exercise, and withdraw."""
    agreed = await scene.set_up(stage.cast)
    path = f"/v1/assignments/{agreed.assignment_id}/withdraw"
    answer = await stage.cast.client.post(path, json={})
    assert answer.status_code == 200, answer.text
    stage.ids |= {"withdrawn": agreed.assignment_id, "client": stage.cast.client.id}
