"""How to ask about progress: a client with one run, shared to the full."""

from api.completions.sharing import Level
from tests.access.matrix import Case, Stage, Whose
from tests.progress.past import agree, distress, load_library, run

CLIENT = {"client_id": "client"}

CASES = {
    "read_progress": Case(Whose.CLIENT, CLIENT),
    "read_calibration": Case(Whose.CLIENT, CLIENT),
    "read_outcomes": Case(Whose.CLIENT, CLIENT),
    "read_progress_by_person": Case(Whose.CLIENT, CLIENT),
    "read_adherence": Case(Whose.CLIENT, CLIENT),
    "summarise_assignment": Case(Whose.CLIENT, {"assignment_id": "assignment"}),
    "read_report": Case(Whose.CLIENT, CLIENT),
    "print_report": Case(Whose.CLIENT, CLIENT),
    "preview_report": Case(Whose.CLIENT, CLIENT),
    "draw_calendar": Case(Whose.CLIENT, CLIENT),
    "read_calendar_table": Case(Whose.CLIENT, CLIENT),
    "draw_reliability": Case(Whose.CLIENT, CLIENT),
    "read_reliability_table": Case(Whose.CLIENT, CLIENT),
    "draw_chart": Case(Whose.CLIENT, CLIENT | {"series": "series"}),
    "read_chart_table": Case(Whose.CLIENT, CLIENT | {"series": "series"}),
}


async def prepare(stage: Stage) -> None:
    """One exercise agreed and done."""
    cast = stage.cast
    await load_library(cast.store, cast.practice_id)
    breathing = await agree(cast.store, cast.client, cast.therapist)
    await run(cast.store, breathing, distress(7, 4), level=Level.FULL)
    stage.ids |= {
        "client": cast.client.id,
        "assignment": breathing.id,
        "series": "paced-breath.distress",
    }
