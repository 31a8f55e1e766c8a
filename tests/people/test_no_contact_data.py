"""No e-mail, phone number or place of a client exists anywhere: columns and schemas."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from api.all_tables import METADATA
from api.foundation.settings import Settings
from api.main import create_app

FORBIDDEN = re.compile(
    r"e_?-?mail|phone|mobile|telefon|\bsms\b|fax|address|street|city|postal|\bzip|"
    r"latitude|longitude|\bgeo|location|birth|surname|last_?name|family_?name|"
    r"\bip\b|ip_addr|user_?agent|contact",
    re.IGNORECASE,
)


@cache
def document() -> dict[str, Any]:
    return create_app(Settings(demo=True)).openapi()


def names_in(schema: Any) -> Iterator[str]:
    """Every property and parameter name, however deep."""
    if isinstance(schema, dict):
        properties = schema.get("properties")
        if isinstance(properties, dict):
            yield from properties
        if "in" in schema and isinstance(schema.get("name"), str):
            yield schema["name"]
        for inner in schema.values():
            yield from names_in(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from names_in(inner)


def forbidden(names: Iterator[str]) -> set[str]:
    return {name for name in names if FORBIDDEN.search(name)}


def test_no_column_can_hold_a_way_to_reach_or_find_somebody() -> None:
    columns = (
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
    )
    assert forbidden(columns) == set()


def test_no_schema_has_a_field_for_it() -> None:
    """Help lines have numbers to text to; they are the only ones."""
    whole = document()
    lines = {"ResourceOut": whole["components"]["schemas"]["ResourceOut"]}
    rest = {
        name: schema
        for name, schema in whole["components"]["schemas"].items()
        if name not in lines
    }
    names = list(names_in({**whole, "components": {"schemas": rest}}))
    assert len(names) > 50
    assert forbidden(names_in(lines)) == {"sms"}
    assert forbidden(iter(names)) == set()


@pytest.mark.parametrize("name", ["email", "clientPhone", "home_address", "IP"])
def test_such_a_field_would_be_caught(name: str) -> None:
    assert forbidden(names_in({"properties": {name: {}}})) == {name}


def test_a_login_is_no_mailbox() -> None:
    login = document()["components"]["schemas"]["AcceptInvitationIn"]
    assert "@" in login["properties"]["login"]["pattern"]
