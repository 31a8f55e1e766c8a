"""The service, put together: settings, lifespan, rooms in floor order, errors.

`create_app` connects to nothing; the lifespan opens the database and refuses a
schema that is not the one this code was written for.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from fastapi import FastAPI

from api import all_tables, worker
from api.access import routes as access
from api.access.hashing import Passwords
from api.assignments import routes as assignments
from api.completions import routes as completions
from api.conduct import routes as conduct
from api.exercises import routes as exercises
from api.exercises import routes_instruments as instruments
from api.feedback import routes as feedback
from api.foundation import health, logging, openapi
from api.foundation.crypto import Keys
from api.foundation.database import Database
from api.foundation.docs_page import add_docs
from api.foundation.errors import HANDLED, on_error
from api.foundation.frame import Frame
from api.foundation.metrics import Metrics
from api.foundation.routing import add_rooms
from api.foundation.settings import Settings, load
from api.instruments import registry
from api.instruments.definitions import item_ids
from api.people import routes as people
from api.practices import routes as practices
from api.programmes import routes as programmes
from api.progress import routes as progress
from api.progress import routes_charts as charts
from api.progress import routes_reads as reads
from api.progress import routes_report as report
from api.safety import routes as safety
from api.safety import routes_gate as gate
from api.safety import service_resources

VERSION = "0.1.0"
ROOMS = (
    health.router,
    access.router,
    practices.router,
    people.router,
    gate.router,
    exercises.router,
    instruments.router,
    safety.router,
    assignments.router,
    completions.router,
    programmes.router,
    progress.router,
    charts.router,
    reads.router,
    report.router,
    feedback.router,
    conduct.router,
)
"""Every room's doors, from the ground up."""

NAMES = item_ids() | {
    "operations",
    "completion",
    "answers",
    "opening",
    "consent",
    "form",
}
"""Names in bodies that an error may repeat where one is given twice: ours, never a text."""

DESCRIPTION = """\
Exercises between therapy appointments, by consent: a therapist offers, the client
answers, does them in an app, also offline, and both read honest progress.

**Not an emergency service.** Messages may be read hours or days later.

Every error is a problem document (RFC 9457) with a stable `code`. Moments are
RFC 3339 in UTC. Lists are pages: follow `next`, or the `Link` header.

**Getting in.** Staff: `POST /v1/auth/sign-in` with practice, login, password and the
present time-based code; carry on with `POST /v1/auth/refresh`. A client's device: once
`POST /v1/enrolments` with the code shown in session and a public key made on the
device; from then on `POST /oauth/token` with a short assertion that the device signs
(RFC 7523). Send the access token as `Authorization: Bearer …`.

**Doing it offline.** Ids of completions and moves are made on the device, so that a
retry is the same request; `POST /v1/sync` takes everything a device did while away.
"""

TAGS = {
    "access": "Getting in: invitations, sign-ins, devices, tokens.",
    "me": "Who is asking; a client's own profile, devices and persons.",
    "practices": "The practice.",
    "staff": "Who works in the practice, and as what.",
    "clients": "Clients, by nickname; enrolment codes.",
    "care": "Who cares for whom, and who must never meet.",
    "exercises": "The versioned library and the practice's own exercises.",
    "instruments": "Standard questionnaires: what may be asked, whose it is, how it is "
    "read.",
    "safety": "Alerts, who reads them, and where help is. Not an emergency service.",
    "assignments": "Offers and what became of them: the consent lifecycle.",
    "programmes": "Several exercises in an order, offered as a whole and per part.",
    "completions": "What a client did, who may read it, and sync for devices.",
    "progress": "Series, adherence, summaries and charts, as far as shared.",
    "feedback": "What a therapist has seen and said to it; markers of sessions.",
    "conduct": "How the practice kept to consent, for those it concerns.",
    "operations": "For operators and their machines.",
}


def create_app(settings: Settings) -> FastAPI:
    """Make the app; nothing is opened before it starts."""
    logging.configure(settings.log_level)
    service_resources.directory(settings.crisis_resources)
    metrics = Metrics()
    app = FastAPI(
        title="Attune",
        version=VERSION,
        summary="Exercises between therapy appointments, by consent",
        description=DESCRIPTION,
        openapi_tags=[{"name": name, "description": TAGS[name]} for name in TAGS],
        lifespan=_lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json" if settings.docs or settings.demo else None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},
        exception_handlers=dict.fromkeys(HANDLED, on_error),
    )
    app.state.settings = settings
    app.state.tables = all_tables.METADATA
    app.state.names = NAMES
    app.state.metrics = metrics
    app.state.keys = Keys(settings.secret_key.get_secret_value())
    app.state.passwords = Passwords(settings)
    app.add_middleware(
        Frame,
        metrics=metrics,
        logs=settings.log_level in ("debug", "info"),
        most_bytes=settings.max_body_bytes,
    )
    add_rooms(app, ROOMS)
    if app.openapi_url:
        add_docs(app)
    app.openapi = lambda: openapi.document(app)  # type: ignore[method-assign]
    return app


def app() -> FastAPI:
    """Make the app of the environment's settings; for `uvicorn --factory`."""
    return create_app(load())


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    app.state.database = Database(app.state.settings)
    app.state.revision = health.expected_revision()
    app.state.instruments = _instruments(app.state.settings)
    try:
        await health.refuse_stale_schema(app.state.database, app.state.revision)
        async with _jobs_beside(app):
            yield
    finally:
        await app.state.database.close()


def _instruments(settings: Settings) -> registry.Registry:
    """Read the operator's texts; a file that can't be used is said in the log."""
    found = registry.read(settings.instrument_texts)
    for refused in found.refused:
        for fault in refused.faults:
            logging.log.warning(
                "an instrument's text file was refused: attune instruments check",
                error_type=fault.code,
                error_place=f"{refused.file}#{fault.pointer}",
            )
    return found


@asynccontextmanager
async def _jobs_beside(app: FastAPI) -> AsyncIterator[None]:
    """Run due jobs while the server runs, where no worker of its own does."""
    if not app.state.settings.worker_in_process:
        yield
        return
    jobs = asyncio.create_task(worker.run_forever(app.state.database))
    try:
        yield
    finally:
        jobs.cancel()
        with suppress(asyncio.CancelledError):
            await jobs
