"""Every list is asked the same way: rows and members are picked, and all that is wrong is told (api.md, "Lists")."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from tests import factories as make
from tests.api import get, post, refused, results
from tests.made_once import as_made
from units.choices import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(module_transaction: None) -> SimpleNamespace:
    institution = make.institution("SAT")
    units = [make.unit(institution, f"U{number}") for number in range(3)]
    plan = make.plan(institution, 2022)
    activities = [make.activity(plan, unit, code=f"A{number}") for number, unit in enumerate(units)]
    make.entry(activities[0], executed=2)
    return SimpleNamespace(
        units=units, plan=plan, activities=activities, other=make.unit(make.institution("OTRA"), "X1"), caller=planner()
    )


@pytest.fixture
def world(made: SimpleNamespace) -> SimpleNamespace:
    return as_made(made)


def planner() -> Any:
    return make.client(Role.PLANNER)


class TestPicked:
    def test_rows_are_picked_by_their_codes(self, world):
        for asked in ("U2,U0", ["U2", "U0"], "U2,U0,U2"):
            assert [row["code"] for row in results(world.caller, "/units/", code=asked)] == ["U0", "U2"]
        assert [row["code"] for row in results(world.caller, "/activities/", code="A1,A2")] == ["A1", "A2"]
        code = world.activities[0].measurement_unit.code
        assert [row["code"] for row in results(world.caller, "/measurement-units/", code=code)] == [code]

    @pytest.mark.parametrize(
        "path",
        [
            "/units/",
            "/mef-activities/",
            "/plans/",
            "/activities/",
            "/periods/",
            "/clients/",
            "/memberships/",
            "/plans/{plan}/versions/",
        ],
    )
    def test_rows_are_picked_by_their_ids(self, world, path):
        make.person(Role.READER), make.person(Role.READER)
        path = path.format(plan=world.plan.pk)
        rows = results(world.caller, path)
        chosen = [row["id"] for row in rows[:2]]
        assert chosen
        assert [row["id"] for row in results(world.caller, path, id=",".join(map(str, chosen)))] == chosen
        assert refused(get(world.caller, path, id=[chosen[0], 10**17, 10**17 + 1]), 400) == [("unknown_id", "id")] * 2
        assert refused(get(world.caller, path, id="x,0"), 400) == [("invalid", "id")]

    def test_what_is_out_of_sight_is_unknown(self, world):
        caller = make.client(unit=world.units[0])
        other = world.units[1]
        for query in ({"code": other.code}, {"id": other.pk}):
            [[code, field]] = refused(get(caller, "/units/", **query), 400)
            assert (code, [field]) == (f"unknown_{field}", list(query))
        assert refused(get(caller, "/activities/", code="A0,A1"), 400) == [("unknown_code", "code")]

    def test_what_another_filter_leaves_out_is_not_unknown(self, world):
        assert results(world.caller, "/activities/", code="A1", unit="U0") == []

    def test_filters_take_several_values(self, world):
        for asked in ("U1,U2", ["U1", "U2"]):
            assert [row["code"] for row in results(world.caller, "/activities/", unit=asked)] == ["A1", "A2"]
        assert len(results(world.caller, "/units/", kind="organic_unit,institution")) == 6
        assert len(results(world.caller, "/units/", within=["U1", "OTRA"])) == 3
        assert [row["month"] for row in results(world.caller, "/periods/", year=2022, month="3,1")] == [1, 3]
        assert len(results(world.caller, "/reports/matrix/", year=2022, unit="U1,U2")) == 2
        assert len(results(world.caller, "/reports/alerts/", year=2022, rule="over,identical")) == 0


class TestMembers:
    @pytest.mark.parametrize(
        ("path", "query", "members"),
        [
            ("/units/", {}, ["code", "parent"]),
            ("/activities/", {}, ["unit", "programmed"]),
            ("/clients/", {}, ["name"]),
            ("/progress/due/", {}, ["month", "due_on"]),
            ("/reports/matrix/", {"year": 2022}, ["activity", "executed", "progress", "band"]),
            ("/reports/execution/", {"year": 2022, "group_by": "unit"}, ["unit", "executed"]),
            ("/reports/completeness/", {"year": 2022}, ["unit", "months"]),
            ("/reports/alerts/", {"year": 2022}, ["rule", "detail"]),
            ("/reports/ceplan/", {"year": 2022}, ["activity", "columns"]),
        ],
    )
    def test_a_row_has_the_members_asked_for_as_it_has_them_otherwise(self, world, path, query, members):
        whole = get(world.caller, path, **query).json()
        for asked in (",".join(reversed(members)), members):
            some = get(world.caller, path, **query, fields=asked)
            rows = [{name: row[name] for name in row if name in members} for row in whole["results"]]
            assert some.json()["results"] == rows
            assert [list(row) for row in some.json()["results"]] == [list(row) for row in rows]

    def test_numbers_keep_all_their_digits(self, world):
        make.entry(world.activities[0], month=2, executed=Decimal("12345678901.125"))
        body = get(world.caller, "/reports/matrix/", year=2022, unit="U0", fields="executed").content
        assert b'"results":[{"executed":[2,12345678901.125,null' in body

    @pytest.mark.parametrize("path", ["/units/", "/progress/due/", "/reports/matrix/?year=2022"])
    def test_a_member_that_no_row_has_is_refused(self, world, path):
        path, _, query = path.partition("?")
        asked = {"year": 2022} if query else {}
        assert refused(get(world.caller, path, **asked, fields="nada,otra"), 400) == [("invalid_choice", "fields")]
        assert refused(get(world.caller, path, **asked, fields=""), 400) == [("blank", "fields")]


class TestWrong:
    def test_a_list_names_all_that_is_wrong_the_format_included(self, world):
        query = {
            "parent": ["U0", "nada", "X"],
            "kind": "nada",
            "is_active": "1",
            "limit": "0",
            "page": "x",
            "offset": "1",
            "code": "nada",
            "other": "1",
            "ordering": "",
            "format": "pdf",
            "fields": "nada",
        }
        assert sorted(refused(get(world.caller, "/units/", **query), 400)) == [
            ("blank", "ordering"),
            ("invalid", "limit"),
            ("invalid", "offset"),
            ("invalid_choice", "fields"),
            ("invalid_choice", "format"),
            ("invalid_choice", "is_active"),
            ("invalid_choice", "kind"),
            ("invalid_page", "page"),
            ("unknown_code", "code"),
            ("unknown_code", "parent"),
            ("unknown_code", "parent"),
            ("unknown_parameter", "other"),
        ]

    @pytest.mark.parametrize(
        ("path", "wrong"),
        [
            ("/changes/", {"after": "", "limit": "x", "nada": "1", "format": "csv"}),
            ("/reports/matrix/", {"year": "x", "unit": "", "nada": "1", "format": "svg"}),
            ("/activities/{pk}/", {"version": "x", "nada": "1", "format": "csv"}),
            ("/activities/{pk}/progress/", {"version": "x", "nada": "1", "format": "svg"}),
            ("/activities/{pk}/progress/1/", {"version": "x", "nada": "1", "format": "csv"}),
            ("/units/{unit}/", {"nada": "1", "format": "csv"}),
        ],
    )
    def test_so_does_every_other_address(self, world, path, wrong):
        address = path.format(pk=world.activities[0].pk, unit=world.units[0].pk)
        assert {field for _, field in refused(get(world.caller, address, **wrong), 400)} == set(wrong)

    def test_what_is_not_there_is_said_first(self, world):
        for path in ("/units/999999/", "/activities/999999/", "/activities/999999/progress/"):
            assert refused(get(world.caller, path, format="csv", nada="1"), 404) == [("not_found", None)]


def test_no_code_has_a_comma(world):
    body = {"code": "U,9", "name": "NUEVA", "kind": "organ", "parent": "SAT"}
    assert refused(post(world.caller, "/units/", body), 400) == [("invalid_code", "code")]
