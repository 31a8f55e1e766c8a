"""How to ask about completions: one run of the client, shared to the full."""

from typing import Any

from api.foundation.ids import new_id
from tests.access.matrix import Case, Stage, Whose
from tests.completions import stage as scene

RUN = {"completion_id": "completion"}


def _body(stage: Stage) -> dict[str, Any]:
    scened: scene.Stage = stage.ids["stage"]
    return scened.body(sharing={"level": "full"})


def _part(stage: Stage) -> dict[str, Any]:
    scened: scene.Stage = stage.ids["stage"]
    return scened.part()


def _wish(_: Stage) -> dict[str, Any]:
    return {"level": "full"}


CASES = {
    "submit_completion": Case(Whose.CLIENT, RUN, _body),
    "list_completions": Case(Whose.NOBODYS),
    "read_completion": Case(Whose.CLIENT, RUN),
    "submit_part": Case(Whose.CLIENT, RUN | {"part": "part"}, _part),
    "choose_sharing": Case(Whose.CLIENT, RUN, _wish),
    "read_sharing": Case(Whose.CLIENT, RUN),
    "sync": Case(Whose.OWN, body=lambda _: {}),
}


async def prepare(stage: Stage) -> None:
    """One exercise agreed and done."""
    scened = await scene.set_up(stage.cast)
    completion_id = new_id()
    await scened.send(scened.body(sharing={"level": "full"}), completion_id)
    stage.ids |= {"stage": scened, "completion": completion_id, "part": "after"}
