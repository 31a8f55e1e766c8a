"""An example for every body of the OpenAPI document, made from its schema.

Hand-written examples in a schema win; this fills what is left, so that no operation
is without one and none can drift from its schema.
"""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

_DEPTH = 8
_FORMATS = {
    "uuid": "01936f2a-7c3e-7b1d-9a5f-2f6d0c8e4b71",
    "date-time": "2026-11-22T09:30:00Z",
    "date": "2026-11-22",
    "time": "09:30:00",
    "duration": "P1D",
    "uri": "http://127.0.0.1:8000/",
}
_KINDS: Mapping[str, Any] = {
    "integer": 1,
    "number": 1.0,
    "boolean": True,
    "null": None,
}


def example_of(schema: Schema, components: Schema, depth: int = 0) -> Any:
    """Return one value of a schema; a hand-written example where there is one."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return example_of(components[name], components, depth + 1)
    if schema.get("examples"):
        return restored(schema["examples"][0], schema, components)
    if schema.get("enum"):
        return schema["enum"][0]
    for key in ("example", "const", "default"):
        if key in schema:
            return schema[key]
    for key in ("anyOf", "oneOf", "allOf"):
        if schema.get(key):
            return example_of(schema[key][0], components, depth + 1)
    return _by_kind(schema, components, depth)


def restored(value: Any, schema: Schema, components: Schema) -> Any:
    """Put back the nulls that FastAPI drops from hand-written examples."""
    schema = _resolved(schema, components)
    if isinstance(value, list):
        inner = schema.get("items", {})
        return [restored(each, inner, components) for each in value]
    if not isinstance(value, dict):
        return value
    properties = schema.get("properties", {})
    others = schema.get("additionalProperties")
    others = others if isinstance(others, dict) else {}
    whole = dict.fromkeys(schema.get("required", ())) | value
    return {
        name: restored(each, properties.get(name, others), components)
        for name, each in whole.items()
    }


def _resolved(schema: Schema, components: Schema) -> Schema:
    """Follow a reference, or the first branch of a nullable one, to an object."""
    if "$ref" in schema:
        return _resolved(components[schema["$ref"].rpartition("/")[2]], components)
    for branch in schema.get("anyOf", ()):
        if "$ref" in branch:
            return _resolved(branch, components)
    return schema


def restore_examples(components: Schema) -> None:
    """Put the dropped nulls back into every schema's own examples."""
    for schema in components.values():
        if "examples" in schema:
            schema["examples"] = [
                restored(each, schema, components) for each in schema["examples"]
            ]


def _by_kind(schema: Schema, components: Schema, depth: int) -> Any:
    match schema.get("type", "object"):
        case "object":
            return _object(schema, components, depth)
        case "array":
            return _array(schema, components, depth)
        case "string":
            return _FORMATS.get(schema.get("format", ""), "text")
        case "integer" | "number" if "minimum" in schema:
            return schema["minimum"]
        case kind:
            return _KINDS.get(str(kind))


def _object(schema: Schema, components: Schema, depth: int) -> dict[str, Any]:
    if depth > _DEPTH:
        return {}
    return {
        name: example_of(inner, components, depth + 1)
        for name, inner in schema.get("properties", {}).items()
    }


def _array(schema: Schema, components: Schema, depth: int) -> list[Any]:
    if depth > _DEPTH or "items" not in schema:
        return []
    return [example_of(schema["items"], components, depth + 1)]


def add_examples(operation: dict[str, Any], components: Schema) -> None:
    """Give every JSON body of an operation an example, unless it has one."""
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    for body in bodies:
        for media, content in body.get("content", {}).items():
            has_one = "example" in content or "examples" in content
            if media.endswith("json") and content.get("schema") and not has_one:
                content["example"] = example_of(content["schema"], components)
