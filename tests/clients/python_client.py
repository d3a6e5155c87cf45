"""A client in Python, generated from our own document, and how it makes a call of any operation."""

import importlib
import io
import json
import subprocess
import sys
import typing
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from attrs import astuple, has
from drf_spectacular.renderers import OpenApiJsonRenderer
from drf_spectacular.types import OpenApiTypes

from poi_api.http.formats import RENDERERS
from poi_api.openapi.views import document
from tests.operations import OPERATIONS, WORKBOOK, Operation, ids_of

NAME = "poi_client"
# What whoever generates it has to say too: a drawing is text, other files are bytes, and nothing is done with the code
# afterwards
_CONFIGURATION = {
    "content_type_overrides": {"image/svg+xml": "text/plain"}
    | dict.fromkeys(
        (each.media_type for each in RENDERERS.values() if each.shape == OpenApiTypes.BINARY),
        "application/octet-stream",
    ),
    "post_hooks": [],
}
_NEEDED = ("year", "institution", "unit")


def generated(place: Path) -> str:
    """Generate the client in a directory, make it importable, and return what the generator said."""
    described, configuration = place / "openapi.json", place / "configuration.json"
    described.write_bytes(OpenApiJsonRenderer().render(document()))
    configuration.write_text(json.dumps(_CONFIGURATION))
    options = ["--path", described, "--output-path", place / NAME, "--config", configuration, "--meta", "none"]
    command = [
        str(Path(sys.executable).parent / "openapi-python-client"),
        "generate",
        "--fail-on-warning",
        *map(str, options),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    sys.path.insert(0, str(place))
    return f"{done.stdout}{done.stderr}"


def client_of(address: str, key: str, **options: Any) -> Any:
    """Return a generated client that has a key."""
    package = importlib.import_module(NAME)
    return package.AuthenticatedClient(
        base_url=address, token=key, prefix="Api-Key", raise_on_unexpected_status=True, **options
    )


def calls() -> dict[tuple[str, str], ModuleType]:
    """Return the module that makes each operation's call."""
    return {
        (method.upper(), path.removeprefix("/api/v1")): importlib.import_module(
            f"{NAME}.api.{operation['tags'][0].replace('-', '_')}.{operation['operationId']}"
        )
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
    }


def called(client: Any, module: ModuleType, name: tuple[str, str], world: SimpleNamespace) -> Any:
    """Return the answer to an operation's call, made with what the inventory of operations knows of it."""
    method, path = name
    operation = OPERATIONS[method, path.replace("{id}", "{pk}")]
    hints = typing.get_type_hints(module.sync_detailed)
    ids = {{"pk": "id"}.get(part, part): value for part, value in ids_of(world, operation.names).items()}
    query = {part: _asked(hints[part], value) for part, value in operation.query.items() if part in _NEEDED}
    return module.sync_detailed(client=client, **ids, **query, **_sent(module, operation, world))


def form_of(module: ModuleType) -> Any:
    """Return the generated class of a call's body."""
    hint = typing.get_type_hints(module.sync_detailed)["body"]
    return next(part for part in typing.get_args(hint) or [hint] if hasattr(part, "from_dict"))


def _sent(module: ModuleType, operation: Operation, world: SimpleNamespace) -> dict[str, Any]:
    """Return the body of a call, if it has one."""
    types = importlib.import_module(f"{NAME}.types")
    if operation.form:
        form = operation.form(world)
        file = types.File(form["file"], form["file"].name, form["file"].content_type)
        return {"body": form_of(module)(**{**form, "file": file})}
    if operation.workbook:
        content = io.BytesIO(operation.workbook(world))
        return {"body": form_of(module)(file=types.File(content, "avance.xlsx", WORKBOOK))}
    body = operation.body(world)
    return {"body": form_of(module).from_dict(body)} if body else {}


def unknown_members(part: Any) -> list[tuple[str, str]]:
    """Return what an answer has that the client has no name for."""
    found = [(type(part).__name__, name) for name in getattr(part, "additional_properties", ())]
    inner = part if isinstance(part, list) else astuple(part, recurse=False) if has(type(part)) else ()
    return found + [each for value in inner for each in unknown_members(value)]


def _asked(hint: Any, value: Any) -> Any:
    return [value] if "list" in str(hint) else value
