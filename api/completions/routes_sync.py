"""The door of a device that was away."""

from fastapi import Response

from api.access.caller import MaySubmit
from api.access.context import AppKeys, AppSettings
from api.completions import service_sync
from api.completions.cursor import read_cursor, write_cursor
from api.completions.schemas_sync import SyncIn, SyncOut
from api.foundation.database import Db
from api.foundation.routing import ready, room
from api.foundation.schemas import to_json
from api.safety import service_resources

router = room("/v1/sync", "completions")


@router.post("", operation_id="sync", response_model=SyncOut)
async def sync(
    body: SyncIn, caller: MaySubmit, db: Db, keys: AppKeys, settings: AppSettings
) -> Response:
    """Send what a device did while it was away, and learn what changed meanwhile.

    Up to 200 operations in any order; each is taken or refused for itself, and the
    whole batch can be sent again. Where devices disagree, the most protective state
    holds. Ask again with the new cursor while `more` is true.
    """
    seen = read_cursor(keys, caller.id, body.cursor)
    verdicts, changes = await service_sync.sync(
        db, caller, body.operations, seen=seen, have=body.have
    )
    path, support = settings.crisis_resources, None
    if verdicts.support:
        support = await service_resources.support(db, caller.practice_id, path)
    shown = {
        "verdicts": verdicts.shown(support),
        "cursor": write_cursor(keys, caller.id, changes.upto),
        "more": changes.more,
        "changes": changes.shown,
    }
    return ready(to_json(shown))
