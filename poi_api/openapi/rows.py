"""OpenAPI: rows of lists and reports, of which `fields` keeps some members (api.md, "Lists")."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from poi_api.openapi.names import schemas_in

_ROW = "Row"


def require_no_member(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Let rows lack any member where an operation takes `fields`; called by the generator.

    What is shown alone too stays as it is: a row of it gets a schema of its own, such as `ActivityRow`.
    """
    schemas = result["components"]["schemas"]
    for page in _pages(result):
        rows = page["properties"]["results"]
        name = _named(rows["items"])
        row = deepcopy(schemas[name])
        row.pop("required", None)
        references = [schema.get("$ref") for schema in schemas_in(result)]
        if references.count(f"#/components/schemas/{name}") > 1:
            name = f"{name}{_ROW}"
            rows["items"] = {"$ref": f"#/components/schemas/{name}"}
        schemas[name] = row
    return result


def _pages(result: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the schema of what each operation that takes `fields` answers."""
    for operations in result["paths"].values():
        for operation in operations.values():
            if any(parameter["name"] == "fields" for parameter in operation.get("parameters", ())):
                answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
                yield result["components"]["schemas"][_named(answer)]


def _named(reference: dict[str, Any]) -> str:
    return str(reference["$ref"]).rpartition("/")[2]
