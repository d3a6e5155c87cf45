"""`/reports/matrix/`: one row per activity, what it says of each, and what it leaves out."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import activities.document
from activities.choices import PlanStatus
from activities.models import Activity
from activities.services.importing.files import Request, import_file
from tests import factories as make
from tests.api import get, results

SAMPLE = Path(activities.document.__file__).parent / "sample" / "poi-2022-ejecucion-iv-trimestre.tsv"
EXPECTED = (
    (Path(__file__).parents[2] / "activities" / "document" / "expected.tsv")
    .read_text(encoding="utf-8")
    .splitlines()[1:]
)
LARGE = Decimal("12345678901.125")
OEI = {"oei": ("OEI.01", "RECAUDAR")}
NOTHING = dict.fromkeys(("aei", "categoria", "producto", "prioridad", "ubigeo"))


def matrix(**query: Any) -> dict[str, Any]:
    """Return the answer to an installation's reader, numbers as exact decimals."""
    answer = get(make.client(), "/reports/matrix/", **{"year": 2022, **query})
    assert answer.status_code == 200, answer.content.decode()
    found: dict[str, Any] = json.loads(answer.content, parse_float=Decimal)
    return found


def row(**query: Any) -> dict[str, Any]:
    """Return the only row."""
    [found] = matrix(**query)["results"]
    return dict(found)


class TestTheDocument:
    @pytest.fixture
    def rows(self, committed: None) -> list[dict[str, Any]]:
        import_file(
            Request(content=SAMPLE.read_bytes(), filename="poi.tsv", institution="SAT", institution_name="SAT LIMA"),
            actor="test",
        )
        found: list[dict[str, Any]] = matrix()["results"]
        return found

    def test_it_comes_back_row_by_row(self, rows: list[dict[str, Any]]) -> None:
        assert len(rows) == len(EXPECTED) == 43
        for found, expected in zip(rows, EXPECTED, strict=True):
            _, _, _, target, programmed, executed, quarters = expected.split("\t")
            assert found["annual_target"] == int(target)
            assert found["programmed"] == self.figures(programmed)
            assert found["executed"] == self.figures(executed)
            shown = [quarter[name] for quarter in found["quarters"] for name in ("programmed", "executed")]
            assert shown == self.figures(quarters)

    def test_it_is_of_fifteen_units_and_the_whole_of_its_rows(self, rows: list[dict[str, Any]]) -> None:
        assert len({found["unit"]["code"] for found in rows}) == 15
        assert sum(found["annual_target"] for found in rows) == 3783
        assert [found["activity"]["code"] for found in rows] == [f"A{number:03}" for number in range(1, 44)]
        assert {found["institution"]["code"] for found in rows} == {"SAT"}

    def test_its_percentages_are_those_of_the_rules(self, rows: list[dict[str, Any]]) -> None:
        control = rows[1]  # line 8: 44 programmed, 30 executed
        assert control["executed_total"] == 30
        assert (control["progress"], control["band"]) == (Decimal("68.18"), "red")
        assert [quarter["progress"] for quarter in control["quarters"]] == [
            Decimal("37.5"),
            50,
            Decimal("78.57"),
            100,
        ]

    def figures(self, text: str) -> list[int | None]:
        return [None if figure == "-" else int(figure) for figure in text.split()]


