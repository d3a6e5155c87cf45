"""`/reports/execution/` by what activities are classified by, and every report narrowed by it."""

import csv
import io
from collections import defaultdict
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import Plan
from tests import factories as make
from tests.api import get, refused, results
from tests.in_one_state import for_each
from tests.reports.execution.asking import PATH, execution
from tests.searching import examples

pytestmark = pytest.mark.django_db
FIRST, SECOND, LIKE_IT = ("OEI.01", "RECAUDAR"), ("OEI.02", "ATENDER"), ("OEI.01", "Otra cosa")
CLASSIFIERS = ("oei", "aei", "categoria", "prioridad")


def named(pair: tuple[str, str]) -> dict[str, str]:
    return {"code": pair[0], "name": pair[1]}


@pytest.fixture
def plan() -> Plan:
    """A1 and A2 of the first objective, A3 of the second, A4 of none, each done in January as its number says."""
    made = make.plan(make.institution("I"))
    unit = make.unit(made.institution, "U1")
    classified = [{"oei": FIRST}, {"oei": FIRST, "prioridad": ("1", "Alta")}, {"oei": SECOND}, {}]
    for number, said in enumerate(classified):
        activity = make.activity(
            made, unit if number == 0 else None, [10, *[0] * 11], f"A{number + 1}", classified=said
        )
        make.entry(activity, 1, number + 1)
    return made


class TestGroups:
    def test_each_has_code_and_name_and_those_without_come_last_as_null(self, plan: Plan) -> None:
        rows = execution(group_by="oei")["results"]
        assert [(row["oei"], row["activities"], row["executed"]) for row in rows] == [
            (named(FIRST), 2, 3),
            (named(SECOND), 1, 3),
            (None, 1, 4),
        ]

    def test_a_code_with_another_name_is_another_thing(self, plan: Plan) -> None:
        make.activity(make.plan(make.institution("J")), code="B1", classified={"oei": LIKE_IT})
        rows = execution(group_by="oei")["results"]
        assert [row["oei"] for row in rows] == [named(LIKE_IT), named(FIRST), named(SECOND), None]

    @for_each("name", CLASSIFIERS)
    @for_each("other", ["unit", "quarter", "activity", "year", "branch"])
    def test_with_every_other_key_in_every_order(self, plan: Plan, name: str, other: str) -> None:
        for keys in ((name, other), (other, name)):
            found = execution(group_by=",".join(keys), through=3)
            assert sum(row["executed"] for row in found["results"]) == found["total"]["executed"] == 10
            assert all({*keys} <= row.keys() for row in found["results"])

    def test_pages_follow_one_another_over_what_has_no_value(self, plan: Plan) -> None:
        orderings: list[dict[str, Any]] = [{}, {"ordering": "oei"}, {"ordering": "-oei"}, {"ordering": "-executed"}]
        for ordering in orderings:
            whole = execution(group_by="oei", **ordering)["results"]
            caller, met = make.client(), []
            path = f"{PATH}?{urlencode({'year': 2022, 'group_by': 'oei', 'limit': 1} | ordering)}"
            while path:
                answer = get(caller, path.removeprefix("/api/v1")).json()
                met += answer["results"]
                path = answer["next"] and f"{PATH}{answer['next'][answer['next'].index('?') :]}"
            assert met == whole
            assert len(met) == 3

    def test_a_table_has_columns_of_code_and_name(self, plan: Plan) -> None:
        answer = get(make.client(), PATH, year=2022, group_by="oei,year", format="csv")
        rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline="")))
        assert list(rows[0])[:3] == ["oei_code", "oei_name", "year"]
        assert [(row["oei_code"], row["oei_name"], row["executed"]) for row in rows] == [
            (*FIRST, "3"),
            (*SECOND, "3"),
            ("", "", "4"),
        ]
        assert get(make.client(), PATH, year=2022, group_by="oei", format="xlsx").status_code == 200

    def test_it_is_explained_and_has_subtotals(self, plan: Plan) -> None:
        rows = execution(group_by="oei", explain="true", subtotals="true")["results"]
        assert [len(row["by_measurement_unit"]) for row in rows] == [2, 0, 0]
        assert all("formula" in row["explanation"]["progress"] for row in rows)

    def test_it_is_one_statement_whatever_the_number_of_groups(self, plan: Plan) -> None:
        caller, counts = make.client(), []
        execution(caller)
        for group_by in ("unit", "oei", "oei,aei,categoria,prioridad"):
            with CaptureQueriesContext(connection) as queries:
                execution(caller, group_by=group_by)
            counts.append(len(queries))
        assert len({*counts}) == 1


