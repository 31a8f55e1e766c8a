"""Enacts the story through the services, each scene at its own moment.

It writes no table itself. A refusal by a service ends the seeding: what is in the demo
is what the services allow.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel.ext.asyncio.session import AsyncSession

from api.assignments import service as assignments
from api.assignments import service_occurrences, service_reading
from api.assignments import terms as rules
from api.assignments.occurrences import Answer
from api.assignments.schedule import AsNeeded, Recurring
from api.assignments.schemas import AnswerIn
from api.assignments.service_moves import Stamp
from api.assignments.standing import Grants
from api.completions import service as completions
from api.completions import service_parts, service_sharing, service_terms
from api.completions.merge import State
from api.completions.service_parts import Part
from api.completions.sharing import Level
from api.completions.submission import Run as Sending
from api.completions.submission import Wish
from api.demo import cast, seed_care, story
from api.demo.answers import Run, answer_later, answer_today
from api.demo.cast import Cast, Ground
from api.demo.stage import Stage, Thread
from api.demo.story import Act, Calendar, Scene, Terms
from api.exercises import service as exercises
from api.feedback import service as feedback
from api.foundation import clock, etags
from api.foundation.ids import new_id
from api.programmes import service_definitions as programmes

NOT_NOW_FOR = timedelta(days=16)
TELL_EVERY = 40
Say = Callable[[str], None]


async def plant(
    db: AsyncSession,
    ground: Ground,
    now: datetime,
    say: Say,
    *,
    seed: int = story.SEED,
    is_sqlite: bool,
) -> Cast:
    """Make the practice and its weeks in one transaction, which the caller commits."""
    today = now.astimezone(ZoneInfo(story.ZONE)).date()
    calendar = Calendar(today)
    with clock.travelling(calendar.at(0, 9)):
        chance = story.chance_of(seed, "cast")
        people = await cast.gather(db, ground, chance, is_sqlite=is_sqlite)
        count = await exercises.load_library(db, people.client.practice_id)
        orders = await programmes.load_library(db, people.client.practice_id)
    say(f"Library    {count} exercises, {orders} programmes")
    scenes = story.story(today, seed)
    stage = Stage(db, people, calendar, seed)
    for number, scene in enumerate(scenes, 1):
        with clock.travelling(scene.at):
            await _PLAY[scene.act](stage, scene)
        await _forget(db)
        if number % TELL_EVERY == 0 or number == len(scenes):
            say(f"Past       {scene.at:%d %b}: {number} of {len(scenes)} events")
    return people


async def _forget(db: AsyncSession) -> None:
    """Let the next scene read afresh, as the next request would."""
    await db.flush()
    db.expunge_all()


# --- offers and answers -------------------------------------------------------


def terms_of(terms: Terms) -> rules.Terms:
    """Write the story's terms as the API takes them."""
    dose = {}
    if terms.minutes is not None:
        dose = {"breathing.breath": rules.Dose(cycles=terms.minutes * 6)}
    return rules.Terms(
        exercise=rules.ExerciseRef(slug=terms.slug, version=1),
        schedule=_schedule(terms),
        parameters=dose,
        setting=rules.Setting(terms.setting),
        sharing=rules.SharingLevel(terms.share),
        rationale=terms.why,
    )


def _schedule(terms: Terms) -> Recurring | AsNeeded:
    if terms.rule is None or terms.starts is None:
        return AsNeeded(kind="as_needed")
    return Recurring(
        kind="recurring", zone=story.ZONE, starts=terms.starts, rule=terms.rule
    )


def _told(scene: Scene) -> Terms:
    assert scene.terms is not None  # noqa: S101 - the story's own rule
    return scene.terms


def _granted(scene: Scene) -> Grants:
    return Grants(do=True, remind=scene.remind, share=scene.share)


async def _offer(stage: Stage, scene: Scene) -> None:
    terms = _told(scene)
    made = await assignments.offer(
        stage.db, stage.people.therapist, stage.people.client.id, terms_of(terms)
    )
    stage.threads[scene.about] = Thread(made.id, terms.slug)


async def _accept(stage: Stage, scene: Scene) -> None:
    client, thread = stage.people.client, stage.threads[scene.about]
    one = await service_reading.get(stage.db, client, thread.id)
    assert one.offered_revision is not None  # noqa: S101 - the story's own rule
    await assignments.accept(
        stage.db,
        client,
        thread.id,
        revision=one.offered_revision,
        grants=_granted(scene),
    )


async def _decline(stage: Stage, scene: Scene) -> None:
    thread = stage.threads[scene.about]
    await assignments.decline(stage.db, stage.people.client, thread.id)


async def _not_now(stage: Stage, scene: Scene) -> None:
    thread = stage.threads[scene.about]
    await assignments.not_now(
        stage.db, stage.people.client, thread.id, until=scene.at + NOT_NOW_FOR
    )


async def _counter(stage: Stage, scene: Scene) -> None:
    await assignments.counter(
        stage.db,
        stage.people.client,
        stage.threads[scene.about].id,
        terms_of(_told(scene)),
        grants=_granted(scene),
    )


async def _agree(stage: Stage, scene: Scene) -> None:
    therapist, thread = stage.people.therapist, stage.threads[scene.about]
    one = await service_reading.get(stage.db, therapist, thread.id)
    assert one.counter_revision is not None  # noqa: S101 - the story's own rule
    await assignments.agree(
        stage.db,
        therapist,
        thread.id,
        revision=one.counter_revision,
        stamp=Stamp(if_match=etags.etag(one.version)),
    )


