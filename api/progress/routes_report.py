"""The doors of the report: as a page, as PDF, and as the client's preview."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Response
from pydantic import StringConstraints

from api.access.caller import MayReadProgress, MaySubmit
from api.foundation.database import Store
from api.foundation.errors import Fault, Invalid
from api.foundation.routing import room
from api.progress import service_pdf
from api.progress import service_report as service
from api.progress.report_content import Section
from api.progress.report_html import Paper, policy
from api.progress.schemas_charts import First, Last, Numbers, answers
from api.progress.service_adherence import Days
from api.progress.service_report import Asked

router = room("/v1", "progress")

_HTML = answers("text/html", "A whole page with print layout, pictures and tables.")
_PDF = answers("application/pdf", "A tagged document (PDF/UA-1).")
Left = Annotated[
    str, StringConstraints(max_length=101, pattern=r"^[a-z0-9-]+(\.[a-z][a-z0-9_]*)?$")
]


async def asked(
    first: First = None,
    last: Last = None,
    sections: Annotated[
        list[Section] | None,
        Query(description="Only these sections; all where absent.", max_length=7),
    ] = None,
    leave_out: Annotated[
        list[Left] | None,
        Query(
            max_length=50,
            description="Left out of this one print, without a hint and without changing "
            "what is shared: sections, exercises by slug, series as "
            "`<exercise>.<measure>`.",
            examples=[["setbacks", "paced-breath.distress"]],
        ),
    ] = None,
    paper: Annotated[
        Paper, Query(description="Paper for the print layout.")
    ] = Paper.A4,
    numbers: Numbers = None,
) -> Asked:
    """Read what a report is to hold."""
    if first and last and last < first:
        raise Invalid(
            faults=[
                Fault("/to", "before-from", "query: the last day is before the first")
            ]
        )
    return Asked(
        Days(first, last),
        frozenset(sections or Section),
        frozenset(leave_out or ()),
        paper,
        numbers,
    )


Wanted = Annotated[Asked, Depends(asked)]


def _page(html: str, paper: Paper) -> Response:
    headers = {
        "Content-Security-Policy": policy(paper),
        "Content-Disposition": 'inline; filename="summary.html"',
    }
    return Response(html, media_type="text/html", headers=headers)


@router.get(
    "/clients/{client_id}/report.html",
    operation_id="read_report",
    response_class=Response,
    responses=_HTML,
)
async def read_report(
    caller: MayReadProgress, store: Store, client_id: UUID, wanted: Wanted
) -> Response:
    """Read the report of some days as one page, ready to be printed.

    What was done, both sides of progress, questionnaires with their parameter sets,
    setbacks with the plan for them, choices made: points first, then slope with interval,
    then words. Staff get what is shared with them at this moment; what is not shared is
    not there. That staff made one is written down (who, when, which days). The client
    gets their own whole, in their words, without numbers where they hide them.
    """
    html = await service.report(store, caller, client_id, wanted)
    await service.note(store, caller, client_id, wanted.days)
    return _page(html, wanted.paper)


@router.get(
    "/clients/{client_id}/report.pdf",
    operation_id="print_report",
    response_class=Response,
    responses=_PDF,
)
async def print_report(
    caller: MayReadProgress, store: Store, client_id: UUID, wanted: Wanted
) -> Response:
    """Read the same report as a tagged PDF, to be put into any other record.

    Needs the optional extra `attune[pdf]` on the server; without it the answer is 501
    `pdf-not-installed`, and `report.html` prints just as well.
    """
    html = await service.report(store, caller, client_id, wanted)
    pdf = await service_pdf.pdf_of(html)
    await service.note(store, caller, client_id, wanted.days)
    headers = {"Content-Disposition": 'attachment; filename="summary.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=headers)


@router.get(
    "/clients/{client_id}/report/preview",
    operation_id="preview_report",
    response_class=Response,
    responses=_HTML,
)
async def preview_report(
    caller: MaySubmit, store: Store, client_id: UUID, wanted: Wanted
) -> Response:
    """For the client: read exactly what a therapist's report would hold at this moment.

    Change what is shared and ask again to see the difference. Nobody is told.
    """
    html = await service.preview(store, caller, client_id, wanted)
    return _page(html, wanted.paper)