class TestNarrowing:
    @pytest.mark.parametrize(
        ("query", "activities"),
        [
            ({"oei": "OEI.01"}, ["A1", "A2"]),
            ({"oei": "OEI.01,OEI.02"}, ["A1", "A2", "A3"]),
            ({"oei": ["OEI.02", "OEI.01"], "prioridad": "1"}, ["A2"]),
        ],
    )
    def test_every_report_is_about_those_alone(self, plan: Plan, query: dict[str, Any], activities: list[str]) -> None:
        caller = make.client()
        rows = results(caller, "/reports/matrix/", year=2022, **query)
        assert [row["activity"]["code"] for row in rows] == activities
        assert execution(caller, **query)["total"]["activities"] == len(activities)
        assert get(caller, "/reports/completeness/", year=2022, **query).json()["total"]["expected"] == len(activities)
        document = get(caller, "/reports/poi/", year=2022, institution="I", **query).json()
        assert [row["activity"]["code"] for row in document["results"]] == activities
        for row in get(caller, "/reports/alerts/", year=2022, **query).json()["results"]:
            assert row["activity"] is None or row["activity"]["code"] in activities
        lines = get(caller, "/exports/months/", year=2022, format="csv", **query).getvalue().decode("utf-8-sig")
        assert {row["activity_code"] for row in csv.DictReader(io.StringIO(lines))} == {*activities}
        assert get(caller, "/reports/execution/chart/", year=2022, chart="months", **query).status_code == 200

    def test_all_that_is_unknown_is_named_and_what_is_out_of_sight_is_unknown(self, plan: Plan) -> None:
        answer = get(make.client(), PATH, year=2022, oei="OEI.01,X,Y", categoria="OEI.01", mef_activity="Z")
        assert sorted(refused(answer, 400)) == [
            ("unknown_code", "categoria"),
            ("unknown_code", "mef_activity"),
            ("unknown_code", "oei"),
            ("unknown_code", "oei"),
        ]
        unit = plan.activities.get(code="A1").unit
        caller = make.client(unit=unit)
        assert execution(caller, oei="OEI.01", group_by="oei")["total"]["activities"] == 1
        assert refused(get(caller, PATH, year=2022, oei="OEI.02"), 400) == [("unknown_code", "oei")]
        assert [row["oei"] for row in execution(caller, group_by="oei")["results"]] == [named(FIRST)]

    def test_what_was_struck_out_names_nothing(self, plan: Plan) -> None:
        plan.activities.filter(code="A3").update(is_struck_out=True)
        assert refused(get(make.client(), PATH, year=2022, oei="OEI.02"), 400) == [("unknown_code", "oei")]

    def test_a_known_code_of_another_year_is_none_of_this_one(self, plan: Plan) -> None:
        make.activity(make.plan(plan.institution, 2023), classified={"oei": ("OEI.09", "NUEVO")})
        assert execution(oei="OEI.09")["total"]["activities"] == 0


DRAWN = st.lists(
    st.tuples(
        st.dictionaries(
            st.sampled_from(CLASSIFIERS), st.tuples(st.sampled_from("123"), st.sampled_from(["UNO", "DOS"]))
        ),
        st.lists(st.integers(0, 9), min_size=12, max_size=12),
        st.lists(st.none() | st.integers(0, 9), min_size=12, max_size=12),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=examples(15, least=6), deadline=None, suppress_health_check=list(HealthCheck))
@given(drawn=DRAWN, name=st.sampled_from(CLASSIFIERS))
def test_groups_add_up_what_the_rows_of_the_matrix_say(drawn: list[Any], name: str) -> None:
    with transaction.atomic():
        plan, caller = make.plan(make.institution()), make.client()
        for classified, programmed, executed in drawn:
            activity = make.activity(plan, programmed=programmed, classified=classified)
            for month, quantity in enumerate(executed, 1):
                if quantity is not None:
                    make.entry(activity, month, quantity)
        added: dict[Any, list[Decimal]] = defaultdict(lambda: [Decimal(0)] * 3)
        for row in results(caller, "/reports/matrix/", year=2022):
            part = row["classification"][name]
            figures = (1, row["annual_target"], row["executed_total"] or 0)
            key = part and (part["code"], part["name"])
            added[key] = [had + more for had, more in zip(added[key], figures, strict=True)]
        found = {
            row[name] and (row[name]["code"], row[name]["name"]): [
                row["activities"],
                row["programmed"],
                row["executed"] or 0,
            ]
            for row in execution(caller, group_by=name)["results"]
        }
        assert found == added
        transaction.set_rollback(True)