async def _revise(stage: Stage, scene: Scene) -> None:
    therapist, thread = stage.people.therapist, stage.threads[scene.about]
    one = await service_reading.get(stage.db, therapist, thread.id)
    stamp = Stamp(if_match=etags.etag(one.version))
    await assignments.revise(
        stage.db, therapist, thread.id, terms_of(_told(scene)), stamp=stamp
    )


async def _pause(stage: Stage, scene: Scene) -> None:
    thread = stage.threads[scene.about]
    await assignments.pause(stage.db, stage.people.client, thread.id)


async def _resume(stage: Stage, scene: Scene) -> None:
    thread = stage.threads[scene.about]
    await assignments.resume(stage.db, stage.people.client, thread.id)


async def _withdraw(stage: Stage, scene: Scene) -> None:
    thread = stage.threads[scene.about]
    await assignments.withdraw(stage.db, stage.people.client, thread.id)


async def _finish(stage: Stage, scene: Scene) -> None:
    thread = stage.threads[scene.about]
    await assignments.finish(stage.db, stage.people.therapist, thread.id)


# --- what was done ------------------------------------------------------------


async def _occurrence(stage: Stage, scene: Scene) -> str | None:
    """Return the key of what is planned for about now, or None where nothing is."""
    day = timedelta(days=1)
    planned = await service_occurrences.list_occurrences(
        stage.db,
        stage.people.client,
        stage.threads[scene.about].id,
        from_=scene.at - day,
        to=scene.at + day,
    )
    open_now = [one["key"] for one in planned if one["asked"] == "window_open"]
    return open_now[-1] if open_now else None


async def _not_today(stage: Stage, scene: Scene) -> None:
    key = await _occurrence(stage, scene)
    assert key is not None  # noqa: S101 - the story's own rule
    await service_occurrences.answer_occurrence(
        stage.db,
        stage.people.client,
        stage.threads[scene.about].id,
        key,
        AnswerIn(answer=Answer.NOT_TODAY),
    )


async def _run(stage: Stage, scene: Scene) -> None:
    client, thread = stage.people.client, stage.threads[scene.about]
    one = await service_reading.get(stage.db, client, thread.id)
    assert one.agreed_revision is not None  # noqa: S101 - the story's own rule
    chance = story.chance_of(stage.seed, f"{scene.about} {scene.run}")
    ease = story.ease(scene.at, stage.calendar)
    run = Run(scene.at, ease, chance.gauss(0, 1.1), scene.stops_after, scene.ends)
    answers = answer_today(await stage.document(thread.slug), run, chance)
    ended_at = scene.at + timedelta(seconds=chance.randint(70, 420))
    sending = Sending(
        assignment_id=thread.id,
        revision=one.agreed_revision,
        occurrence=await _occurrence(stage, scene),
        state=State.STOPPED if scene.stops_after else State.COMPLETED,
        ended_by_choice=scene.stops_after is not None,
        save=1,
        started_at=scene.at,
        ended_at=ended_at,
        zone=story.ZONE,
        answers=answers,
    )
    begun = await service_terms.begun(stage.db, client, thread.id, one.agreed_revision)
    run_id = new_id()
    with clock.travelling(ended_at):
        await completions.submit(stage.db, client, run_id, sending, begun)
    thread.runs[scene.run] = (run_id, answers)


async def _follow_up(stage: Stage, scene: Scene) -> None:
    client, thread = stage.people.client, stage.threads[scene.about]
    run_id, before = thread.runs[scene.run]
    document = await stage.document(thread.slug)
    part = next(one["id"] for one in document["parts"] if one["when"] == "later")
    chance = story.chance_of(stage.seed, f"{scene.about} {scene.run} later")
    run = Run(scene.at, story.ease(scene.at, stage.calendar))
    answers = answer_later(document, part, before, run, chance)
    one = await completions.own(stage.db, client, run_id)
    assert one is not None  # noqa: S101 - the story's own rule
    begun = await service_terms.begun(
        stage.db, client, thread.id, one["terms_revision"]
    )
    sent = Part(run_id, part, scene.at, story.ZONE, answers)
    await service_parts.add_part(stage.db, client, sent, begun)


async def _share(stage: Stage, scene: Scene) -> None:
    thread = stage.threads[scene.about]
    run_id, _ = thread.runs[scene.run]
    wish = Wish(Level(scene.level or Level.FACT))
    await service_sharing.choose(stage.db, stage.people.client, run_id, wish)


async def _see(stage: Stage, scene: Scene) -> None:
    run_id, _ = stage.threads[scene.about].runs[scene.run]
    await feedback.see(stage.db, stage.people.therapist, run_id)


async def _comment(stage: Stage, scene: Scene) -> None:
    run_id, _ = stage.threads[scene.about].runs[scene.run]
    assert scene.text is not None  # noqa: S101 - the story's own rule
    therapist, ident = stage.people.therapist, new_id()
    await feedback.say(stage.db, therapist, run_id, ident, scene.text)


_PLAY: Mapping[Act, Callable[[Stage, Scene], Awaitable[None]]] = {
    Act.OFFER: _offer,
    Act.ACCEPT: _accept,
    Act.DECLINE: _decline,
    Act.NOT_NOW: _not_now,
    Act.COUNTER: _counter,
    Act.AGREE: _agree,
    Act.REVISE: _revise,
    Act.PAUSE: _pause,
    Act.RESUME: _resume,
    Act.WITHDRAW: _withdraw,
    Act.FINISH: _finish,
    Act.RUN: _run,
    Act.FOLLOW_UP: _follow_up,
    Act.NOT_TODAY: _not_today,
    Act.SHARE: _share,
    Act.SEE: _see,
    Act.COMMENT: _comment,
    **seed_care.PLAY,
}
