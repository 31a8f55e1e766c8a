"""The OpenAPI document is complete enough to build an app from it alone."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate

from api.foundation.openapi import operations
from api.foundation.settings import Settings
from api.main import create_app


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app(Settings(demo=True)).openapi()


def bodies(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for body in (
        operation.get("requestBody", {}),
        *operation["responses"].values(),
    ):
        for media, content in body.get("content", {}).items():
            if media.endswith("json"):
                yield content


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    validate(document)


def test_every_operation_says_what_it_does(document: dict[str, Any]) -> None:
    silent = [
        operation["operationId"]
        for _, _, operation in operations(document)
        if len(operation.get("description", "")) < 20 or not operation.get("tags")
    ]
    assert not silent


def test_every_tag_is_described(document: dict[str, Any]) -> None:
    described = {tag["name"] for tag in document["tags"]}
    used = {tag for _, _, each in operations(document) for tag in each["tags"]}
    assert used == described


def test_operation_ids_are_plain_function_names(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(document)]
    assert len(ids) == len(set(ids))
    assert not [name for name in ids if "__" in name or "v1" in name]


def test_every_schema_has_a_plain_name_of_its_own(document: dict[str, Any]) -> None:
    names = set(document["components"]["schemas"])
    assert {name for name in names if not re.fullmatch(r"[A-Z][A-Za-z0-9]*", name)} == (
        set()
    )
    used = re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document))
    assert set(used) <= names


def test_every_json_body_has_a_schema_and_an_example(document: dict[str, Any]) -> None:
    bare = [
        operation["operationId"]
        for _, _, operation in operations(document)
        for content in bodies(operation)
        if "example" not in content and "examples" not in content
    ]
    assert not bare


def test_every_example_is_a_value_of_its_schema(document: dict[str, Any]) -> None:
    wrong = []
    for _, _, operation in operations(document):
        for content in bodies(operation):
            schema = content["schema"] | {"components": document["components"]}
            validator = jsonschema.Draft202012Validator(schema)
            if not validator.is_valid(content["example"]):
                wrong.append(operation["operationId"])
    assert not wrong


def test_every_error_is_described_as_a_problem(document: dict[str, Any]) -> None:
    for _, _, operation in operations(document):
        content = operation["responses"]["default"]["content"]
        assert list(content) == ["application/problem+json"]
        assert content["application/problem+json"]["schema"]["$ref"].endswith("Problem")
