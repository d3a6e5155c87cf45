"""The matrix as CSV: for spreadsheets, exact and safe to open."""

import csv
import io
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from poi_api.http.tables import csv_lines
from tests import factories as make
from tests.api import get, refused_fields
from tests.in_one_state import for_each

CLASSIFIERS = ("oei", "aei", "categoria", "producto", "prioridad", "ubigeo")
MONTHS = [f"{number:02}" for number in range(1, 13)]
LARGE = Decimal("12345678901.125")


def table(**query: Any) -> list[dict[str, str]]:
    """Return the rows of the CSV that an installation's reader gets, cells by column."""
    answer = get(make.client(), "/reports/matrix/", **{"year": 2022, "format": "csv", **query})
    assert answer.status_code == 200
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


@pytest.mark.django_db
class TestMatrix:
    def test_it_is_utf_8_with_bom_and_named(self) -> None:
        make.activity(name="Ñandú")
        answer = get(make.client(), "/reports/matrix/", year=2022, format="csv")
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert answer["Content-Disposition"] == 'attachment; filename="matriz-2022-2022.csv"'
        content = answer.getvalue()
        assert content.startswith(
            b"\xef\xbb\xbfinstitution_id,institution_code,institution_name,year,activity_id,activity_code,"
        )
        assert "Ñandú".encode() in content

    def test_its_columns_are_those_of_the_document(self) -> None:
        make.activity()
        [row] = table()
        assert list(row) == [
            "institution_id",
            "institution_code",
            "institution_name",
            "year",
            "activity_id",
            "activity_code",
            "activity_name",
            "unit_id",
            "unit_code",
            "unit_name",
            "mef_activity_id",
            "mef_activity_code",
            "mef_activity_name",
            "measurement_unit_id",
            "measurement_unit_code",
            "measurement_unit_name",
            *(f"{thing}_{part}" for thing in CLASSIFIERS for part in ("code", "name")),
            "annual_target",
            *(f"programmed_{month}" for month in MONTHS),
            *(f"executed_{month}" for month in MONTHS),
            *(f"quarter_{q}_{name}" for q in range(1, 5) for name in ("programmed", "executed", "progress")),
            "executed_total",
            "progress",
            "band",
            "over",
        ]

    def test_every_cell_says_what_the_json_says(self) -> None:
        plan = make.plan(make.institution("SAT", 'SAT "LIMA", S.A.'))
        activity = make.activity(plan, make.unit(plan.institution, "U1"), [LARGE, 0, 3, *[0] * 9], "A1")
        make.entry(activity, 1, Decimal("0.100"))
        make.entry(activity, 2, 0)
        make.settle()
        [row] = table()
        [json] = get(make.client(), "/reports/matrix/", year=2022).json()["results"]
        for name in ("institution", "unit", "activity", "mef_activity", "measurement_unit"):
            cells = [row[f"{name}_{part}"] for part in ("id", "code", "name")]
            assert cells == [str(json[name]["id"]), json[name]["code"], json[name]["name"]]
        assert [row[f"programmed_{month}"] for month in MONTHS] == ["12345678901.125", "0", "3", *["0"] * 9]
        assert [row[f"executed_{month}"] for month in MONTHS] == ["0.1", "0", *[""] * 10]
        assert row["annual_target"] == "12345678904.125"
        assert [row[f"quarter_1_{name}"] for name in ("programmed", "executed", "progress")] == [
            "12345678904.125",
            "0.1",
            "0",
        ]
        assert [row[f"quarter_2_{name}"] for name in ("programmed", "executed", "progress")] == ["0", "0", ""]
        assert [row[name] for name in ("year", "executed_total", "progress", "band", "over")] == [
            "2022",
            "0.1",
            "0",
            "red",
            "false",
        ]

    def test_what_is_not_known_is_nothing_and_over_is_said(self) -> None:
        make.activity(code="A1")
        make.entry(make.activity(programmed=[1, *[0] * 11], code="A2"), 1, 2)
        unreported, over = sorted(table(), key=lambda row: row["activity_code"])
        assert [unreported[name] for name in ("executed_total", "progress", "band", "over")] == [
            "",
            "",
            "",
            "false",
        ]
        assert [over[name] for name in ("progress", "band", "over")] == ["200", "green", "true"]

    @for_each("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\nx", "＝1", '=HYPERLINK("x")'])
    def test_no_name_is_run_as_a_formula(self, text: str) -> None:
        plan = make.plan(make.institution(text[:20], text))
        make.activity(plan, name=text, code=text[:20])
        [row] = table()
        for name in ("institution", "unit", "activity"):
            assert (row[f"{name}_name"], row[f"{name}_code"]) == (f"'{text}", f"'{text[:20]}")

    @pytest.mark.parametrize("text", ['a,b"c"', "línea\nsalto\r\nfin", "x;y\t", "a=b"])
    def test_other_text_arrives_as_it_is(self, text: str) -> None:
        make.activity(name=text)
        assert table()[0]["activity_name"] == text

    def test_all_rows_come_in_the_order_and_by_the_filters_asked(self) -> None:
        plan = make.plan()
        unit = make.unit(plan.institution, "U1")
        for number in range(7):
            make.activity(plan, unit, code=f"A{number}")
        make.activity(plan, code="B")
        codes = [row["activity_code"] for row in table(unit="U1", ordering="-activity")]
        assert codes == [f"A{number}" for number in range(6, -1, -1)]

    def test_it_can_be_asked_for_by_accept(self) -> None:
        answer = get(make.client(), "/reports/matrix/", {"Accept": "text/csv"}, year=2022)
        assert answer["Content-Type"] == "text/csv; charset=utf-8"

    def test_it_is_not_divided_into_pages(self) -> None:
        for name in ("limit", "offset"):
            answer = get(make.client(), "/reports/matrix/", year=2022, format="csv", **{name: "1"})
            assert refused_fields(answer) == [name]

    def test_no_rows_are_a_header_alone(self) -> None:
        answer = get(make.client(), "/reports/matrix/", year=2022, format="csv")
        assert len(answer.getvalue().splitlines()) == 1

    def test_head_has_no_body(self) -> None:
        make.activity()
        answer = Client().head("/api/v1/reports/matrix/?year=2022&format=csv", headers=make.client().headers)
        assert (answer.status_code, answer.getvalue()) == (200, b"")

    def test_its_etag_is_not_that_of_the_json(self) -> None:
        make.activity()
        make.settle()
        caller = make.client()
        as_csv = get(caller, "/reports/matrix/", {"Accept": "text/csv"}, year=2022)
        as_json = get(caller, "/reports/matrix/", year=2022)
        assert as_csv["ETag"] != as_json["ETag"]
        assert as_csv["Change-Cursor"] == as_json["Change-Cursor"]
        again = get(caller, "/reports/matrix/", {"Accept": "text/csv", "If-None-Match": as_csv["ETag"]}, year=2022)
        assert (again.status_code, again.getvalue()) == (304, b"")


def test_lines_are_written_one_by_one_as_rows_come() -> None:
    taken = []

    def rows() -> Any:
        for number in range(3):
            taken.append(number)
            yield [number]

    lines = csv_lines(["n"], rows())
    assert next(lines) == b"\xef\xbb\xbfn\r\n"
    assert taken == []
    assert next(lines) == b"0\r\n"
    assert taken == [0]


def test_large_and_small_quantities_have_no_exponent() -> None:
    *_, line = csv_lines(["a", "b"], [[Decimal("1E+12"), Decimal("0.001")]])
    assert line == b"1000000000000,0.001\r\n"
