"""The rules of the safety room, asked in the transaction that keeps a sending.

An alert stands if and only if its submission does: both are one transaction. A sending
in which no rule can find anything costs a look at its answers and nothing else.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.assignments import service_holds as holds
from api.completions import document, queries, queries_watch
from api.completions.merge import State
from api.completions.queries import Row
from api.completions.service_checking import Checked
from api.completions.sharing import Level, allows, without
from api.completions.watching import (
    REVIEWS_REACH,
    RUNS_REACH,
    Material,
    View,
    audiences,
)
from api.exercises import service as exercises
from api.exercises.answers import CompiledExercise
from api.foundation import clock
from api.safety import service_alerts as alerts
from api.safety.alerts import Audience, Rule, SourceKind
from api.safety.service_alerts import Told
from api.safety.service_brake import note_worsening
from api.safety.service_settings import InForce, in_force
from api.safety.watch import (
    Finding,
    Run,
    always_told,
    is_quiet,
    made_it_worse,
    read_run,
)
from api.safety.watch_past import Past, findings, needs

Answers = Mapping[str, Any]


async def run_kept(
    db: AsyncSession,
    caller: Caller,
    row: Row,
    compiled: CompiledExercise,
    answers: Answers,
    parts: Sequence[Row] | None = None,
) -> None:
    """Weigh a sending of a run that holds now, with the parts that waited for it.

    Call it after the row is written, with the client's row locked. `parts` where they
    were read already.
    """
    if compiled.later_parts and compiled.protocol.signals:
        if parts is None:
            parts = await queries.parts_of(db, caller.practice_id, caller.id, row["id"])
        for part in parts:
            if part["exercise_version_id"] == row["exercise_version_id"]:
                await part_kept(db, caller, part, row, compiled)
    if is_quiet(compiled, answers, ended=row["state"] is not State.IN_PROGRESS):
        return
    held = await in_force(db, caller.practice_id)
    own, others = View(True, clock.now()), View(False, clock.now())
    run = own.run(row, compiled, answers)
    assert run is not None  # noqa: S101 - one's own view shows everything
    if row["state"] is State.IN_PROGRESS:
        prior = await _prior(db, caller, row, run)
        await _raise(db, caller, row, held, _all(always_told(run, prior=prior)))
        return
    await _brake(db, caller, row, compiled, answers)
    material = await _material(db, caller, row, run, held)
    seen = others.run(row, compiled, answers)
    for_others = (
        findings(seen, material.seen(others), held.settings.thresholds) if seen else []
    )
    found = findings(run, material.seen(own), held.settings.thresholds)
    told = audiences(found, for_others)
    new = await _raise(db, caller, row, held, told, versions=_versions(material))
    await _hold(db, caller, row, compiled, answers, new)


async def superseded(
    db: AsyncSession, caller: Caller, row: Row, checked: Checked
) -> None:
    """Weigh a sending that gives way to another: only what is always passed on."""
    if not checked.needs_support:
        return
    run = read_run(
        checked.compiled,
        checked.run.answers,
        ident=row["id"],
        at=checked.meaning.ended_at or checked.run.started_at,
    )
    found = always_told(run)
    if found:
        held = await in_force(db, caller.practice_id)
        seen = {**row, "save": checked.run.save}
        await _raise(db, caller, seen, held, _all(found))


async def part_kept(
    db: AsyncSession,
    caller: Caller,
    part: Row,
    row: Row | None,
    compiled: CompiledExercise,
) -> None:
    """Weigh a follow-up part; before its run has come, only what is always passed on."""
    added = document.unpack(part["document"]) or {}
    if is_quiet(compiled, added, ended=True):
        return
    held = await in_force(db, caller.practice_id)
    own, others = View(True, clock.now()), View(False, clock.now())
    waits = row is None or row["exercise_version_id"] != part["exercise_version_id"]
    stands_for = _stand_in(part) if row is None or waits else row
    earlier = {} if waits or row is None else document.unpack(row["document"]) or {}
    answers = {**earlier, **added}
    name, at = part["part"], part["done_at"]
    run = own.run(stands_for, compiled, answers, part=name, at=at)
    assert run is not None  # noqa: S101 - one's own view shows everything
    if waits:
        told = _all(always_told(run))
        await _raise(db, caller, stands_for, held, told, part=name)
        return
    material = await _material(db, caller, stands_for, run, held)
    seen = others.run(stands_for, compiled, answers, part=name, at=at)
    for_others = _of_part(seen, material.seen(others), held) if seen else []
    told = audiences(_of_part(run, material.seen(own), held), for_others)
    new = await _raise(db, caller, stands_for, held, told, part=name)
    await _hold(db, caller, stands_for, compiled, answers, new)


def _of_part(run: Run, past: Past, held: InForce) -> list[Finding]:
    """Leave to the run what the run alone decides: distress, state, review, score."""
    ours = (Rule.SELF_HARM, Rule.UNSAFE, Rule.UNREAL, Rule.RESOURCE_TURNED)
    kept = (*ours, Rule.PULL_TO_CONTACT, Rule.FEARED_HAPPENED)
    found = findings(run, past, held.settings.thresholds)
    return [one for one in found if one.rule in kept]


def _stand_in(part: Row) -> dict[str, Any]:
    return {
        "id": part["completion_id"],
        "save": 1,
        "started_at": part["done_at"],
        "ended_at": part["done_at"],
        "points": {},
    }


async def _brake(
    db: AsyncSession,
    caller: Caller,
    row: Row,
    compiled: CompiledExercise,
    answers: Answers,
) -> None:
    """Tell the brake of a run that made it worse, where others may read its scores.

    The care team reads the brake, so a sealed run tells it nothing (law 4); the client
    can report it all the same.
    """
    if not View(False, clock.now()).shows(row):
        return
    shown = without(answers, frozenset(row["kept_back"]))
    if made_it_worse(compiled.hearing.review(shown)):
        await note_worsening(
            db,
            caller.practice_id,
            caller.id,
            exercise_slug=compiled.protocol.slug,
            intensity=compiled.protocol.intensity,
            at=row["ended_at"] or row["started_at"],
            source_id=row["id"],
        )


# --- reading the past ---------------------------------------------------------


async def _material(
    db: AsyncSession, caller: Caller, row: Row, run: Run, held: InForce
) -> Material:
    """Read as much of the past as the rules would look at."""
    wanted = needs(run, held.settings.thresholds)
    scope = (db, caller.practice_id, caller.id)
    same: list[Row] = []
    reviews: list[Row] = []
    place = {"at": row["ended_at"], "ident": row["id"]}
    if wanted.same:
        same = await queries_watch.around(
            *scope, **place, exercise_id=row["exercise_id"], reach=RUNS_REACH
        )
    if wanted.reviews:
        reviews = await queries_watch.around(
            *scope, **place, exercise_id=None, reach=REVIEWS_REACH
        )
    return Material(
        same=await _with_exercise(db, caller, same),
        reviews=await _with_exercise(db, caller, reviews),
        scored=await queries_watch.scores(*scope, row["exercise_id"])
        if wanted.scored
        else (),
        exercise=run.exercise,
        prior=await _prior(db, caller, row, run),
        unreal=await _unreal(db, caller, run, held) if wanted.unreal else {},
    )


async def _with_exercise(
    db: AsyncSession, caller: Caller, rows: Sequence[Row]
) -> list[tuple[Row, CompiledExercise]]:
    if not rows:
        return []
    ids = sorted({row["exercise_version_id"] for row in rows})
    known = await exercises.compiled_many(db, caller.practice_id, ids)
    return [(row, known[row["exercise_version_id"]]) for row in rows]


async def _unreal(
    db: AsyncSession, caller: Caller, run: Run, held: InForce
) -> dict[bool, list[tuple[UUID, Any]]]:
    return {
        own: await alerts.unreal_around(
            db,
            caller.practice_id,
            caller.id,
            at=run.at,
            days=held.settings.thresholds.unreal_days,
            told_to_others=not own,
        )
        for own in (True, False)
    }


async def _prior(db: AsyncSession, caller: Caller, row: Row, run: Run) -> float | None:
    """Return what the last run before said to AL-1's question, if there was one."""
    if not run.told("self_harm") or row.get("exercise_id") is None:
        return None
    before = await queries_watch.before_it(db, caller.practice_id, caller.id, row)
    if before is None:
        return None
    [(earlier, compiled)] = await _with_exercise(db, caller, [before])
    answers = document.unpack(earlier["document"]) or {}
    asked = {one.ref for one in run.told("self_harm")}
    values = [compiled.hearing.number(answers, ref) for ref in sorted(asked)]
    return max((value for value in values if value is not None), default=None)


