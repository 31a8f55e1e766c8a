"""The doors of feedback: see, say, take back, read; and markers of sessions."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Response

from api.access.caller import MayReadCare, MayReadCompletions, MayReview
from api.completions.schemas import CompletionPage
from api.feedback import service, service_markers
from api.feedback.schemas import (
    CommentIn,
    CommentOut,
    FeedbackOut,
    LookOut,
    MarkerIn,
    MarkerOut,
)
from api.feedback.service import Feedback, Said
from api.feedback.tables import SessionMarker
from api.foundation.database import Db
from api.foundation.pagination import Page, Paging
from api.foundation.routing import ready, room
from api.foundation.schemas import to_json

router = room("/v1", "feedback")

OfClient = Annotated[UUID | None, Query(description="Of one client")]
_NEW_COMMENT: dict[int | str, dict[str, Any]] = {
    200: {"description": "Said before; nothing changed.", "model": CommentOut}
}
_NEW_MARKER: dict[int | str, dict[str, Any]] = {
    200: {"description": "Recorded before; nothing changed.", "model": MarkerOut}
}


def comment_out(said: Said) -> CommentOut:
    """Say a comment."""
    kept = said.comment
    return CommentOut(
        id=kept.id,
        completion_id=kept.completion_id,
        by=said.by,
        text=kept.text,
        made_at=kept.made_at,
        taken_back_at=kept.taken_back_at,
    )


def feedback_out(found: Feedback) -> FeedbackOut:
    """Say what was said back about one run."""
    looks = [
        LookOut(by=one.by, seen_at=one.look.seen_at, changed_since=one.changed_since)
        for one in found.seen
    ]
    return FeedbackOut(
        completion_id=found.completion_id,
        seen=looks,
        comments=[comment_out(one) for one in found.comments],
    )


def marker_out(row: SessionMarker) -> MarkerOut:
    """Say a marker, with its readings."""
    kept = row.model_dump(exclude={"practice_id", "document"})
    return MarkerOut(**kept, answers=row.document)


@router.put(
    "/completions/{completion_id}/seen",
    operation_id="see_completion",
    response_model=FeedbackOut,
)
async def see_completion(completion_id: UUID, caller: MayReview, db: Db) -> Any:
    """Note that you have seen a run as it is now. The client reads that you have.

    If the run changes afterwards, it counts as unseen again.
    """
    return feedback_out(await service.see(db, caller, completion_id))


@router.post(
    "/completions/{completion_id}/comments",
    operation_id="comment_on_completion",
    status_code=201,
    response_model=CommentOut,
    responses=_NEW_COMMENT,
)
async def comment_on_completion(
    completion_id: UUID, body: CommentIn, caller: MayReview, db: Db, response: Response
) -> Any:
    """Say something to a run; the client can read it.

    A run that was ended by choice takes no comment (409 `no-comment-on-a-no`): a no is
    complete as it is. 409 `run-not-ended` while it is under way. The same id and text
    again give 200.
    """
    said, is_new = await service.say(db, caller, completion_id, body.id, body.text)
    response.status_code = 201 if is_new else 200
    return comment_out(said)


@router.get(
    "/completions/{completion_id}/feedback",
    operation_id="read_feedback",
    response_model=FeedbackOut,
)
async def read_feedback(completion_id: UUID, caller: MayReadCompletions, db: Db) -> Any:
    """Read who has seen a run and what they said to it. Both sides read the same."""
    return feedback_out(await service.of_run(db, caller, completion_id))


@router.get("/feedback", operation_id="list_feedback", response_model=Page[CommentOut])
async def list_feedback(
    caller: MayReadCompletions, db: Db, paging: Paging, client_id: OfClient = None
) -> Any:
    """List comments, newest first, to runs that you may read now.

    An app asks here after a sync. What is no longer shared takes its comments with it
    for others; the client keeps them.
    """
    rows = await service.page(
        db, caller, client_id=client_id, after=paging.after, limit=paging.limit + 1
    )
    items, following = paging.cut(rows, key=lambda row: row.comment.id)
    return {"items": [comment_out(one) for one in items], "next": following}


@router.post(
    "/comments/{comment_id}/take-back",
    operation_id="take_back_comment",
    response_model=CommentOut,
)
async def take_back_comment(comment_id: UUID, caller: MayReview, db: Db) -> Any:
    """Take a comment of your own back. Its words are gone; that it was there stays."""
    return comment_out(await service.take_back(db, caller, comment_id))


@router.get(
    "/unseen-completions",
    operation_id="list_unseen_completions",
    response_model=CompletionPage,
)
async def list_unseen_completions(
    caller: MayReview, db: Db, paging: Paging, client_id: OfClient = None
) -> Response:
    """List ended runs that were shared with you and that you have not seen, newest first.

    Prepare an appointment with it. Nothing here counts what was not done.
    """
    rows = await service.unseen(
        db, caller, client_id=client_id, after=paging.after, limit=paging.limit + 1
    )
    items, following = paging.cut(rows, key=lambda row: row["id"])
    link = paging.response.headers.get("Link")
    answer = ready(to_json({"items": items, "next": following}))
    if link:
        answer.headers["Link"] = link
    return answer


@router.post(
    "/clients/{client_id}/session-markers",
    operation_id="record_session_marker",
    status_code=201,
    response_model=MarkerOut,
    responses=_NEW_MARKER,
)
async def record_session_marker(
    client_id: UUID, body: MarkerIn, caller: MayReview, db: Db, response: Response
) -> Any:
    """Record that something was done in session: codes and numbers, never the story.

    Trauma work happens only in session with a trained clinician, so nothing here can be
    offered. The client reads the marker too. A 422 names every answer that does not fit.
    """
    row, is_new = await service_markers.record(db, caller, client_id, body)
    response.status_code = 201 if is_new else 200
    return marker_out(row)


@router.get(
    "/clients/{client_id}/session-markers",
    operation_id="list_session_markers",
    response_model=Page[MarkerOut],
)
async def list_session_markers(
    client_id: UUID, caller: MayReadCare, db: Db, paging: Paging
) -> Any:
    """List a client's session markers, newest first; the client reads their own."""
    rows = await service_markers.page(
        db, caller, client_id, after=paging.after, limit=paging.limit + 1
    )
    items, following = paging.cut(rows, key=lambda row: row.id)
    return {"items": [marker_out(row) for row in items], "next": following}
