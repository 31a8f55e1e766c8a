"""Hashing is bounded, happens outside transactions, and tells nobody who exists."""

import asyncio
import threading
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlmodel import col, select

from api.access.hashing import Passwords
from api.access.tables import Credential
from api.foundation.settings import Settings
from tests.access.doors import PASSWORD, code_at, join, sign_in
from tests.cast import Cast


class Watched(Passwords):
    """Counts hashes, how many run at once, and open connections meanwhile."""

    def __init__(self, settings: Settings, app: FastAPI) -> None:
        super().__init__(settings)
        self.app = app
        self.calls = self.running = self.most = self.connections = 0
        self.lock = threading.Lock()

    def _verify(self, kept: str, password: str) -> bool:
        with self.lock:
            self.calls += 1
            self.running += 1
            self.most = max(self.most, self.running)
            pool = self.app.state.database.writing.pool
            self.connections = max(self.connections, pool.checkedout())
        threading.Event().wait(0.01)
        result = super()._verify(kept, password)
        with self.lock:
            self.running -= 1
        return result


@pytest.fixture
def watched(app: FastAPI, settings: Settings) -> Iterator[Watched]:
    original = app.state.passwords
    app.state.passwords = Watched(settings, app)
    yield app.state.passwords
    app.state.passwords = original


async def test_unknown_and_known_logins_do_the_same_hashing(
    cast: Cast, watched: Watched
) -> None:
    await join(cast, "nora")
    for login, practice in (("nora", "harbour"), ("nobody", "harbour"), ("x", "no")):
        before = watched.calls
        refused = await sign_in(
            cast.http, login=login, practice=practice, totp="123456", password="x" * 20
        )
        assert refused.status_code == 401
        assert watched.calls == before + 1


async def test_no_transaction_is_open_while_hashing(
    cast: Cast, watched: Watched
) -> None:
    welcome = await join(cast, "nora")
    code = code_at(welcome["totp_secret"])
    assert (await sign_in(cast.http, login="nora", totp=code)).is_success
    assert watched.calls == 1
    assert watched.connections == 0


async def test_hashes_at_a_time_are_bounded(
    cast: Cast, watched: Watched, settings: Settings
) -> None:
    await asyncio.gather(
        *(sign_in(cast.http, login="nobody", totp="123456") for _ in range(12))
    )
    assert watched.calls == 12
    assert watched.most <= settings.password_hash_concurrency


async def kept_hash(cast: Cast) -> str:
    async with cast.store.reader() as db:
        query = select(Credential.password_hash).where(col(Credential.login) == "nora")
        return (await db.exec(query)).one()


async def test_a_hash_of_older_parameters_is_renewed_on_sign_in(
    cast: Cast, app: FastAPI, settings: Settings
) -> None:
    welcome = await join(cast, "nora")
    before = await kept_hash(cast)
    stronger = settings.model_copy(update={"password_hash_memory_kib": 64})
    app.state.passwords = Passwords(stronger)
    code = code_at(welcome["totp_secret"])
    assert (await sign_in(cast.http, login="nora", totp=code)).is_success
    after = await kept_hash(cast)
    assert "m=8," in before
    assert "m=64," in after
    following = code_at(welcome["totp_secret"], steps=1)
    assert (await sign_in(cast.http, login="nora", totp=following)).is_success


def test_the_shipped_parameters_are_owasps() -> None:
    shipped = Settings(demo=True)
    assert shipped.password_hash_memory_kib >= 46 * 1024


async def test_a_broken_hash_signs_nobody_in(settings: Settings) -> None:
    passwords = Passwords(settings)
    assert not await passwords.is_right("not a hash", PASSWORD)
    assert not await passwords.is_right(None, PASSWORD)
    assert await passwords.is_right(await passwords.hash(PASSWORD), PASSWORD)


class TestSecondFactorGuessing:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return settings.model_copy(update={"throttle_attempts": 4})

    async def test_who_has_the_password_cannot_try_codes_without_end(
        self, cast: Cast, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """From ever new places: the account's own count stops it, quietly."""
        welcome = await join(cast, "nora")
        place = iter(range(100))
        monkeypatch.setattr(
            "api.access.service_throttle.network_of", lambda host: str(next(place))
        )
        for _ in range(4):
            refused = await sign_in(cast.http, login="nora", totp="000000")
            assert refused.status_code == 401
        code = code_at(welcome["totp_secret"])
        late = await sign_in(cast.http, login="nora", totp=code)
        assert (late.status_code, late.content) == (401, refused.content)
