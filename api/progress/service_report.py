"""The report of a client and some days: for themselves, for their therapist, as preview.

Whoever reads gets what they could read anyway, through the sharing of each run. The
preview is made by the same code in the eyes of a therapist of theirs, byte for byte.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlmodel import col, select

from api.access.caller import Caller
from api.access.permissions import Right, Role
from api.completions import service_reading as completions
from api.foundation import clock, journal
from api.foundation.database import Database
from api.foundation.errors import NotFound
from api.people.service import client_for
from api.people.tables import CareTie
from api.progress import hiding, notes, service, service_charts
from api.progress.report_content import (
    Material,
    PlanWords,
    Section,
    parts_of,
    redacted,
)
from api.progress.report_html import Head, Paper, page
from api.progress.runs import StoredRun, local_day
from api.progress.service_adherence import Days

MOST_PLANS = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """What a report is to be about, and what is left out of this one print."""

    days: Days
    sections: frozenset[Section] = frozenset(Section)
    leave_out: frozenset[str] = frozenset()
    paper: Paper = Paper.A4
    numbers: str | None = None

    @property
    def wanted(self) -> frozenset[Section]:
        """The sections that are asked for and not left out."""
        return frozenset(one for one in self.sections if one not in self.leave_out)


async def report(store: Database, caller: Caller, client_id: UUID, asked: Asked) -> str:
    """Return the report as its caller may read it. NotFound out of reach."""
    return await _made(store, caller, client_id, asked, clock.now())


async def preview(
    store: Database, caller: Caller, client_id: UUID, asked: Asked
) -> str:
    """Return what a therapist of the client's would get now. For the client alone."""
    now = clock.now()
    async with store.reader() as db:
        await client_for(db, caller, client_id, right=Right.READ_PROGRESS)
        query = (
            select(CareTie.staff_id)
            .where(
                col(CareTie.practice_id) == caller.practice_id,
                col(CareTie.client_id) == client_id,
                col(CareTie.ended_at).is_(None),
            )
            .order_by(col(CareTie.began_at))
        )
        staff_id = (await db.exec(query)).first()
    if staff_id is None:
        return page(_head("therapist", asked, now, complete=True), [])
    eyes = Caller(
        caller.practice_id, staff_id, frozenset({Role.THERAPIST}), caller.sign_in_id
    )
    return await _made(store, eyes, client_id, asked, now)


async def note(store: Database, caller: Caller, client_id: UUID, days: Days) -> None:
    """Write into the journal that staff made a report: who, when, which days, no content.

    It leaves the service, so that the client can know of it. A client's own is theirs.
    """
    if caller.is_client:
        return
    subject = (f"report_{_text(days.first)}_{_text(days.last)}", client_id)
    async with store.transaction() as db:
        await journal.record(
            db, caller.actor, "report.made", subject, client_id=client_id
        )


def _text(day: date | None) -> str:
    return day.isoformat() if day else "open"


async def _made(
    store: Database, caller: Caller, client_id: UUID, asked: Asked, now: datetime
) -> str:
    material, complete = await _material(store, caller, client_id, asked, now)
    head = _head(material.reader, asked, now, complete=complete)
    return page(head, parts_of(material, asked.wanted))


def _head(reader: str, asked: Asked, now: datetime, *, complete: bool) -> Head:
    days = asked.days
    return Head(reader, days.first, days.last, now, asked.paper, complete)


async def _material(
    store: Database, caller: Caller, client_id: UUID, asked: Asked, now: datetime
) -> tuple[Material, bool]:
    """Read everything as the caller may see it, and take out what is left out."""
    read = await service_charts.past(store, caller, client_id, asked.days)
    known = await service_charts.past(
        store, caller, client_id, asked.days, facts_only=True
    )
    runs = redacted(read.runs, asked.leave_out, asked.wanted)
    hidden = hiding.hides(
        own=caller.is_client,
        preference=read.hides_numbers,
        asked=asked.numbers == "hidden",
    )
    plans: Sequence[PlanWords] = ()
    if Section.SETBACKS in asked.wanted:
        plans = await _plans(store, caller, runs)
    material = Material(
        reader=service.reader_of(caller),
        now=now,
        runs=runs,
        facts=redacted(known.runs, asked.leave_out, asked.wanted),
        ratings=read.ratings,
        plans=plans,
        numbers=not hidden,
    )
    return material, read.complete and known.complete


async def _plans(
    store: Database, caller: Caller, runs: Sequence[StoredRun]
) -> list[PlanWords]:
    """The newest plans in the client's words, where the reader may read answers."""
    found = []
    async with store.reader() as db:
        for plan in notes.plans(runs)[:MOST_PLANS]:
            try:
                shown = await completions.one(db, caller, plan.completion_id)
            except NotFound:
                continue
            words = _words((shown.get("answers") or {}).get("plan"), shown)
            if words is not None:
                found.append(words)
    return found


def _words(part: Any, shown: dict[str, Any]) -> PlanWords | None:
    if not isinstance(part, dict):
        return None
    signs, helps = (_lines(part.get(step)) for step in ("signs", "helps"))
    if not signs and not helps:
        return None
    at = shown["ended_at"] or shown["started_at"]
    return PlanWords(local_day(at, shown["zone"]), signs, helps)


def _lines(answer: Any) -> list[str]:
    given = answer if isinstance(answer, list) else []
    return [one for one in given if isinstance(one, str)]
