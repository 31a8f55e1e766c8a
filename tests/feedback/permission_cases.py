"""How to ask about feedback: a run shared to the full, seen and commented on."""

from typing import Any

from api.foundation.ids import new_id
from tests.access.matrix import Case, Stage, Whose
from tests.completions import stage as scene
from tests.progress.past import load_library

RUN = {"completion_id": "seen_run"}
MARKER: dict[str, Any] = {
    "marker": {
        "held_at": {"at": "2026-05-04T16:30:00+02:00", "approximate": False},
        "target": "target_1",
        "closure": "yes",
    }
}


def _comment(stage: Stage) -> dict[str, Any]:
    return {"id": str(new_id()), "text": "Thank you."}


def _marker(stage: Stage) -> dict[str, Any]:
    return {"id": str(new_id()), "answers": MARKER}


CASES = {
    "see_completion": Case(Whose.CLIENT, RUN),
    "comment_on_completion": Case(Whose.CLIENT, RUN, _comment),
    "read_feedback": Case(Whose.CLIENT, RUN),
    "list_feedback": Case(Whose.NOBODYS),
    "take_back_comment": Case(Whose.CLIENT, {"comment_id": "comment"}),
    "list_unseen_completions": Case(Whose.NOBODYS),
    "record_session_marker": Case(Whose.CLIENT, {"client_id": "client"}, _marker),
    "list_session_markers": Case(Whose.CLIENT, {"client_id": "client"}),
}


async def prepare(stage: Stage) -> None:
    """A run that is shared, a comment to it, and a library with the marker."""
    await load_library(stage.cast.store, stage.cast.practice_id)
    run = await (await scene.set_up(stage.cast)).done(level="full")
    comment = _comment(stage)
    path = f"/v1/completions/{run}/comments"
    said = await stage.cast.therapist.post(path, json=comment)
    assert said.status_code == 201, said.text
    ids = {"seen_run": run, "comment": comment["id"], "client": stage.cast.client.id}
    stage.ids |= ids