# --- telling ------------------------------------------------------------------

_Told = list[tuple[Finding, Audience]]


def _all(found: Iterable[Finding]) -> _Told:
    return [(one, Audience.CARE_TEAM) for one in found]


def _versions(material: Material) -> dict[UUID, int]:
    rows = [row for row, _ in (*material.same, *material.reviews)]
    return {row["id"]: row["save"] for row in (*rows, *material.scored)}


async def _raise(
    db: AsyncSession,
    caller: Caller,
    row: Row,
    held: InForce,
    told: _Told,
    *,
    part: str | None = None,
    versions: Mapping[UUID, int] | None = None,
) -> _Told:
    """Keep what is new; a finding about a later run names that run's version."""
    known = versions or {}
    sendings = [
        Told(
            finding,
            audience,
            row["save"]
            if finding.source == row["id"]
            else known.get(finding.source, 1),
            SourceKind.COMPLETION if part is None else SourceKind.PART,
            part or "",
        )
        for finding, audience in told
    ]
    if not sendings:
        return []
    new = await alerts.raise_alerts(
        db, caller.practice_id, caller.id, sendings, settings_number=held.number
    )
    return [(one.finding, one.audience) for one in new]


async def _hold(
    db: AsyncSession,
    caller: Caller,
    row: Row,
    compiled: CompiledExercise,
    answers: Answers,
    new: _Told,
) -> None:
    """AL-10: experiments with the same person wait, where the care team knows why.

    An alert that is the client's alone holds nothing: the hold would tell.
    """
    heard = any(
        one.rule is Rule.FEARED_HAPPENED and audience is Audience.CARE_TEAM
        for one, audience in new
    )
    if heard:
        named = {UUID(one.person) for one in compiled.people(answers)}
        await holds.hold_experiments(
            db, caller.practice_id, caller.id, row["assignment_id"], named
        )


# --- what is shared no longer -------------------------------------------------


async def sharing_changed(
    db: AsyncSession, caller: Caller, completion_id: UUID, values: Row
) -> None:
    """Take alerts back from the care team that rest on what is shared no longer.

    `values` are the sharing columns as they are now.
    """
    hidden = not allows(values["level"], Level.SCORES)
    if hidden or values["kept_back"]:
        await alerts.take_back(
            db,
            caller.practice_id,
            caller.id,
            completion_id,
            hidden=hidden,
            kept_back=frozenset(values["kept_back"]),
        )
