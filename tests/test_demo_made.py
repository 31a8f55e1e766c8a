"""The demo as it is made: through the services, the same each time, and only once."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from api.completions.tables import Completion
from api.demo import cast, run, seed
from api.foundation.crypto import Keys
from api.foundation.database import Database
from api.foundation.settings import Settings
from api.people import service_precautions as precautions
from api.people.tables import Client
from api.practices import service as practices
from api.programmes import service_reading as plan_reading
from api.safety import service_reading as alerts
from api.safety import service_settings as safety_settings

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"demo": True})


def _silent(_line: str) -> None:
    pass


async def _told(store: Database, settings: Settings) -> list[Any]:
    """Plant the demo, and return everything of it that chance could change."""
    keys = Keys(settings.secret_key.get_secret_value())
    ground = await cast.prepare(settings, keys)
    async with store.writer() as db:
        people = await seed.plant(db, ground, NOW, _silent, is_sqlite=store.is_sqlite)
        names = (await db.exec(select(Client.nickname).order_by(col(Client.id)))).all()
        runs = (await db.exec(select(Completion).order_by(col(Completion.id)))).all()
        done = [_what_was_done(one) for one in runs]
        return [list(names), done, await _around(db, people)]


async def _around(db: AsyncSession, people: cast.Cast) -> dict[str, Any]:
    """Return what is around the exercises, as the therapist finds it."""
    therapist, client_id = people.therapist, people.client.id
    told = await alerts.page(
        db,
        therapist,
        is_open=None,
        client_id=client_id,
        rule=None,
        priority=None,
        after=None,
        limit=50,
    )
    plans = await plan_reading.page(
        db, therapist, client_id=client_id, after=None, limit=10
    )
    (plan,) = await plan_reading.shown(db, therapist, plans)
    care = await precautions.care_of(db, therapist.practice_id, client_id)
    safety = await safety_settings.in_force(db, therapist.practice_id)
    return {
        "alerts": [
            (one["rule"], [seen["outcome"] for seen in one["acknowledgements"]])
            for one in told
        ],
        "position": plan["position"],
        "phase": care.phase,
        "minded": sorted(care.held),
        "region": safety.settings.region,
    }


def _what_was_done(one: Completion) -> tuple[Any, ...]:
    """Leave out the ids: they are random."""
    assert one.ended_at is not None
    assert one.started_at < one.ended_at < NOW
    return one.started_at, one.ended_at, one.state, one.document, one.points


@pytest.mark.slow
async def test_the_same_seed_makes_the_same_practice(
    store: Database, settings: Settings
) -> None:
    first = await _told(store, settings)
    assert first == await _told(store, settings)
    names, runs, around = first
    assert len(names) == 2
    assert len(runs) > 60
    told = dict(around.pop("alerts"))
    assert len(told) == 2
    assert told["AL-1"] == ["contacted", "plan_made"]
    assert told["AL-5"] == []
    assert around == {
        "position": "tiny",
        "phase": "graded_trust",
        "minded": ["legal"],
        "region": "DE",
    }


@pytest.mark.slow
async def test_starting_again_keeps_the_data_and_gives_a_fresh_code(
    settings: Settings, tmp_path: Path
) -> None:
    first = await run.ready(settings, tmp_path, _silent)
    again = await run.ready(settings, tmp_path, _silent)
    assert again.client_id == first.client_id
    assert again.totp_secret == first.totp_secret
    assert again.enrolment_code != first.enrolment_code
    kept = tmp_path / run.SIGN_IN_FILE
    assert json.loads(kept.read_text())["enrolment_code"] == again.enrolment_code
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


async def test_a_practice_that_the_demo_did_not_make_is_left_alone(
    store: Database, settings: Settings, tmp_path: Path
) -> None:
    async with store.writer() as db:
        await practices.create(
            db,
            slug=cast.PRACTICE,
            name="A real one",
            zone="Europe/Berlin",
            is_sqlite=store.is_sqlite,
        )
        await db.commit()
    with pytest.raises(run.DemoRefused, match="Nothing was changed"):
        await run.ready(settings, tmp_path, _silent)
    assert not (tmp_path / run.SIGN_IN_FILE).exists()


async def test_an_interrupted_seeding_leaves_nothing_behind(
    store: Database,
    settings: Settings,
    tmp_path: Path,
) -> None:
    def interrupted(_line: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await run.ready(settings, tmp_path, interrupted)
    async with store.reader() as db:
        assert await practices.named(db, cast.PRACTICE) is None


def test_a_port_that_is_taken_costs_nothing(tmp_path: Path) -> None:
    with run.listen(0) as listening:
        listening.listen()
        port = listening.getsockname()[1]
        with pytest.raises(run.DemoRefused, match="taken"):
            run.run(tmp_path / "var", port, _silent)
    assert not (tmp_path / "var").exists()


def test_what_is_printed_is_all_one_needs_to_come_in() -> None:
    printed = run.welcome(_sign_in())
    for needed in (cast.PASSWORD, SECRET, "ABCD-EFGH", "/docs"):
        assert needed in printed


def _sign_in() -> run.SignIn:
    words = dict.fromkeys(run.SignIn.__dataclass_fields__, "x")
    return run.SignIn(
        **words
        | {"password": cast.PASSWORD, "totp_secret": SECRET}
        | {"enrolment_code": "ABCD-EFGH"}
    )