@pytest.mark.django_db
class TestARow:
    def test_it_names_everything_and_shows_every_figure(self) -> None:
        plan = make.plan(make.institution("SAT", "SAT LIMA"))
        unit = make.unit(plan.institution, "U1", "ÓRGANO «1»")
        mef = make.mef_activity("M01", "GESTIÓN")
        measure = make.measurement_unit("UM01", "INFORMES")
        activity = make.activity(
            plan, unit, [0, 0, 1] * 4, "A1", 'Evaluación "x"\n</script>', mef, measure, classified=OEI
        )
        make.entry(activity, 3, 1)
        make.entry(activity, 4, 0)
        make.settle()
        nothing = {"programmed": 1, "executed": None, "progress": None}
        assert row() == {
            "activity": {"id": activity.pk, "code": "A1", "name": 'Evaluación "x"\n</script>'},
            "year": 2022,
            "institution": {"id": plan.institution_id, "code": "SAT", "name": "SAT LIMA"},
            "unit": {"id": unit.pk, "code": "U1", "name": "ÓRGANO «1»"},
            "mef_activity": {"id": mef.pk, "code": "M01", "name": "GESTIÓN"},
            "measurement_unit": {"id": measure.pk, "code": "UM01", "name": "INFORMES"},
            "classification": {"oei": {"code": "OEI.01", "name": "RECAUDAR"}, **NOTHING},
            "programmed": [0, 0, 1] * 4,
            "executed": [None, None, 1, 0, *[None] * 8],
            "quarters": [{"programmed": 1, "executed": 1, "progress": 100}, nothing, nothing, nothing],
            "annual_target": 4,
            "executed_total": 1,
            "progress": 25,
            "band": "red",
            "over": False,
        }

    def test_its_head_says_what_was_asked_and_how_far_the_caller_sees(self) -> None:
        make.version(make.activity().plan, 2)
        make.settle()
        found = matrix(include="submitted", version="initial")
        assert {name: found[name] for name in found if name not in ("results", "as_of")} == {
            "from_year": 2022,
            "to_year": 2022,
            "version": "initial",
            "include": "submitted",
            "draft": False,
            "labels": "then",
            "scope": {"installation": True, "units": []},
            "count": 1,
            "next": None,
            "previous": None,
        }
        assert matrix(version=2)["version"] == "2"

    def test_quantities_are_exact_to_the_digit(self) -> None:
        activity = make.activity(programmed=[LARGE, Decimal("3.000"), *[0] * 10])
        make.entry(activity, 1, LARGE)
        text = get(make.client(), "/reports/matrix/", year=2022).content.decode()
        assert '"programmed":[12345678901.125,3,0,' in text
        assert '"executed":[12345678901.125,null,' in text
        assert '"annual_target":12345678904.125' in text

    def test_what_waits_is_counted_only_on_request(self) -> None:
        activity = make.activity(programmed=[4, *[0] * 11])
        make.entry(activity, 1, 1)
        make.entry(activity, 1, 4, needs_review=True)
        assert (row()["executed"][0], row()["progress"]) == (1, 25)
        asked = row(include="submitted")
        assert (asked["executed"][0], asked["progress"], asked["band"]) == (4, 100, "green")


@pytest.mark.django_db
class TestWhichRows:
    def codes(self, **query: Any) -> list[str]:
        return [found["activity"]["code"] for found in matrix(**query)["results"]]

    def test_drafts_are_left_out_and_closed_plans_are_not(self) -> None:
        make.activity(make.plan(status=PlanStatus.DRAFT))
        closed = make.activity(make.plan(status=PlanStatus.CLOSED))
        assert self.codes() == [closed.code]
        assert self.codes(version="initial") == [closed.code]

    def test_a_cancelled_activity_has_no_programme_from_the_version_that_cancelled_it(self) -> None:
        activity = make.activity()
        make.entry(activity, 1, 2)
        make.version(activity.plan, 2)
        make.target(activity, [0] * 12, 2, is_cancelled=True)
        assert (row(version="initial")["annual_target"], row()["annual_target"]) == (24, 0)
        assert (row()["executed_total"], row()["progress"], row()["band"]) == (2, None, None)

    def test_an_activity_added_later_has_programme_0_in_the_versions_before(self) -> None:
        plan = make.plan()
        make.version(plan, 2)
        make.version(plan, 3)
        make.activity(plan, version=2)
        targets = {version: row(version=version)["annual_target"] for version in ("initial", 1, 2, 3, "current")}
        assert targets == {"initial": 0, 1: 0, 2: 24, 3: 24, "current": 24}
        assert row(version="initial")["progress"] is None

    def test_the_bands_of_each_plan_are_its_own(self) -> None:
        for green, code in ((95, "A1"), (40, "A2")):
            plan = make.plan()
            plan.green_from, plan.amber_from = Decimal(green), Decimal(green)
            plan.save()
            make.entry(make.activity(plan, programmed=[2, *[0] * 11], code=code), 1, 1)
        bands = {found["activity"]["code"]: found["band"] for found in matrix()["results"]}
        assert bands == {"A1": "red", "A2": "green"}

    def test_several_years_are_asked_at_once(self) -> None:
        institution = make.institution()
        for year in (2021, 2022, 2023):
            make.activity(make.plan(institution, year), code=f"A{year}")
        assert self.codes() == ["A2022"]
        caller = make.client()
        found = results(caller, "/reports/matrix/", from_year=2022, to_year=2023)
        assert [each["activity"]["code"] for each in found] == ["A2022", "A2023"]

    def test_every_way_of_measuring_knows_the_same_rows_and_figures(self) -> None:
        """The stored read model and the truth itself agree where they are asked the same."""
        for number in range(3):
            activity = make.activity(programmed=[number, *[2] * 11])
            make.entry(activity, 1, number)
            make.version(activity.plan, 2)
        make.settle()
        stored, computed = matrix(), matrix(version=2)
        assert stored["results"] == computed["results"]
        assert Activity.objects.count() == stored["count"] == 3
