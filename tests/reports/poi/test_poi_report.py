"""`/reports/poi/`: the official document, as JSON and as a CSV that `import_poi` reads back."""

import csv
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import activities.document
from activities.choices import Accumulation
from activities.document import read_document
from activities.models import Activity
from activities.services.importing.files import Request, import_file
from tests import factories as make
from tests.api import get, refused, refused_fields
from tests.factories import Caller
from tests.in_one_state import for_each

SAMPLE = Path(activities.document.__file__).parent / "sample" / "poi-2022-ejecucion-iv-trimestre.tsv"
PATH = "/reports/poi/"


def poi(caller: Caller | None = None, **query: Any) -> dict[str, Any]:
    """Return the document that an installation's reader gets, unless another caller."""
    answer = get(caller or make.client(), PATH, **{"year": 2022, "institution": "SAT", **query})
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = answer.json()
    return found


def table(caller: Caller | None = None, **query: Any) -> list[list[str]]:
    """Return the lines of its CSV."""
    answer = get(caller or make.client(), PATH, **{"year": 2022, "institution": "SAT", "format": "csv", **query})
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))


class TestTheRealDocument:
    @pytest.fixture
    def imported(self, committed: None) -> Caller:
        request = Request(
            content=SAMPLE.read_bytes(), filename="poi.tsv", institution="SAT", institution_name="SAT LIMA"
        )
        import_file(request, actor="test")
        return make.client()

    def test_it_is_printed_as_it_came(self, imported: Caller) -> None:
        source = [line.split("\t") for line in SAMPLE.read_text(encoding="utf-8").splitlines() if line.strip()]
        printed = [line for line in table(imported, as_of="2023-01-05") if line]
        title, groups, months, first = source[:4]
        assert printed[0] == title
        assert printed[1] == groups
        assert printed[2] == months
        assert printed[3][:17] == first[:17]
        assert printed[-1] == source[-1] == ["Fuente: Módulo de Control de la Gestión al 05/01/2023."]
        assert len(printed) == 3 + 43 + 2
        institutional = [line[0] for line in printed if line[0] == "INSTITUCIONAL"]
        assert len(institutional) == 2

    def test_its_total_adds_the_rows_that_the_excerpt_has(self, imported: Caller) -> None:
        [total] = [line for line in table(imported) if line[:1] == ["TOTAL"]]
        assert total[:5] == ["TOTAL", "", "", "", "3,783"]
        found = poi(imported)
        assert found["total"]["annual_target"] == 3783
        for name in ("programmed", "executed"):
            columns = zip(*(row[name] for row in found["results"]), strict=True)
            assert found["total"][name] == [sum(cell or 0 for cell in column) for column in columns]
        assert found["total"]["to_date"]["mixed_units"] is True
        assert len(found["total"]["to_date"]["by_measurement_unit"]) == 3

    def test_it_says_which_document_it_is(self, imported: Caller) -> None:
        found = poi(imported, as_of="2023-01-05", through=2)
        assert found["title"] == "PLAN OPERATIVO INSTITUCIONAL 2022 – EJECUCIÓN AL II TRIMESTRE"
        assert (found["cut_off"], found["through"]) == ("2023-01-05", 2)
        assert found["source_line"] == "Fuente: Módulo de Control de la Gestión al 05/01/2023."
        assert found["institution"]["name"] == "SAT LIMA"


