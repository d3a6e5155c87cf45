"""OpenAPI: names that a generated client can bear (docs/decisions/0024).

Every list of words has a name of its own, also where only a parameter takes it; no name is made of a Spanish label.
"""

from collections.abc import Iterator
from typing import Any

from inflection import camelize

_NULL = "NullEnum"  # how the generator calls what is only null
_EXAMPLES = {"example", "examples"}


def name_all(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Name what has no name in the document; called by the generator, after it named the lists of words in bodies."""
    schemas = result["components"]["schemas"]
    for schema in schemas_in(result):
        _label(schema)
        _allow_null(schema)
    schemas.pop(_NULL, None)
    of_bodies = {tuple(sorted(schema["enum"])): name for name, schema in schemas.items() if "enum" in schema}
    for path, operations in result["paths"].items():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                _name_words(schemas, of_bodies, path, parameter)
    result["components"]["schemas"] = dict(sorted(schemas.items()))
    return result


def schemas_in(part: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of the document but examples."""
    if isinstance(part, dict):
        yield part
        for name, inner in part.items():
            if name not in _EXAMPLES:
                yield from schemas_in(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from schemas_in(inner)


def _label(schema: dict[str, Any]) -> None:
    """Make a label a description: a client would be generated with Spanish names for words."""
    if isinstance(label := schema.get("title"), str) and "version" not in schema:
        del schema["title"]
        schema.setdefault("description", f"{label}.")


def _allow_null(schema: dict[str, Any]) -> None:
    """Say null as JSON Schema does."""
    for choice in schema.get("oneOf", ()):
        if isinstance(choice, dict) and choice.get("$ref", "").endswith(f"/{_NULL}"):
            choice.clear()
            choice["type"] = "null"


def _name_words(
    schemas: dict[str, Any], of_bodies: dict[tuple[str, ...], str], path: str, parameter: dict[str, Any]
) -> None:
    """Put a reference in place of the words that a parameter takes; `of_bodies` are the names of those in bodies."""
    schema = parameter["schema"]
    holder = schema["items"] if schema.get("type") == "array" else schema
    if "enum" not in holder:
        return
    words = holder.pop("enum")
    name = of_bodies.get(tuple(sorted(words))) or _new_name(path, parameter["name"])
    schemas.setdefault(name, _component(words))
    holder.pop("type", None)
    holder["allOf"] = [{"$ref": f"#/components/schemas/{name}"}]


def _new_name(path: str, parameter: str) -> str:
    """Return `MatrixOrdering` for the parameter `ordering` of `…/matrix/`."""
    about = [part for part in path.strip("/").split("/") if "{" not in part][-1].replace("-", "_")
    return camelize(parameter if parameter == about else f"{about}_{parameter}")


def _component(words: list[str]) -> dict[str, Any]:
    component: dict[str, Any] = {"type": "string", "enum": words}
    if any(word.startswith("-") for word in words):  # or a generator would call them VALUE_0, VALUE_1…
        names = [f"{word[1:]}_descending" if word.startswith("-") else word for word in words]
        component["x-enum-varnames"] = [name.upper() for name in names]
    return component
