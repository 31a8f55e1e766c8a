"""Enacts what is around the exercises: phases, precautions, alerts, a programme."""

from collections.abc import Awaitable, Callable, Mapping

from api.assignments.schemas import GrantsIn
from api.demo.stage import Stage, Thread
from api.demo.story import Act, Scene
from api.foundation.etags import etag
from api.people import service_precautions as precautions
from api.people.tables import Phase, PrecautionCode
from api.programmes import service as programmes
from api.programmes import service_answers, service_reading, service_steps
from api.programmes.definition import PartTerms
from api.programmes.schemas_plans import (
    PartAnswerIn,
    PartChoiceIn,
    PlanAcceptIn,
    PlanIn,
    ProgrammeRef,
    StepIn,
)
from api.safety import service_reading as alerts
from api.safety.alerts import Outcome, Rule

_SHARED = PartTerms.model_validate({"sharing": "scores"})
_SHARED_PARTS = ("tiny", "small")
_WITH_A_PERSON = ("share",)
"""The rung that needs a trusted person; the demo's client has named nobody yet."""


async def _care(stage: Stage, scene: Scene) -> None:
    therapist, client_id = stage.people.therapist, stage.people.client.id
    before = await precautions.care_of(stage.db, therapist.practice_id, client_id)
    await precautions.change(
        stage.db,
        therapist,
        client_id,
        wanted=[PrecautionCode(code) for code in scene.minds],
        phase=Phase(scene.phase or before.phase),
        if_match=etag(before.version),
    )


async def _acknowledge(stage: Stage, scene: Scene) -> None:
    """The therapist says what came of what was marked in the first questionnaire."""
    therapist = stage.people.therapist
    (alert,) = await alerts.page(
        stage.db,
        therapist,
        is_open=None,
        client_id=stage.people.client.id,
        rule=Rule.SELF_HARM,
        priority=None,
        after=None,
        limit=1,
    )
    outcome = Outcome(scene.text or Outcome.TALKED)
    await alerts.acknowledge(stage.db, therapist, alert["id"], outcome)


async def _offer_plan(stage: Stage, scene: Scene) -> None:
    body = PlanIn(
        client_id=stage.people.client.id,
        programme=ProgrammeRef(slug=scene.text or "", version=1),
        parts=tuple(PartChoiceIn(part=one, terms=_SHARED) for one in _SHARED_PARTS),
        leave_out=_WITH_A_PERSON,
    )
    made = await programmes.offer(stage.db, stage.people.therapist, body)
    stage.plans[scene.about] = made.plan.id
    names = {part.id: part.exercise for part in made.parts(made.proposed)}
    for part, assignment in made.assignments(made.proposed).items():
        thread = Thread(assignment.id, names[part])
        stage.threads[f"{scene.about}.{part}"] = thread


async def _accept_plan(stage: Stage, scene: Scene) -> None:
    client, plan_id = stage.people.client, stage.plans[scene.about]
    offered = await service_reading.one(stage.db, client, plan_id)
    body = PlanAcceptIn(
        revision=offered.proposed,
        parts=tuple(
            PartAnswerIn(part=part, terms=one.offered_revision)
            for part, one in offered.assignments(offered.proposed).items()
            if one.offered_revision is not None
        ),
        grants=GrantsIn(do=True, remind=scene.remind, share=scene.share),
    )
    await service_answers.accept(stage.db, client, plan_id, body)


async def _go(stage: Stage, scene: Scene) -> None:
    plan_id = stage.plans[scene.about]
    await service_steps.go(stage.db, stage.people.client, plan_id, StepIn())


async def _down(stage: Stage, scene: Scene) -> None:
    plan_id = stage.plans[scene.about]
    await service_steps.down(stage.db, stage.people.client, plan_id, StepIn())


PLAY: Mapping[Act, Callable[[Stage, Scene], Awaitable[None]]] = {
    Act.CARE: _care,
    Act.ACKNOWLEDGE: _acknowledge,
    Act.OFFER_PLAN: _offer_plan,
    Act.ACCEPT_PLAN: _accept_plan,
    Act.GO: _go,
    Act.DOWN: _down,
}
