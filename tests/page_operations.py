"""What may be done on each page, with what in a world of one of everything it is done to, and who may do it.

The pages are read from the service itself: one without a line in `PAGES` fails `test_page_role_matrix`. A line is an
`Operation` (`tests/operations.py`): its `body` is the form that is sent, and its `success` is 302 where that leads on.
"""

import re
from types import SimpleNamespace
from typing import Any

from django.urls import URLResolver, get_resolver

from tests import bodies
from tests.operations import ABOVE, MEMBERS, OF_INSTITUTION, Operation, read
from tests.people_pages import PEOPLE
from tests.planning_pages import PLANNING
from units.choices import Role

# For whoever comes, or whoever is logged in: coming in, going out, one's own password
_OF_ACCOUNTS = "/cuenta/"


def month_typed(world: SimpleNamespace) -> dict[str, Any]:
    """Return the sheet of a month with one row in which something was typed."""
    activity = world.activity.pk
    return {"row": activity, f"version-{activity}": 1, f"executed-{activity}": 3}


def months_judged(world: SimpleNamespace) -> dict[str, Any]:
    """Return a queue in which one row was chosen."""
    row = f"{world.activity.pk}-2022-2"
    return {"row": row, f"version-{row}": 1, f"chosen-{row}": 1, "verdict": "accept"}


_REASON: dict[str, Any] = {"reason": "R"}
_IMPORT, _PUBLICATION = "/importaciones/{source}/", "/documentos/publicaciones/{publication}/"
_MONTH = "/mi-mes/{activity}/{month}/"
_TAKING_BACK: dict[str, Any] = {
    "role": Role.REPORTER, "at": ABOVE, "sight": ABOVE, "names": {"activity": "activity", "month": "month"},
}  # fmt: skip
_WITHDRAWAL: dict[str, Any] = {
    "role": Role.PLANNER, "at": OF_INSTITUTION, "sight": OF_INSTITUTION, "names": {"publication": "publication"},
}  # fmt: skip


def published(world: SimpleNamespace) -> dict[str, Any]:
    """Return the form by which the document of a year is published."""
    return {"institution": world.institution.code, "year": 2022, "through": 4, "audience": "members"}


def of_import(path: str, thing: str, body: dict[str, Any]) -> dict[tuple[str, str], Operation]:
    """Return a form about a document, for who plans for its institution; nobody below it knows of it."""
    may: dict[str, Any] = {"role": Role.PLANNER, "at": OF_INSTITUTION, "sight": OF_INSTITUTION}
    may["names"] = {"source": thing}
    return {("GET", path): Operation(**may), ("POST", path): Operation(**may, body=lambda world: body, success=302)}


DOCUMENTS: dict[tuple[str, str], Operation] = {
    ("GET", "/importaciones/"): Operation(role=Role.PLANNER),
    ("GET", "/importaciones/nueva/"): Operation(role=Role.PLANNER, at=OF_INSTITUTION | {"other institution"}),
    ("POST", "/importaciones/nueva/"): Operation(
        role=Role.PLANNER, at=OF_INSTITUTION, sight=MEMBERS, body=bodies.uploaded, named_in_body=True, success=302
    ),
    ("GET", _IMPORT): Operation(
        role=Role.PLANNER, at=OF_INSTITUTION, sight=OF_INSTITUTION, names={"source": "stored_import"}
    ),
    **of_import(f"{_IMPORT}aplicar/", "stored_import", {}),
    **of_import(f"{_IMPORT}deshacer/", "applied_import", _REASON),
    ("GET", "/documentos/"): Operation(),
    ("GET", "/documentos/publicar/"): Operation(role=Role.PLANNER, at=OF_INSTITUTION | {"other institution"}),
    ("POST", "/documentos/publicar/"): Operation(
        role=Role.PLANNER, at=OF_INSTITUTION, sight=MEMBERS, body=published, named_in_body=True, success=302
    ),
    ("GET", "/documentos/publicaciones/"): Operation(),
    ("GET", _PUBLICATION): read(OF_INSTITUTION, publication="publication"),
    ("GET", f"{_PUBLICATION}comparar/"): read(OF_INSTITUTION, publication="publication"),
    ("GET", f"{_PUBLICATION}retirar/"): Operation(**_WITHDRAWAL),
    ("POST", f"{_PUBLICATION}retirar/"): Operation(**_WITHDRAWAL, body=lambda world: _REASON, success=302),
}
PAGES: dict[tuple[str, str], Operation] = {
    **PLANNING,
    **DOCUMENTS,
    **PEOPLE,
    ("GET", "/"): Operation(),
    ("GET", "/alertas/"): Operation(),
    ("GET", "/mi-mes/"): Operation(role=Role.REPORTER),
    ("POST", "/mi-mes/"): Operation(role=Role.REPORTER, body=month_typed),
    ("GET", "/mi-mes/plantilla/"): Operation(role=Role.REPORTER),
    ("POST", "/mi-mes/plantilla/"): Operation(role=Role.REPORTER, success=400),  # without a file
    ("GET", _MONTH): read(ABOVE, activity="activity", month="month"),
    ("GET", f"{_MONTH}retirar/"): Operation(**_TAKING_BACK),
    ("POST", f"{_MONTH}retirar/"): Operation(
        **_TAKING_BACK, body=lambda world: {"reason": "R", "shown": 1}, success=302
    ),
    ("GET", "/revision/"): Operation(role=Role.REVIEWER),
    ("POST", "/revision/"): Operation(role=Role.REVIEWER, body=months_judged),
}


def views() -> dict[str, Any]:
    """Return the view of every page by its address, with `{names}` in it."""
    included = [each for each in get_resolver().url_patterns if isinstance(each, URLResolver) and not str(each.pattern)]
    found = {
        "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(page.pattern)): page.callback
        for each in included
        for page in each.url_patterns
    }
    return {address: view for address, view in found.items() if not address.startswith(_OF_ACCOUNTS)}


def pages() -> set[tuple[str, str]]:
    """Return all that can be done on pages, as (method, address)."""
    return {
        (method.upper(), address)
        for address, view in views().items()
        for method in ("get", "post")
        if hasattr(view.view_class, method)
    }
