"""The OpenAPI document: what FastAPI finds, plus how every error looks."""

import copy
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic.json_schema import models_json_schema

from api.foundation.errors import PROBLEM_JSON
from api.foundation.examples import add_examples, restore_examples
from api.foundation.schema_names import name_plainly
from api.foundation.schemas import Problem

_REF = "#/components/schemas/{model}"
_PROBLEM = {
    "description": "A problem document (RFC 9457); it never repeats your input",
    "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def document(app: FastAPI) -> dict[str, Any]:
    """Build the document once and keep it on the app."""
    if app.openapi_schema is None:
        app.openapi_schema = _build(app)
    return app.openapi_schema


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and operation of everything in a document."""
    for path, item in schema["paths"].items():
        for method, operation in item.items():
            yield path, method, operation


def _build(app: FastAPI) -> dict[str, Any]:
    schema = get_openapi(
        title=app.title,
        version=app.version,
        summary=app.summary,
        description=app.description,
        routes=app.routes,
        tags=app.openapi_tags,
    )
    components = schema.setdefault("components", {}).setdefault("schemas", {})
    for unused in ("HTTPValidationError", "ValidationError"):
        components.pop(unused, None)
    _, definitions = models_json_schema([(Problem, "validation")], ref_template=_REF)
    components.update(definitions["$defs"])
    restore_examples(components)
    for _, _, operation in operations(schema):
        responses = operation["responses"]
        responses.pop("422", None)
        responses["default"] = copy.deepcopy(_PROBLEM)
        add_examples(operation, components)
    name_plainly(schema)
    return schema
