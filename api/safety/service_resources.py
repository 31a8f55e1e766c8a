"""Where help is: the list that ships, or the operator's own, as a person gets to see it."""

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel.ext.asyncio.session import AsyncSession

from api.foundation import clock
from api.safety import texts
from api.safety.resources import (
    Directory,
    Found,
    UnsoundDirectory,
    for_region,
    is_stale,
    read_directory,
)
from api.safety.schemas import SafetySettingsIn
from api.safety.service_settings import in_force


@lru_cache(maxsize=8)
def directory(path: Path | None) -> Directory:
    """Return the list of resources: the file's, or the one that ships.

    Read once; an edit counts from the next start. Raises UnsoundDirectory, naming the
    file and the row.
    """
    if path is None:
        shipped = files("api.safety").joinpath("crisis.json")
        return read_directory(shipped.read_text(encoding="utf-8"))
    try:
        return read_directory(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        msg = f"ATTUNE_CRISIS_RESOURCES: {path} can't be read"
        raise UnsoundDirectory(msg) from error
    except UnsoundDirectory as error:
        msg = f"ATTUNE_CRISIS_RESOURCES: {path}: {error}"
        raise UnsoundDirectory(msg) from None


def resources(path: Path | None, region: str | None) -> dict[str, Any]:
    """Return where help is in a region, for anybody who asks."""
    return _shown(for_region(directory(path), region), texts.LOCAL_EMERGENCY)


async def support(
    db: AsyncSession, practice_id: UUID, path: Path | None
) -> dict[str, Any]:
    """Return what comes back with a risk answer, or where distress rose."""
    held = await in_force(db, practice_id)
    return _support(held.settings, path)


async def what_everybody_should_know(
    db: AsyncSession, practice_id: UUID, path: Path | None
) -> dict[str, Any]:
    """Return who reads alerts, how soon, what is always passed on, and where help is."""
    held = await in_force(db, practice_id)
    return _support(held.settings, path) | {
        "mandatory_reporting": held.settings.mandatory_reporting,
        "always_passed_on": texts.ALWAYS_PASSED_ON,
        "yours_first": texts.YOURS_FIRST,
        "silence": texts.SILENCE,
    }


def _support(settings: SafetySettingsIn, path: Path | None) -> dict[str, Any]:
    found = for_region(directory(path), settings.region)
    emergency = settings.emergency_text or texts.LOCAL_EMERGENCY
    by_default = texts.BY_NAMED if settings.readers else texts.BY_CARE_TEAM
    unsaid = settings.response_hours is None
    return _shown(found, emergency) | {
        "suggestions": [
            {
                "kind": "exercise",
                "slug": texts.ORIENT_AND_GROUND,
                "text": texts.GROUNDING,
            }
        ],
        "readers": "named" if settings.readers else "care_team",
        "readers_text": settings.readers_text or by_default,
        "response_hours": settings.response_hours,
        "response_text": texts.NOT_SAID if unsaid else None,
    }


def _shown(found: Found, emergency: str) -> dict[str, Any]:
    today = clock.now().date()
    return {
        "region": found.region,
        "matched": found.matched,
        "resources": [
            row.model_dump(mode="json", exclude={"verified_by"})
            | {"stale": is_stale(row, today)}
            for row in found.rows
        ],
        "not_emergency": texts.NOT_EMERGENCY,
        "emergency_text": emergency,
    }
