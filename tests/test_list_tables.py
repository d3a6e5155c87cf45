"""Every list is a table too: all its rows in one CSV or workbook, made whole (api.md, "Formats")."""

import csv
import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from poi_api.openapi.views import document
from tests import factories as make
from tests.api import get, refused, send
from tests.in_one_state import for_each
from tests.operations import OPERATIONS, ids_of, one_of_everything
from units.choices import Role
from units.requests import list_tables

pytestmark = pytest.mark.django_db
# What is no list and has a table of a part of it: tests/test_tables_of_parts.py
PARTS = {"/api/v1/activities/{id}/progress/", "/api/v1/imports/{id}/", "/api/v1/publications/{id}/diff/"}
_LISTS = [
    path.removeprefix("/api/v1").replace("{id}", "{pk}")
    for path, methods in document()["paths"].items()
    if "text/csv" in methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
    and "/reports/" not in path
    and "/exports/" not in path
    and "content" not in path
    and path not in PARTS
]


@pytest.fixture
def world() -> SimpleNamespace:
    return one_of_everything()


def lines(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.content
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_every_list_is_described_as_a_table() -> None:
    assert {"/units/", "/plans/", "/activities/", "/imports/", "/progress/due/", "/memberships/"} < set(_LISTS)


@for_each("path", _LISTS)
def test_every_list_has_as_many_lines_as_rows(path: str, world: SimpleNamespace) -> None:
    operation, caller = OPERATIONS["GET", path], make.client(Role.PLANNER)
    address = path.format(**ids_of(world, operation.names))
    rows = get(caller, address, **operation.query).json()["results"]
    answer = get(caller, address, **operation.query, format="csv")
    found = lines(answer)
    assert len(found) == len(rows)
    assert answer["Content-Disposition"].endswith('.csv"')
    plain = {name for row in rows for name, value in row.items() if not isinstance(value, dict | list | type(None))}
    for row, line in zip(rows, found, strict=True):
        assert plain <= set(line)
        assert {"{" in cell or "[" in cell for name, cell in line.items() if name in plain} <= {False}
        for name, value in row.items():
            if isinstance(value, str):
                assert line[name] == value  # moments in Lima's time too
            if isinstance(value, list) and value and all(isinstance(each, str) for each in value):
                assert line[name] == "; ".join(value)
            if isinstance(value, dict) and {"id", "code", "name"} == set(value):
                assert [line[f"{name}_{part}"] for part in value] == list(map(str, value.values()))
    book = load_workbook(io.BytesIO(get(caller, address, **operation.query, format="xlsx").content))
    (sheet,) = book.worksheets
    assert [cell.value for cell in sheet[1]] == list(found[0] if found else csv_header(answer))


def csv_header(answer: Any) -> list[str]:
    return next(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_a_line_has_twelve_months_and_what_classifies_it_in_columns_of_their_own() -> None:
    plan, classified = make.plan(make.institution("SAT")), {"oei": ("OEI.01", "GESTIÓN")}
    activity = make.activity(plan, programmed=[*range(12)], classified=classified)
    [line] = lines(get(make.client(), "/activities/", format="csv"))
    assert (line["oei_code"], line["oei_name"], line["aei_code"]) == ("OEI.01", "GESTIÓN", "")
    assert [line[f"programmed_{month:02}"] for month in range(1, 13)] == [str(month) for month in range(12)]
    assert (line["plan_year"], line["unit_code"], line["is_cancelled"]) == ("2022", activity.unit.code, "false")


def test_a_table_has_all_rows_in_their_order_with_filters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(list_tables, "LARGEST_PAGE", 2)
    institution = make.institution("SAT")
    for name in ("Ñaña", "Órgano", "Zeta", "Nube", "Alfa"):
        make.unit(institution, name.upper()[:2], name)
    caller = make.client()
    found = lines(get(caller, "/units/", format="csv", kind="organic_unit", ordering="name"))
    assert [line["name"] for line in found] == ["Alfa", "Ñaña", "Nube", "Órgano", "Zeta"]
    assert [line["parent_code"] for line in found] == ["SAT"] * 5


def test_a_table_is_not_divided_and_has_all_members() -> None:
    caller = make.client()
    for name, value in (("limit", 5), ("offset", 1), ("fields", "code")):
        assert refused(get(caller, "/units/", format="csv", **{name: value}), 400) == [("invalid", name)]
    assert get(caller, "/units/", format="csv", limit=100, offset=0).status_code == 200
    assert refused(get(caller, "/units/", format="pdf"), 400) == [("invalid_choice", "format")]


def test_several_texts_stand_one_after_another() -> None:
    make.alias(unit := make.unit(make.institution("SAT"), "U1"), "OTRA")
    make.alias(unit, "Y OTRA")
    [line] = [line for line in lines(get(make.client(), "/units/", format="csv")) if line["code"] == "U1"]
    assert line["aliases"] == "OTRA; Y OTRA"


def test_who_asks_for_headers_alone_has_no_file_made(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any) -> None:
        raise AssertionError("a file was made")

    monkeypatch.setattr(list_tables, "made_file", fail)
    answer = send("HEAD", make.client(), "/units/", format="xlsx")
    assert (answer.status_code, b"".join(answer)) == (200, b"")
    assert answer["Content-Disposition"] == 'attachment; filename="units.xlsx"'


@pytest.mark.parametrize(("wanted", "coding"), [("csv", "gzip"), ("xlsx", "")])
def test_a_workbook_which_is_compressed_is_not_once_more(wanted: str, coding: str) -> None:
    answer = get(make.client(), "/units/", {"Accept-Encoding": "gzip"}, format=wanted)
    assert answer.headers.get("Content-Encoding", "") == coding


def test_a_text_is_no_formula_of_a_spreadsheet() -> None:
    make.unit(make.institution("SAT"), "U1", "=HYPERLINK(A1)")
    [line] = [line for line in lines(get(make.client(), "/units/", format="csv")) if line["code"] == "U1"]
    assert line["name"] == "'=HYPERLINK(A1)"


def test_more_rows_than_a_table_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    institution = make.institution("SAT")
    make.unit(institution, "U1"), make.unit(institution, "U2")
    monkeypatch.setattr(list_tables, "MOST_ROWS", 3)
    assert len(lines(get(make.client(), "/units/", format="csv"))) == 3
    make.unit(institution, "U3")
    assert refused(get(make.client(), "/units/", format="csv"), 413) == [("file_too_large", None)]


def test_the_number_of_statements_does_not_grow_with_the_rows() -> None:
    plan, caller = make.plan(make.institution("SAT")), make.client()

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            lines(get(caller, "/activities/", format="csv"))
        return len(asked)

    make.activity(plan)
    one = statements()
    for _ in range(8):
        make.activity(plan)
    assert statements() == one