@pytest.mark.django_db
class TestRows:
    def test_what_was_executed_after_the_quarter_is_blank_and_the_programme_is_not(self) -> None:
        activity = make.activity(make.plan(make.institution("SAT")), programmed=[1] * 12)
        for month in (1, 3, 4):
            make.entry(activity, month, 2)
        [row] = poi(through=1)["results"]
        assert row["programmed"] == [1] * 12
        assert row["executed"] == [2, None, 2, *[None] * 9]
        assert [quarter["executed"] for quarter in row["quarters"]] == [4, None, None, None]
        assert [quarter["programmed"] for quarter in row["quarters"]] == [3, 3, 3, 3]
        total = poi(through=1)["total"]
        assert total["executed"] == [2, None, 2, *[None] * 9]
        assert [quarter["executed"] for quarter in total["quarters"]] == [4, None, None, None]
        assert (total["to_date"]["programmed"], total["to_date"]["executed"]) == (3, 4)
        assert poi()["results"][0]["executed"][3] == 2

    def test_a_reported_zero_is_printed_and_what_nobody_reported_is_blank(self) -> None:
        activity = make.activity(make.plan(make.institution("SAT")), programmed=[0, 1, 1234, *[0] * 9])
        make.entry(activity, 2, 0)
        row = table()[4]
        assert row[4:8] == ["1,235", "", "1", "1,234"]
        assert row[17:20] == ["", "0", ""]
        assert row[29:] == ["1,235", "0", "0", "0", "0", "0", "0", "0"]

    def test_what_is_not_due_adds_up_on_paper(self) -> None:
        activity = make.activity(make.plan(make.institution("SAT")), programmed=[5, 0, *[0] * 10])
        make.entry(activity, 2, 3)
        assert poi()["results"][0]["quarters"][0]["executed"] is None
        assert table()[4][29:31] == ["5", "3"]

    @pytest.mark.parametrize(("rule", "printed"), [("sum", "3"), ("last", ""), ("average", "")])
    def test_what_is_not_due_adds_up_where_quarters_are_sums_alone(self, rule: str, printed: str) -> None:
        plan = make.plan(make.institution("SAT"))
        activity = make.activity(plan, programmed=[0, 0, 5, *[0] * 9], accumulation=Accumulation(rule))
        make.entry(activity, 1, 1)
        make.entry(activity, 2, 2)
        assert poi()["results"][0]["quarters"][0]["executed"] is None
        assert table()[4][-8:-6] == ["5", printed]

    def test_a_total_of_several_rules_adds_what_each_comes_to(self) -> None:
        plan = make.plan(make.institution("SAT"))
        for rule in Accumulation:
            make.activity(plan, None, [1, 1, 2, *[0] * 9], f"A-{rule}", accumulation=rule)
        total = poi()["total"]
        assert total["annual_target"] == Decimal("7.333").__float__()
        assert total["to_date"]["mixed_accumulation"] is True

    def test_quarters_of_a_total_of_several_rules_are_by_the_rules_and_not_what_its_months_add_up_to(self) -> None:
        plan = make.plan(make.institution("SAT"))
        for rule, due in ((Accumulation.SUM, 1), (Accumulation.LAST, 5)):
            activity = make.activity(plan, None, [due] * 12, f"A-{rule}", accumulation=rule)
            for month in (1, 2, 3):
                make.entry(activity, month, due)
        [total] = [line for line in table() if line[:1] == ["TOTAL"]]
        assert total[18:21] == ["6", "6", "6"]
        assert total[-8:-6] == ["8", "8"]  # 3 and 5, not 18

    def test_without_activities_it_is_an_empty_document(self) -> None:
        make.institution("SAT")
        found = poi()
        assert (found["results"], found["total"]["annual_target"], found["total"]["to_date"]) == ([], 0, None)
        assert found["total"]["programmed"] == [0] * 12
        assert [line[:1] for line in table()] == [
            ["PLAN OPERATIVO INSTITUCIONAL 2022 – EJECUCIÓN AL IV TRIMESTRE"],
            [],
            ["ÓRGANO/UNIDAD ORGÁNICA"],
            [""],
            ["TOTAL"],
            [],
            [table()[-1][0]],
        ]

    def test_it_is_cut_to_what_the_caller_sees_and_says_so(self) -> None:
        plan = make.plan(make.institution("SAT"))
        unit = make.unit(plan.institution, "U1")
        make.activity(plan, unit, code="A1")
        make.activity(plan, code="A2")
        found = poi(make.client(unit=unit))
        assert [row["activity"]["code"] for row in found["results"]] == ["A1"]
        assert found["total"]["annual_target"] == 24
        assert [each["code"] for each in found["scope"]["units"]] == ["U1"]

    def test_a_unit_called_as_documents_call_the_institution_keeps_its_name(self) -> None:
        plan = make.plan(make.institution("SAT", "SAT LIMA"))
        make.activity(plan, make.unit(plan.institution, "U1", "Institucional"), code="A1")
        make.activity(plan, code="A2")
        assert [line[0] for line in table()[4:6]] == ["Institucional", "SAT LIMA"]

    @for_each("text", ["=1+1", "'=1+1", "''@a", "-a", "'a", "a,b", 'a"b', "a;b", "＝a", "a\nb"])
    def test_names_are_safe_in_a_spreadsheet_and_come_back_as_they_were(self, text: str) -> None:
        plan = make.plan(make.institution("SAT"))
        make.activity(plan, make.unit(plan.institution, "U1", text + "x"), name=text + " x")
        answer = get(make.client(), PATH, year=2022, institution="SAT", format="csv").getvalue()
        assert not table()[4][0].startswith(("=", "-", "@", "＝"))
        [row] = read_document(answer).rows
        assert (row.unit, row.activity) == tuple(" ".join(name.split()) for name in (text + "x", text + " x"))
        assert row.status == "exact"


@pytest.mark.django_db
class TestQuestions:
    @for_each(
        ("query", "field"),
        [
            ({"institution": []}, "institution"),
            ({"institution": "nada"}, "institution"),
            ({"institution": ["SAT", "SAT"]}, "institution"),
            ({"year": []}, "year"),
            ({"from_year": "2022"}, "from_year"),
            ({"through": "0"}, "through"),
            ({"through": "5"}, "through"),
            ({"through": "I"}, "through"),
            ({"limit": "5"}, "limit"),
            ({"format": "docx"}, "format"),
            ({"unit": "nada"}, "unit"),
        ],
    )
    def test_a_wrong_one_is_told_by_its_field(self, query: dict[str, Any], field: str) -> None:
        make.institution("SAT")
        answer = get(make.client(), PATH, **{"year": 2022, "institution": "SAT", **query})
        assert refused_fields(answer) == [field]

    def test_the_institution_is_required(self) -> None:
        assert refused(get(make.client(), PATH, year=2022), 400) == [("required", "institution")]

    def test_who_leaves_out_the_year_is_told_of_what_it_takes(self) -> None:
        make.institution("SAT")
        for path, more in ((PATH, {}), (f"{PATH}template/", {"unit": "SAT"})):
            answer = get(make.client(), path, institution="SAT", **more)
            assert answer.json()["detail"] == "Falta el año: use year."  # neither takes from_year

    def test_it_is_fresh_until_something_changes(self) -> None:
        make.activity(make.plan(make.institution("SAT")))
        caller = make.client()
        for format in ("json", "csv"):
            query = {"year": 2022, "institution": "SAT", "format": format}
            first = get(caller, PATH, **query)
            assert first["Change-Cursor"]
            assert get(caller, PATH, {"If-None-Match": first["ETag"]}, **query).status_code == 304


def test_every_activity_of_the_document_is_there(committed: None) -> None:
    import_file(Request(content=SAMPLE.read_bytes(), filename="poi.tsv", institution="SAT"), actor="test")
    codes = [row["activity"]["code"] for row in poi()["results"]]
    assert codes == list(Activity.objects.order_by("code").values_list("code", flat=True))
