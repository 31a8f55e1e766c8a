"""The door of the youth set: what the practice has reviewed for minors (rule R7)."""

from typing import Any

from fastapi import Response

from api.access.caller import MayManageSafety, MayReadPractice
from api.foundation.database import Db
from api.foundation.etags import IfMatch, etag
from api.foundation.routing import room
from api.safety import service_gate
from api.safety.schemas_gate import YouthSetIn, YouthSetOut

router = room("/v1/practice", "practices")

_NOTHING: dict[str, Any] = {"exercises": [], "changed_by": None, "changed_at": None}


@router.get("/youth-set", operation_id="read_youth_set", response_model=YouthSetOut)
async def read_youth_set(caller: MayReadPractice, db: Db, response: Response) -> Any:
    """Read which exercises may be offered to clients who are minors; none at first."""
    found = await service_gate.youth_set(db, caller.practice_id)
    response.headers["ETag"] = etag(0 if found is None else found.version)
    return _NOTHING if found is None else found


@router.put("/youth-set", operation_id="change_youth_set", response_model=YouthSetOut)
async def change_youth_set(
    body: YouthSetIn,
    caller: MayManageSafety,
    db: Db,
    response: Response,
    if_match: IfMatch = None,
) -> Any:
    """Say which exercises the practice has reviewed for minors (owner).

    Needs `If-Match`. Nothing else is offered to a client whose profile says `minor`,
    and no reason overrides that.
    """
    changed = await service_gate.change_youth_set(
        db, caller, body.exercises, if_match=if_match
    )
    response.headers["ETag"] = etag(changed.version)
    return changed
