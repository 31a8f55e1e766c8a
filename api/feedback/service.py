"""Looking at what was shared, and saying something to it.

Rule R2: nothing is said to a no. A run that was ended by choice takes no comment, and a
run that is not shared does not exist for the one who would comment on it.
"""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import and_, exists
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.access.permissions import Right
from api.completions import service_reading as completions
from api.completions.merge import State
from api.completions.tables import Completion
from api.feedback.tables import Comment, Look
from api.foundation import clock, journal
from api.foundation.errors import Conflict, NotFound
from api.people import service as people
from api.people.tables import Staff


class NotToANo(Conflict):
    """Rule R2: a run ended by choice is complete as it is; nobody comments on it."""

    code = "no-comment-on-a-no"
    title = "Nothing is said to a run that was ended by choice"


class NotEnded(Conflict):
    """A run that is under way has nothing to say something to."""

    code = "run-not-ended"
    title = "This run is still under way"


class IdTaken(Conflict):
    """The id belongs to another comment."""

    code = "id-in-use"
    title = "This id was used before, for something else"


class _Run(NamedTuple):
    """What feedback needs to know of a completion."""

    client_id: UUID
    state: State
    ended_by_choice: bool
    version: int


class Said(NamedTuple):
    """A comment and the name of its author."""

    comment: Comment
    by: str


class Seen(NamedTuple):
    """A look, the name of who looked, and whether the run has changed since."""

    look: Look
    by: str
    changed_since: bool


class Feedback(NamedTuple):
    """Everything that was said back about one run."""

    completion_id: UUID
    seen: list[Seen]
    comments: list[Said]


async def _visible(db: AsyncSession, caller: Caller, completion_id: UUID) -> _Run:
    """Return a run that is there for the caller, or raise NotFound."""
    query = (
        completions.readable(caller)
        .with_only_columns(
            col(Completion.client_id),
            col(Completion.state),
            col(Completion.ended_by_choice),
            col(Completion.version),
        )
        .where(col(Completion.id) == completion_id)
    )
    connection = await db.connection()
    found = (await connection.execute(query)).first()
    if found is None:
        raise NotFound
    return _Run(*found)


async def see(db: AsyncSession, caller: Caller, completion_id: UUID) -> Feedback:
    """Note that the caller has seen a run as it is now; doing it again changes nothing."""
    client_id = (await _visible(db, caller, completion_id)).client_id
    right = Right.REVIEW_COMPLETIONS
    await people.client_for(db, caller, client_id, right=right, lock=True)
    version = (await _visible(db, caller, completion_id)).version
    look = await db.get(Look, (caller.practice_id, completion_id, caller.id))
    if look is None or look.version != version:
        look = look or Look(
            practice_id=caller.practice_id,
            completion_id=completion_id,
            staff_id=caller.id,
            client_id=client_id,
            version=version,
            seen_at=clock.now(),
        )
        look.version, look.seen_at = version, clock.now()
        db.add(look)
        await db.flush()
        await _tell(db, caller, "completion.seen", completion_id, client_id)
    return await of_run(db, caller, completion_id)


async def say(
    db: AsyncSession, caller: Caller, completion_id: UUID, comment_id: UUID, text: str
) -> tuple[Said, bool]:
    """Say something to a run; return it, and whether it is new.

    Raises NotFound, NotToANo, NotEnded, IdTaken.
    """
    client_id = (await _visible(db, caller, completion_id)).client_id
    right = Right.REVIEW_COMPLETIONS
    await people.client_for(db, caller, client_id, right=right, lock=True)
    kept = await db.get(Comment, (caller.practice_id, comment_id))
    if kept is not None:
        if _is_same(kept, caller, completion_id, text):
            return await _with_name(db, kept), False
        raise IdTaken
    run = await _visible(db, caller, completion_id)
    if run.state is State.IN_PROGRESS:
        raise NotEnded
    if run.ended_by_choice:
        raise NotToANo
    comment = Comment(
        practice_id=caller.practice_id,
        id=comment_id,
        completion_id=completion_id,
        client_id=client_id,
        author_id=caller.id,
        text=text,
        made_at=clock.now(),
    )
    db.add(comment)
    await db.flush()
    await _tell(db, caller, "completion.commented", completion_id, client_id)
    return await _with_name(db, comment), True


