"""Exports: one line per activity and month, the same figures as everywhere."""

import csv
import io
import json
from decimal import Decimal
from typing import Any

import pytest

from activities.choices import PlanStatus
from reports.exports.columns import COLUMNS
from tests import factories as make
from tests.api import get, refused_fields
from units.models import Unit

pytestmark = pytest.mark.django_db
CLASSIFIERS = ("oei", "aei", "categoria", "producto", "prioridad", "ubigeo")
PATH = "/exports/months/"
LARGE = Decimal("12345678901.125")


def table(caller: make.Caller | None = None, **query: Any) -> list[dict[str, str]]:
    answer = get(caller or make.client(), PATH, **{"year": 2022, **query})
    assert answer.status_code == 200, answer.content
    return list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))


def objects(caller: make.Caller | None = None, **query: Any) -> list[dict[str, Any]]:
    answer = get(caller or make.client(), PATH, **{"year": 2022, "format": "jsonl", **query})
    assert answer.status_code == 200
    return [json.loads(line, parse_float=Decimal) for line in answer.getvalue().decode().splitlines()]


@pytest.fixture
def unit() -> Unit:
    return make.unit(make.institution("SAT", "SAT LIMA"), "U1", "Área de análisis")


@pytest.fixture
def activity(unit: Unit) -> Any:
    """One activity with every kind of month at its beginning."""
    made = make.activity(
        make.plan(unit.institution, requires_review=True),
        unit,
        [LARGE, 0, *[2] * 10],
        "A1",
        'Con "comillas", y coma',
        classified={"oei": ("OEI.01", "RECAUDAR, y «más»")},
    )
    make.entry(made, 1, Decimal("0.125"), is_late=True, reason="línea 1\nlínea 2\t\\n", evidence_url="https://x.pe/a,b")
    make.entry(made, 2, 0)
    make.entry(made, 3, 7, needs_review=True)
    make.settle()
    return made


class TestLines:
    def test_an_activity_is_twelve_lines_from_january_to_december(self, activity: Any) -> None:
        assert [row["month"] for row in table()] == [str(month) for month in range(1, 13)]

    def test_the_header_and_the_keys_are_the_documented_columns(self, activity: Any) -> None:
        assert list(table()[0]) == list(objects()[0]) == [column.name for column in COLUMNS]

    def test_json_says_each_month_to_the_digit_and_null_for_what_there_is_not(self, activity: Any) -> None:
        january, february, march, april, *_ = objects()
        assert january == {
            "institution_id": activity.plan.institution_id,
            "institution_code": "SAT",
            "institution_name": "SAT LIMA",
            "year": 2022,
            "activity_id": activity.pk,
            "activity_code": "A1",
            "activity_name": 'Con "comillas", y coma',
            "unit_id": activity.unit_id,
            "unit_code": "U1",
            "unit_name": "Área de análisis",
            "mef_activity_id": activity.mef_activity_id,
            "mef_activity_code": activity.mef_activity.code,
            "mef_activity_name": activity.mef_activity.name,
            "measurement_unit_id": activity.measurement_unit_id,
            "measurement_unit_code": activity.measurement_unit.code,
            "measurement_unit_name": activity.measurement_unit.name,
            **{f"{thing}_{part}": None for thing in CLASSIFIERS for part in ("code", "name")},
            "oei_code": "OEI.01",
            "oei_name": "RECAUDAR, y «más»",
            "accumulation": "sum",
            "month": 1,
            "programmed": LARGE,
            "executed": Decimal("0.125"),
            "pending": None,
            "status": "accepted",
            "late": True,
            "entry_version": 1,
            "reason": "línea 1\nlínea 2\t\\n",
            "evidence_url": "https://x.pe/a,b",
        }
        assert (february["executed"], february["late"], february["reason"]) == (0, False, None)
        assert (march["executed"], march["pending"], march["status"]) == (None, 7, "submitted")
        assert [april[name] for name in ("executed", "status", "late", "entry_version")] == [
            None,
            "unreported",
            None,
            0,
        ]

    @pytest.mark.parametrize(
        ("asked", "months"),
        [("3", [3]), ("12,1,2,1", [1, 2, 12]), (["7", "8"], [7, 8]), ("1,2,3,4,5,6,7,8,9,10,11,12", None)],
    )
    def test_some_months_have_the_lines_that_they_have_among_all(
        self, activity: Any, asked: Any, months: list[int] | None
    ) -> None:
        make.activity(activity.plan, activity.unit, code="A2")
        for read in (table, objects):
            assert read(month=asked) == [row for row in read() if months is None or int(row["month"]) in months]

    @pytest.mark.parametrize("wrong", ["0", "13", "marzo", "1,,2", ""])
    def test_a_month_that_there_is_not_is_refused(self, wrong: str) -> None:
        assert set(refused_fields(get(make.client(), PATH, year=2022, month=wrong))) == {"month"}

    def test_csv_says_what_json_says(self, activity: Any) -> None:
        words = {None: "", True: "true", False: "false"}
        for cells, said in zip(table(), objects(), strict=True):
            assert cells == {
                name: words[value] if value is None or isinstance(value, bool) else str(value)
                for name, value in said.items()
            }

    @pytest.mark.parametrize("text", ["=1+1", "@x", "-1", '=HYPERLINK("x")'])
    def test_no_text_is_run_as_a_formula(self, text: str) -> None:
        make.entry(make.activity(name=text), reason=text)
        assert (table()[0]["activity_name"], table()[0]["reason"]) == (f"'{text}", f"'{text}")
        assert (objects()[0]["activity_name"], objects()[0]["reason"]) == (text, text)

    @pytest.mark.parametrize("text", ["a\tb", "a\r\nb", "a\x0b\x0c\bb", "a\\tb", 'a\\"b', "{a,NULL}"])
    def test_a_name_comes_to_the_letter(self, text: str) -> None:
        make.entry(make.activity(name=text), reason=text)
        for row in (table()[0], objects()[0]):
            assert (row["activity_name"], row["reason"]) == (text, text)

    def test_both_are_named_and_typed(self, activity: Any) -> None:
        for variant, kind in (("csv", "text/csv; charset=utf-8"), ("jsonl", "application/x-ndjson")):
            answer = get(make.client(), PATH, year=2022, format=variant)
            assert answer["Content-Type"] == kind
            assert answer["Content-Disposition"] == f'attachment; filename="meses-2022-2022.{variant}"'

    def test_without_rows_there_is_the_header_alone(self) -> None:
        assert table() == objects() == []
        assert get(make.client(), PATH, year=2022).getvalue().startswith(b"\xef\xbb\xbfinstitution_id,")


