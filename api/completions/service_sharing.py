"""The client's choices about what others may read of a completion."""

from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.access.caller import Caller
from api.completions import queries
from api.completions.queries import Row
from api.completions.service import mine, settle_again
from api.completions.sharing import Change, Level
from api.completions.submission import Wish
from api.foundation import clock
from api.foundation.errors import NotFound
from api.foundation.ids import new_id
from api.people import service as people


async def choose(
    db: AsyncSession, caller: Caller, completion_id: UUID, wish: Wish
) -> Row:
    """Make a choice now, knowing of all earlier ones; repeating it changes nothing.

    Raises NotFound for a completion that is not the caller's own.
    """
    await _require(db, caller, completion_id)
    change = await people.next_change(db, caller.practice_id, caller.id)
    kept = await _require(db, caller, completion_id)
    if _is_so(kept, wish):
        return kept
    chosen = Change(
        new_id(),
        caller.device_id,
        clock.now(),
        wish.level,
        wish.kept_back,
        frozenset(map(UUID, kept["choices"])),
    )
    return await settle_again(db, caller, kept, chosen, change)


def _is_so(kept: Row, wish: Wish) -> bool:
    """Tell whether the client chose exactly this before; a default is no choice."""
    return (
        bool(kept["choices"])
        and kept["level"] is wish.level
        and kept["kept_back"] == sorted(wish.kept_back)
    )


async def _require(db: AsyncSession, caller: Caller, completion_id: UUID) -> Row:
    kept = await mine(db, caller, completion_id)
    if kept is None:
        raise NotFound
    return kept


async def add_choice(
    db: AsyncSession, caller: Caller, completion_id: UUID, chosen: Change
) -> tuple[bool, bool]:
    """Add a choice made offline; return whether it was new, and whether it waits.

    It may arrive before its completion and then waits for it.
    """
    change = await people.next_change(db, caller.practice_id, caller.id)
    kept = await mine(db, caller, completion_id)
    if kept is not None:
        is_new = str(chosen.id) not in kept["choices"]
        await settle_again(db, caller, kept, chosen, change)
        return is_new, False
    scope = (caller.practice_id, caller.id, completion_id)
    known = await queries.changes_of(db, *scope)
    is_new = chosen.id not in {row["id"] for row in known}
    if is_new:
        await queries.add_change(db, scope, chosen, clock.now())
    return is_new, True


async def history(
    db: AsyncSession, caller: Caller, completion_id: UUID
) -> tuple[Row, Level, list[Row]]:
    """Return the completion, its default level and every choice; for its client only."""
    kept = await _require(db, caller, completion_id)
    changes = await queries.changes_of(db, caller.practice_id, caller.id, completion_id)
    return kept, kept["default_level"], changes
