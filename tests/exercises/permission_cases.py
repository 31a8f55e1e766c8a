"""How to ask about exercises: one of the practice's own, published once, translated, drafted anew."""

from typing import Any

from tests.access.matrix import Case, Stage, Whose
from tests.exercises.documents import exercise, in_other_words

SLUG = {"slug": "slug"}
VERSION = SLUG | {"number": "number"}
TRANSLATION = VERSION | {"locale": "de"}


def draft(stage: Stage) -> dict[str, Any]:
    return {"document": exercise()}


CASES = {
    "list_exercises": Case(Whose.OWN),
    "begin_exercise": Case(Whose.NOBODYS, body=draft),
    "read_exercise": Case(Whose.PRACTICE, SLUG),
    "read_draft": Case(Whose.PRACTICE, SLUG),
    "write_draft": Case(Whose.PRACTICE, SLUG, body=draft, headers={"If-Match": '"v1"'}),
    "check_draft": Case(Whose.PRACTICE, SLUG),
    "publish_exercise": Case(Whose.PRACTICE, SLUG, body=lambda stage: {}),
    "fork_exercise": Case(
        Whose.PRACTICE, SLUG, body=lambda stage: {"slug": "another-step"}
    ),
    "retire_exercise": Case(Whose.PRACTICE, SLUG),
    "list_exercise_versions": Case(Whose.PRACTICE, SLUG),
    "read_exercise_version": Case(Whose.PRACTICE, VERSION),
    "read_answers_schema": Case(Whose.PRACTICE, VERSION),
    "read_exercise_card": Case(Whose.PRACTICE, VERSION),
    "list_instruments": Case(Whose.OWN),
    "read_instrument": Case(Whose.NOBODYS, {"instrument_id": "instrument_id"}),
    "enable_instrument": Case(Whose.NOBODYS, {"instrument_id": "instrument_id"}),
    "disable_instrument": Case(Whose.NOBODYS, {"instrument_id": "instrument_id"}),
    "list_exercise_translations": Case(Whose.PRACTICE, VERSION),
    "read_exercise_translation": Case(Whose.PRACTICE, TRANSLATION),
    "write_exercise_translation": Case(
        Whose.PRACTICE,
        TRANSLATION,
        body=lambda stage: {"document": in_other_words(exercise(), "de")},
        headers={"If-Match": '"v1"'},
    ),
    "compare_exercise_versions": Case(
        Whose.PRACTICE, VERSION, query=lambda stage: {"from": "1"}
    ),
}


async def prepare(stage: Stage) -> None:
    """Publish one exercise of the practice and begin its next draft."""
    therapist, document = stage.cast.therapist, exercise()
    begun = await therapist.post("/v1/exercises", json={"document": document})
    path = f"/v1/exercises/{document['slug']}"
    await therapist.post(f"{path}/publish", json={})
    etag = (await therapist.get(path)).headers["etag"]
    await therapist.put(
        f"{path}/draft", json={"document": document}, headers={"If-Match": etag}
    )
    translated = await therapist.put(
        f"{path}/versions/1/translations/de",
        json={"document": in_other_words(document, "de")},
    )
    assert (begun.status_code, translated.status_code) == (201, 200)
    stage.ids |= {"slug": document["slug"], "number": 1, "instrument_id": "phq9"}