class TestQuestions:
    def test_years_and_filters_are_those_of_the_reports(self, unit: Unit) -> None:
        for year in (2021, 2022, 2023):
            make.activity(make.plan(unit.institution, year), unit, code=f"A{year}")
        make.activity(make.plan(make.institution("MML")), code="otra")
        caller = make.client()

        def asked(**query: Any) -> list[str]:
            return [row["activity_code"] for row in table(caller, **query) if row["month"] == "1"]

        assert asked() == ["otra", "A2022"]
        assert asked(year=[], from_year=2021, to_year=2022, institution="SAT") == ["A2021", "A2022"]
        assert asked(unit="U1") == asked(within="SAT") == ["A2022"]

    def test_the_version_the_moment_and_what_is_included_count(self, activity: Any) -> None:
        before = activity.plan.versions.get().change_set.committed_at
        assert before is not None
        assert [row["executed"] for row in objects(include="submitted")][:4] == [Decimal("0.125"), 0, 7, None]
        assert objects(as_of="2021-12-31") == []
        assert len(objects(as_of=before.isoformat())) == 12
        make.version(activity.plan)
        make.target(activity, [5] * 12, version=2)
        assert {row["programmed"] for row in objects()} == {5}
        assert objects(version="initial")[0]["programmed"] == LARGE

    def test_everybody_gets_what_they_see(self, activity: Any, unit: Unit) -> None:
        make.activity(activity.plan, code="de arriba")
        assert {row["activity_code"] for row in table(make.client(unit=unit))} == {"A1"}
        assert {row["activity_code"] for row in table()} == {"A1", "de arriba"}

    def test_drafts_stay_out(self) -> None:
        make.activity(make.plan(status=PlanStatus.DRAFT))
        assert table() == []

    @pytest.mark.parametrize(
        ("query", "field"),
        [({}, "year"), ({"year": 2022, "format": "json"}, "format"), ({"year": 2022, "limit": 5}, "limit")],
    )
    def test_a_wrong_question_is_refused_by_name(self, query: dict[str, Any], field: str) -> None:
        assert refused_fields(get(make.client(), PATH, **query)) == [field]

    def test_json_is_not_offered(self) -> None:
        assert get(make.client(), PATH, {"Accept": "application/json"}, year=2022).status_code == 406
