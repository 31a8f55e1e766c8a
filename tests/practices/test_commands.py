"""The operator's commands open practices and say why when they don't."""

import re
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from api import cli
from api.foundation.settings import Settings
from tests.access.doors import PASSWORD, code_at, sign_in

CODE = re.compile(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}")


@pytest.fixture(autouse=True)
def environment(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTUNE_DATABASE_URL", settings.database_url)
    secret = settings.secret_key.get_secret_value()
    monkeypatch.setenv("ATTUNE_SECRET_KEY", secret)
    monkeypatch.delenv("ATTUNE_SECRETS_DIR", raising=False)


def create(slug: str, *, zone: str = "Europe/Berlin") -> Result:
    words = ["practice", "create", "--slug", slug, "--name", slug.title()]
    return CliRunner().invoke(cli.app, [*words, "--zone", zone])


def test_a_second_practice_needs_a_database_of_its_own_on_sqlite(
    engine_kind: str,
) -> None:
    assert create("harbour").exit_code == 0
    second = create("hill")
    if engine_kind == "sqlite":
        assert second.exit_code == 1
        assert "holds one practice" in second.stderr
        assert "PostgreSQL" in second.stderr
    else:
        assert second.exit_code == 0


def test_a_short_name_is_given_once(engine_kind: str) -> None:
    create("harbour")
    again = create("harbour")
    assert again.exit_code == 1
    if engine_kind == "postgres":
        assert "short name" in again.stderr


@pytest.mark.parametrize(
    ("slug", "zone", "word"),
    [("No Slug", "Europe/Berlin", "--slug"), ("ok", "Nowhere", "--zone")],
)
def test_odd_options_are_named(slug: str, zone: str, word: str) -> None:
    result = create(slug, zone=zone)
    assert result.exit_code == 1
    assert word in result.stderr


def test_migrating_again_changes_nothing() -> None:
    result = CliRunner().invoke(cli.app, ["migrate"])
    assert result.exit_code == 0, result.output


def test_a_missing_secret_is_said_without_a_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("ATTUNE_SECRET_KEY")
    result = create("harbour")
    assert result.exit_code == 1
    assert "ATTUNE_SECRET_KEY" in result.stderr


class TestOwner:
    @pytest.fixture
    def code(self, environment: None) -> str:
        found = CODE.search(create("harbour").stdout)
        assert found is not None
        return found.group()

    async def test_the_printed_code_lets_the_owner_in(
        self, code: str, http: httpx.AsyncClient
    ) -> None:
        body = {"code": code, "name": "Olga", "login": "olga", "password": PASSWORD}
        welcome = (await http.post("/v1/auth/accept-invitation", json=body)).json()
        totp = code_at(welcome["totp_secret"])
        tokens = (await sign_in(http, login="olga", totp=totp)).json()
        headers = {"Authorization": f"Bearer {tokens['access_token']}"}
        me = (await http.get("/v1/me", headers=headers)).json()
        assert (me["roles"], me["practice"]["name"]) == (["owner"], "Harbour")
        etag = (await http.get("/v1/practice", headers=headers)).headers["etag"]
        assert etag == '"v1"'
        shelf = (await http.get("/v1/exercises", headers=headers)).json()
        assert shelf["items"]


def test_a_new_practice_has_the_whole_library_already() -> None:
    create("harbour")
    again = CliRunner().invoke(cli.app, ["load-library"])
    assert again.stdout.strip() == "0 new versions of exercises and programmes."


def test_an_owner_who_can_not_sign_in_is_followed_by_another() -> None:
    first = CODE.search(create("harbour").stdout)
    words = ["practice", "invite-owner", "--slug", "harbour"]
    second = CODE.search(CliRunner().invoke(cli.app, words).stdout)
    assert first
    assert second
    assert first.group() != second.group()


def test_no_code_is_made_for_a_practice_that_is_not_there() -> None:
    words = ["practice", "invite-owner", "--slug", "nowhere"]
    result = CliRunner().invoke(cli.app, words)
    assert result.exit_code == 1
    assert "no practice" in result.stderr


def test_the_instruments_are_listed_with_why_not() -> None:
    result = CliRunner().invoke(cli.app, ["instruments", "check"])
    assert result.exit_code == 0
    lines = {line.split()[0]: line for line in result.stdout.splitlines()}
    assert "can be asked" in lines["phq9"]
    assert "ATTUNE_INSTRUMENT_TEXTS" in lines["who5"]
    assert "excluded" in lines["ors"]


def test_a_text_that_does_not_fit_is_told_by_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "instrument: ors\nlicence_confirmed: Mine\nitems: {a: Secret}\n"
    (tmp_path / "mine.yaml").write_text(words, encoding="utf-8")
    monkeypatch.setenv("ATTUNE_INSTRUMENT_TEXTS", str(tmp_path))
    result = CliRunner().invoke(cli.app, ["instruments", "check"])
    assert result.exit_code == 1
    assert "mine.yaml#/instrument: excluded-instrument" in result.stderr
    assert "Secret" not in result.output


def test_a_folder_of_texts_that_is_not_there_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTUNE_INSTRUMENT_TEXTS", str(tmp_path / "nowhere"))
    result = CliRunner().invoke(cli.app, ["instruments", "check"])
    assert result.exit_code == 1
    assert "ATTUNE_INSTRUMENT_TEXTS" in result.stderr
