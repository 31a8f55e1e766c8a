"""The small pieces of the ground."""

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr, ValidationError

from api.foundation import etags, logging
from api.foundation.crypto import Keys, b64decode, b64encode
from api.foundation.database import Moment
from api.foundation.errors import MatchRequired, Stale, faults_of, pointer
from api.foundation.ids import new_id
from api.foundation.settings import DEMO_SECRET, Settings, load


def test_settings_refuse_a_missing_secret() -> None:
    with pytest.raises(ValidationError, match="ATTUNE_SECRET_KEY"):
        Settings(secret_key=SecretStr(""))


def test_settings_refuse_a_short_secret() -> None:
    with pytest.raises(ValidationError, match="shorter than 32"):
        Settings(secret_key=SecretStr("short"))


def test_settings_refuse_the_demo_secret_outside_the_demo() -> None:
    with pytest.raises(ValidationError, match="the demo's"):
        Settings(secret_key=SecretStr(DEMO_SECRET))


def test_the_demo_brings_its_own_secret() -> None:
    assert Settings(demo=True).secret_key.get_secret_value() == DEMO_SECRET


def test_the_secret_may_lie_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ATTUNE_SECRET_KEY", raising=False)
    monkeypatch.setenv("ATTUNE_SECRETS_DIR", str(tmp_path))
    (tmp_path / "attune_secret_key").write_text("f" * 40)
    assert load().secret_key.get_secret_value() == "f" * 40


def test_a_secrets_directory_that_is_not_there_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTUNE_SECRETS_DIR", str(tmp_path / "nowhere"))
    with pytest.raises(ValueError, match="ATTUNE_SECRETS_DIR"):
        load()


def test_settings_never_print_the_secret() -> None:
    assert "x" * 40 not in repr(Settings(secret_key=SecretStr("x" * 40)))


@given(st.binary())
def test_base64url_comes_back_as_it_went(value: bytes) -> None:
    assert b64decode(b64encode(value)) == value


@given(st.text(max_size=40))
def test_any_text_is_base64url_or_a_value_error(text: str) -> None:
    try:
        b64decode(text)
    except ValueError:
        return


def test_a_sealed_value_opens_only_in_its_own_place() -> None:
    keys = Keys("k" * 32)
    sealed = keys.seal("totp", b"value", bound_to=b"one")
    assert keys.open("totp", sealed, bound_to=b"one") == b"value"
    with pytest.raises(InvalidTag):
        keys.open("totp", sealed, bound_to=b"other")
    with pytest.raises(InvalidTag):
        keys.open("cursor", sealed, bound_to=b"one")


def test_ids_sort_by_the_moment_they_were_made() -> None:
    made = [new_id() for _ in range(50)]
    assert made == sorted(made)
    assert all(each.version == 7 for each in made)


def test_a_naive_moment_is_refused() -> None:
    class Sqlite:
        name = "sqlite"

    with pytest.raises(ValueError, match="zone"):
        Moment().process_bind_param(datetime(2026, 1, 1), Sqlite())  # type: ignore[arg-type]  # noqa: DTZ001


def test_a_moment_of_any_zone_comes_back_in_utc() -> None:
    class Sqlite:
        name = "sqlite"

    east = datetime(2026, 1, 1, 12, tzinfo=timezone(timedelta(hours=3)))
    kept = Moment().process_bind_param(east, Sqlite())  # type: ignore[arg-type]
    assert Moment().process_result_value(kept, Sqlite()) == datetime(  # type: ignore[arg-type]
        2026, 1, 1, 9, tzinfo=UTC
    )


def test_a_write_without_if_match_is_asked_for_one() -> None:
    with pytest.raises(MatchRequired):
        etags.require(None, 3)


def test_a_write_for_another_version_is_stale() -> None:
    with pytest.raises(Stale):
        etags.require('"v2"', 3)
    etags.require('"v3"', 3)


def test_pointers_escape_as_rfc_6901_says() -> None:
    assert pointer(["a/b", "c~d", 0]) == "/a~1b/c~0d/0"


def test_an_unknown_field_is_named_by_its_parent_only() -> None:
    found = faults_of(
        [{"type": "extra_forbidden", "loc": ("body", "x", "my diary"), "msg": "no"}]
    )
    assert [(fault.pointer, fault.code) for fault in found] == [("/x", "unknown-field")]


def test_logs_drop_every_key_that_is_not_on_the_list() -> None:
    kept = logging.keep_allowed(
        None, "info", {"event": "request", "nickname": "Cleo", "status": 200}
    )
    assert kept == {"event": "request", "status": 200}


def test_keys_differ_by_purpose() -> None:
    keys = Keys(str(uuid4()) * 2)
    assert keys.key("one") != keys.key("two")
