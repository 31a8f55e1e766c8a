"""Instruments: what can be asked and why not; the owner switches them on and off."""

from typing import Annotated, Any

from fastapi import Depends, Path, Request

from api.access.caller import Caller, MayManagePractice, MayReadExercises
from api.exercises import service_instruments as service
from api.exercises.questionnaires import slug_of
from api.exercises.schemas_instruments import (
    InstrumentOut,
    InstrumentsOut,
    InstrumentWholeOut,
    listed,
    whole,
)
from api.exercises.words import CODE_PATTERN
from api.foundation.database import Db
from api.foundation.routing import room
from api.instruments.names import EXCLUDED, Exclusion
from api.instruments.registry import Registry
from api.instruments.shape import Instrument

router = room("/v1/instruments", "instruments")

Id = Annotated[str, Path(pattern=CODE_PATTERN, description="The instrument's id")]


async def _registry(request: Request) -> Registry:
    found = request.app.state.instruments
    assert isinstance(found, Registry)  # noqa: S101 - a start-up fault, not input
    return found


Instruments = Annotated[Registry, Depends(_registry)]


@router.get("", operation_id="list_instruments", response_model=InstrumentsOut)
async def list_instruments(
    caller: MayReadExercises, db: Db, instruments: Instruments
) -> Any:
    """List every standard questionnaire this service knows of.

    Each says its licence tier, whether it can be asked here and why not, whose it is, how
    it is read (bands, cuts and parameter sets, each with its source), and its LOINC codes.
    One that is `enabled` is offered like any exercise, by its `slug`.
    """
    on = await service.shelf(db, caller)
    every: list[Instrument | Exclusion] = [*instruments.instruments.values(), *EXCLUDED]
    every.sort(key=lambda one: one.id)
    shown = [listed(one, instruments, on.get(slug_of(one.id))) for one in every]
    return {"items": shown}


@router.get(
    "/{instrument_id}",
    operation_id="read_instrument",
    response_model=InstrumentWholeOut,
)
async def read_instrument(
    instrument_id: Id, caller: MayReadExercises, db: Db, instruments: Instruments
) -> Any:
    """Read one questionnaire with its whole definition.

    Questions and responses are null where their licence keeps them out and the operator
    has not supplied them.
    """
    one = service.find(instruments, instrument_id)
    on = await service.shelf(db, caller)
    return whole(one, instruments, on.get(slug_of(one.id)))


@router.post(
    "/{instrument_id}/enable",
    operation_id="enable_instrument",
    response_model=InstrumentOut,
)
async def enable_instrument(
    instrument_id: Id, caller: MayManagePractice, db: Db, instruments: Instruments
) -> Any:
    """Switch an instrument on for your practice (owner); doing it again changes nothing.

    409 `text-needed` while its words are missing, `excluded-instrument` for one that must
    not be used here, `slug-taken` where your practice has an exercise of that name.
    """
    one = await service.enable(db, caller, instruments, instrument_id)
    return await _now(db, caller, instruments, one)


@router.post(
    "/{instrument_id}/disable",
    operation_id="disable_instrument",
    response_model=InstrumentOut,
)
async def disable_instrument(
    instrument_id: Id, caller: MayManagePractice, db: Db, instruments: Instruments
) -> Any:
    """Switch an instrument off for your practice (owner).

    Nothing new is offered; what was agreed and what was answered stays as it is.
    """
    one = await service.disable(db, caller, instruments, instrument_id)
    return await _now(db, caller, instruments, one)


async def _now(
    db: Db, caller: Caller, instruments: Registry, one: Instrument | Exclusion
) -> dict[str, Any]:
    on = await service.shelf(db, caller)
    return listed(one, instruments, on.get(slug_of(one.id)))
