"""Every example in the document is what its schema says, without members that the schema does not know."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from drf_spectacular.renderers import OpenApiJsonRenderer
from jsonschema_rs import Draft202012Validator

from poi_api.openapi.views import document

DOCUMENT = json.loads(OpenApiJsonRenderer().render(document()))


def strict(schema: Any) -> Any:
    """Return a schema whose objects have no other members."""
    if isinstance(schema, list):
        return [strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {name: strict(each) for name, each in schema.items()}
    return {"additionalProperties": False} | plain if isinstance(schema.get("properties"), dict) else plain


RESPONSES: dict[str, Any] = DOCUMENT["components"]["responses"]
COMPONENTS = {"schemas": {name: strict(schema) for name, schema in DOCUMENT["components"]["schemas"].items()}}


def parts(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield all of an operation that can have examples, with its name: parameters, headers and bodies."""
    for parameter in operation.get("parameters", []):
        yield f"parameter {parameter['name']}", parameter
    yield from parts_of_bodies({"request": operation.get("requestBody", {}), **operation["responses"]})


def parts_of_bodies(bodies: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, body in bodies.items():
        yield from ((f"{name} {header}", part) for header, part in body.get("headers", {}).items())
        yield from ((f"{name} {media_type}", content) for media_type, content in body.get("content", {}).items())


def examples(part: dict[str, Any]) -> list[Any]:
    single = [part["example"]] if "example" in part else []
    return single + [example["value"] for example in part.get("examples", {}).values()]


def faults(schema: Any, example: Any) -> list[str]:
    validator = Draft202012Validator({"allOf": [strict(schema)], "components": COMPONENTS}, validate_formats=True)
    return [f"{list(error.instance_path)}: {error.message}" for error in validator.iter_errors(example)]


@pytest.mark.parametrize(
    ("path", "method"), [(path, method) for path, methods in DOCUMENT["paths"].items() for method in methods]
)
def test_the_examples_of_an_operation_are_what_their_schemas_say(path: str, method: str) -> None:
    assert wrong(parts(DOCUMENT["paths"][path][method])) == []


def test_the_examples_of_answers_that_operations_share_are_what_their_schemas_say() -> None:
    assert wrong(parts_of_bodies(RESPONSES)) == []


def wrong(described: Iterator[tuple[str, dict[str, Any]]]) -> list[tuple[str, str]]:
    """Return what is wrong with examples, each with the name of what it is of."""
    return [
        (name, fault)
        for name, part in described
        for example in examples(part)
        for fault in faults(part["schema"], example)
    ]


def test_an_example_with_another_member_or_type_is_found() -> None:
    schema = {"$ref": "#/components/schemas/Reference"}
    assert faults(schema, {"id": 1, "code": "SAT", "name": "SAT LIMA"}) == []
    assert faults(schema, {"id": "1", "code": "SAT", "name": "SAT LIMA"})
    assert faults(schema, {"id": 1, "code": "SAT", "name": "SAT LIMA", "other": 1})
    assert faults(schema, {"id": 1, "code": "SAT"})
    assert faults(schema, None)
    assert faults({"type": "string", "format": "date"}, "31/12/2022")
    assert faults({"oneOf": [schema, {"type": "null"}]}, None) == []
