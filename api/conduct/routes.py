"""The doors of conduct: take note of a withdrawal, read how consent was kept."""

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from api.access.caller import MayOffer, MayReadConduct, MayReadPracticeConduct
from api.conduct import service
from api.conduct.schemas import ConductOut, WithdrawalNoteOut
from api.conduct.service import Report
from api.conduct.words import words
from api.foundation.database import Db
from api.foundation.routing import room

router = room("/v1", "conduct")

First = Annotated[
    date | None,
    Query(alias="from", description="First day, in UTC; 180 days back if left out."),
]
Last = Annotated[
    date | None, Query(alias="to", description="Last day, in UTC; today if left out.")
]


def report_out(report: Report) -> dict[str, Any]:
    """Say a report."""
    first, last = report.window
    return {
        "window": {"from": first, "to": last},
        "complete": report.complete,
        **asdict(report.conduct),
        "words": words(report.conduct),
    }


@router.post(
    "/assignments/{assignment_id}/note-withdrawal",
    operation_id="note_withdrawal",
    response_model=WithdrawalNoteOut,
)
async def note_withdrawal(assignment_id: UUID, caller: MayOffer, db: Db) -> Any:
    """Take note that a client has withdrawn. The first note stays; no reason is asked.

    409 `not-withdrawn` if there is nothing to take note of.
    """
    note = await service.note_withdrawal(db, caller, assignment_id)
    return {"assignment_id": note.assignment_id, "noted_at": note.noted_at}


@router.get(
    "/clients/{client_id}/consent-report",
    operation_id="read_consent_report",
    response_model=ConductOut,
)
async def read_consent_report(
    client_id: UUID,
    caller: MayReadConduct,
    db: Db,
    first: First = None,
    last: Last = None,
) -> Any:
    """Read how the practice kept to consent in one client's care.

    The client and their therapists read the same. Every figure is about what the
    practice did after a no, a stop or a counter-proposal.
    """
    return report_out(await service.of_client(db, caller, client_id, first, last))


@router.get(
    "/practice/consent-report",
    operation_id="read_practice_consent_report",
    response_model=ConductOut,
)
async def read_practice_consent_report(
    caller: MayReadPracticeConduct, db: Db, first: First = None, last: Last = None
) -> Any:
    """Read how the whole practice kept to consent: counts, of nobody in particular."""
    return report_out(await service.of_practice(db, caller, first, last))