def _is_same(kept: Comment, caller: Caller, completion_id: UUID, text: str) -> bool:
    told = (kept.completion_id, kept.author_id, kept.text)
    return told == (completion_id, caller.id, text)


async def take_back(db: AsyncSession, caller: Caller, comment_id: UUID) -> Said:
    """Take a comment of one's own back: its words go, that it was there stays."""
    query = select(Comment).where(
        people.within_reach(caller, Right.REVIEW_COMPLETIONS, col(Comment.client_id)),
        col(Comment.id) == comment_id,
        col(Comment.author_id) == caller.id,
    )
    comment = (await db.exec(query.with_for_update())).first()
    if comment is None:
        raise NotFound
    if comment.taken_back_at is None:
        comment.text, comment.taken_back_at = None, clock.now()
        await db.flush()
        run, client = comment.completion_id, comment.client_id
        await _tell(db, caller, "completion.comment_taken_back", run, client)
    return await _with_name(db, comment)


async def of_run(db: AsyncSession, caller: Caller, completion_id: UUID) -> Feedback:
    """Return what was said back about a run that the caller may read."""
    version = (await _visible(db, caller, completion_id)).version
    looks = (
        select(Look, Staff.name)
        .join(Staff, _is(Look.staff_id, Look.practice_id))
        .where(
            col(Look.practice_id) == caller.practice_id,
            col(Look.completion_id) == completion_id,
        )
        .order_by(col(Look.seen_at), col(Look.staff_id))
    )
    comments = _comments(caller).where(col(Comment.completion_id) == completion_id)
    return Feedback(
        completion_id,
        [
            Seen(look, name, look.version != version)
            for look, name in (await db.exec(looks)).all()
        ],
        [
            Said(*row)
            for row in (await db.exec(comments.order_by(col(Comment.id)))).all()
        ],
    )


async def page(
    db: AsyncSession,
    caller: Caller,
    *,
    client_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> list[Said]:
    """Return the newest comments first, to runs that the caller may read now."""
    runs = completions.readable(caller).with_only_columns(col(Completion.id))
    query = _comments(caller).where(col(Comment.completion_id).in_(runs))
    if client_id is not None:
        query = query.where(col(Comment.client_id) == client_id)
    if after is not None:
        query = query.where(col(Comment.id) < after)
    query = query.order_by(col(Comment.id).desc()).limit(limit)
    return [Said(*row) for row in (await db.exec(query)).all()]


async def unseen(
    db: AsyncSession,
    caller: Caller,
    *,
    client_id: UUID | None,
    after: UUID | None,
    limit: int,
) -> list[dict[str, Any]]:
    """Return ended runs that the caller has not seen as they are now, newest first."""
    looked = exists().where(
        col(Look.practice_id) == col(Completion.practice_id),
        col(Look.completion_id) == col(Completion.id),
        col(Look.staff_id) == caller.id,
        col(Look.version) == col(Completion.version),
    )
    query = completions.readable(caller).where(
        ~looked, col(Completion.state) != State.IN_PROGRESS
    )
    if client_id is not None:
        query = query.where(col(Completion.client_id) == client_id)
    if after is not None:
        query = query.where(col(Completion.id) < after)
    query = query.order_by(col(Completion.id).desc()).limit(limit)
    return await completions.shown_rows(db, caller, query)


def _is(person: Any, practice: Any) -> Any:
    return and_(col(Staff.practice_id) == practice, col(Staff.id) == person)


def _comments(caller: Caller) -> Any:
    return (
        select(Comment, Staff.name)
        .join(Staff, _is(Comment.author_id, Comment.practice_id))
        .where(col(Comment.practice_id) == caller.practice_id)
    )


async def _with_name(db: AsyncSession, comment: Comment) -> Said:
    author = await db.get_one(Staff, (comment.practice_id, comment.author_id))
    return Said(comment, author.name)


async def _tell(
    db: AsyncSession, caller: Caller, verb: str, run: UUID, client_id: UUID
) -> None:
    subject = ("completion", run)
    await journal.record(db, caller.actor, verb, subject, client_id=client_id)
