"""Where help is: the list that ships, what is refused, and what is stale."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from api.foundation.settings import Settings
from api.main import create_app
from api.safety.resources import (
    INTERNATIONAL,
    Kind,
    Resource,
    UnsoundDirectory,
    for_region,
    is_stale,
    read_directory,
)
from api.safety.service_resources import directory

ANYWHERE = {"region": "INT", "kind": "suicide", "name": "A", "url": "https://a.example"}
SHIPPED = directory(None)


def listed(*rows: Any) -> str:
    return json.dumps({"resources": [ANYWHERE, *rows]})


def row(**more: Any) -> dict[str, Any]:
    return {"region": "GB", "kind": "emergency", "name": "E", "number": "999"} | more


def test_the_shipped_list_has_every_region_of_the_reference_unverified() -> None:
    named = {"US", "GB", "IE", "EU", "DE", "FR", "ES", "IT", "AU", "NZ", "CA"}
    assert named | {"IN", "ZA", INTERNATIONAL} == SHIPPED.regions
    assert all(one.verified_on is None for one in SHIPPED.rows)
    for region in SHIPPED.regions - {INTERNATIONAL}:
        kinds = {one.kind for one in for_region(SHIPPED, region).rows}
        assert {Kind.EMERGENCY, Kind.DOMESTIC_ABUSE} <= kinds


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (row(region="gb"), "row 2, region"),
        (row(kind="police"), "row 2, kind"),
        (row(number=None), "row 2, the row"),
        (row(number="call me"), "row 2, number"),
        (row(url="http://a.example"), "row 2, url"),
        (row(verified_on="2026-01-01"), "row 2, the row"),
        (row(verified_on="soon", verified_by="A"), "row 2, verified_on"),
        (row(fax="1"), "row 2, fax"),
        ("a line", "row 2"),
    ],
)
def test_a_wrong_row_is_refused_and_named(wrong: Any, said: str) -> None:
    with pytest.raises(UnsoundDirectory, match=said):
        read_directory(listed(wrong))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"resources": [{}]}', '{"resources": []}']
)
def test_a_file_that_is_no_list_of_resources_is_refused(text: str) -> None:
    with pytest.raises(UnsoundDirectory, match="crisis resources"):
        read_directory(text)


def test_a_row_is_stale_after_180_days_and_before_anyone_checked() -> None:
    checked = Resource.model_validate(
        row(verified_on="2026-01-01", verified_by="Petra")
    )
    day = date(2026, 1, 1)
    assert not is_stale(checked, day + timedelta(days=180))
    assert is_stale(checked, day + timedelta(days=181))
    assert is_stale(Resource.model_validate(row()), day)


@given(st.sampled_from([*sorted(SHIPPED.regions), "XX", "AT", None]))
def test_every_region_gets_what_holds_anywhere(region: str | None) -> None:
    found = for_region(SHIPPED, region)
    assert found.rows[-1].region == INTERNATIONAL
    assert found.matched == (region not in ("XX", None, INTERNATIONAL))


def test_a_member_of_the_union_without_rows_gets_the_unions() -> None:
    assert {one.region for one in for_region(SHIPPED, "AT").rows} == {"EU", "INT"}


def test_the_service_does_not_start_with_an_unsound_list(tmp_path: Path) -> None:
    path = tmp_path / "lines.json"
    path.write_text(listed(row(number="nine")))
    settings = Settings(
        secret_key=SecretStr("a secret of the tests, long enough to be accepted"),
        crisis_resources=path,
    )
    with pytest.raises(UnsoundDirectory, match=r"lines\.json.*row 2, number"):
        create_app(settings)


def test_a_list_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnsoundDirectory, match="ATTUNE_CRISIS_RESOURCES"):
        directory(tmp_path / "none.json")
