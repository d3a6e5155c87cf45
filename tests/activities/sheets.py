"""Filling in a template, and sending it, as the tests of `/progress/sheet/` do."""

import io
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl.worksheet.worksheet import Worksheet

from activities.sheets.layout import TITLES
from poi_api.http.parsers import WorkbookParser
from tests.api import get, send_content
from tests.factories import Caller

HEADER = 4  # the row of the titles
FIRST = HEADER + 1
PATH = "/progress/sheet/"
_CLIENT = Client()

Edit = Callable[[Worksheet], None]


def template(caller: Caller, unit: Any, year: int = 2022, **query: Any) -> bytes:
    """Return the template of a unit's open months."""
    asked = {"institution": unit.institution.code, "unit": unit.code, "year": year} | query
    answer = get(caller, "/reports/poi/template/", **asked)
    assert answer.status_code == 200, answer.getvalue()
    content: bytes = answer.getvalue()
    return content


def made_by_hand(lines: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a template of some lines, each cell by what its column holds."""
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append(list(TITLES.values()))
    for line in lines:
        page.append([line.get(name) for name in TITLES])
    return saved(page)


def opened(content: bytes) -> Worksheet:
    """Return the sheet of a template."""
    return openpyxl.load_workbook(io.BytesIO(content))["POI"]


def columns(page: Worksheet) -> dict[str, int]:
    """Return the number of each column, by what it holds."""
    titles: dict[Any, Any] = {cell.value: cell.column for cell in page[HEADER]}
    return {name: titles[title] for name, title in TITLES.items()}


def rows(page: Worksheet) -> list[dict[str, Any]]:
    """Return the lines of a template, each cell by what its column holds."""
    places = columns(page)
    return [
        {name: page.cell(row, column).value for name, column in places.items()}
        for row in range(FIRST, page.max_row + 1)
    ]


def saved(page: Worksheet) -> bytes:
    file = io.BytesIO()
    assert page.parent
    page.parent.save(file)
    return file.getvalue()


def filled(content: bytes, cells: Mapping[tuple[int, str], Any], *edits: Edit) -> bytes:
    """Return a template with values in cells, by their line from 0 and what their column holds, and then edited."""
    page = opened(content)
    places = columns(page)
    for (line, name), value in cells.items():
        page.cell(FIRST + line, places[name]).value = value
    for edit in edits:
        edit(page)
    return saved(page)


def send_sheet(caller: Any, content: bytes, headers: Any = None, **query: Any) -> Any:
    """Send a workbook as it is."""
    return send_content("POST", caller, PATH, content, WorkbookParser.media_type, headers, **query)


def send_form(caller: Any, content: bytes, headers: Any = None, **query: Any) -> Any:
    """Send a workbook in a form, as a browser does."""
    sent = {**caller.headers, **(headers or {})}
    form = {"file": SimpleUploadedFile("avance.xlsx", content)}
    return _CLIENT.post(f"/api/v1{PATH}", form, headers=sent, query_params=query)
