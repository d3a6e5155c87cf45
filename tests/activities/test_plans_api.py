from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import PlanStatus
from tests import factories as make
from tests.api import get, refused, refused_fields, results
from tests.in_one_state import for_each

pytestmark = pytest.mark.django_db


def test_a_plan_shows_its_rules(sat):
    plan = make.plan(sat, 2022, requires_review=True, tolerance_percent=10)
    assert get(make.client(), f"/plans/{plan.pk}/").json() == {
        "id": plan.pk,
        "institution": {"id": sat.pk, "code": "SAT", "name": "SAT LIMA"},
        "year": 2022,
        "status": "approved",
        "requires_review": True,
        "tolerance_percent": 10,
        "bands": {"green": 95, "amber": 75},
    }


def test_plans_are_narrowed_by_institution_year_and_status(sat):
    other = make.institution("OTRA")
    make.plan(sat, 2022), make.plan(sat, 2023, PlanStatus.DRAFT), make.plan(other, 2022)

    def found(**query):
        return [(row["institution"]["code"], row["year"]) for row in results(make.client(), "/plans/", **query)]

    assert found() == [("SAT", 2023), ("OTRA", 2022), ("SAT", 2022)]
    assert found(institution="SAT") == [("SAT", 2023), ("SAT", 2022)]
    assert found(institution="SAT", year=2022) == [("SAT", 2022)]
    assert found(status="draft") == [("SAT", 2023)]
    assert found(ordering="year,-institution") == [("SAT", 2022), ("OTRA", 2022), ("SAT", 2023)]


@for_each(
    ("name", "value"),
    [
        ("year", "22"),
        ("year", "x"),
        ("year", "9" * 40),
        ("status", "open"),
        ("institution", "U1"),
        ("within", "SAT"),
    ],
)
def test_an_unknown_question_is_refused_by_name(sat, name, value):
    make.unit(sat, "U1")
    assert refused_fields(get(make.client(), "/plans/", **{name: value})) == [name]


def test_a_member_may_name_its_institution_though_it_sees_only_its_own_unit(sat):
    unit = make.unit(sat)
    make.plan(sat)
    assert len(results(make.client(unit=unit), "/plans/", institution="SAT")) == 1


def test_another_institution_is_as_unknown_as_one_that_does_not_exist(sat):
    caller = make.client(unit=sat)
    make.institution("OTRA")
    outside, nowhere = (get(caller, "/plans/", institution=code) for code in ("OTRA", "NADA"))
    assert refused(outside, 400) == [("unknown_code", "institution")]
    assert outside.content.replace(b"OTRA", b"NADA") == nowhere.content


def test_the_versions_of_a_plan_say_who_made_them_when_and_why(sat):
    plan = make.plan(sat)
    second = make.version(plan, 2, "RJ 1-2022", "Recorte", date(2022, 7, 1))
    make.settle()
    found = results(make.client(), f"/plans/{plan.pk}/versions/")
    assert [row["number"] for row in found] == [1, 2]
    assert (
        found[1].items()
        >= {
            "id": second.pk,
            "resolution": "RJ 1-2022",
            "reason": "Recorte",
            "effective_on": "2022-07-01",
        }.items()
    )
    assert found[1]["by"].startswith("sql:")
    assert found[1]["at"].endswith("-05:00")
    page = get(make.client(), f"/plans/{plan.pk}/versions/{second.pk}/").json()
    assert page.items() >= found[1].items()


def test_a_version_is_found_only_under_its_own_plan(sat):
    first, second = make.plan(sat, 2022), make.plan(sat, 2023)
    version = first.versions.get()
    assert get(make.client(), f"/plans/{second.pk}/versions/{version.pk}/").status_code == 404


class TestPeriods:
    def test_a_period_shows_its_days_and_its_plan(self, sat):
        plan = make.plan(sat, 2022)
        found = results(make.client(), "/periods/")
        assert [row["month"] for row in found] == list(range(1, 13))
        assert found[11] == {
            "id": plan.periods.get(month=12).pk,
            "plan": {
                "id": plan.pk,
                "institution": {"id": sat.pk, "code": "SAT", "name": "SAT LIMA"},
                "year": 2022,
            },
            "month": 12,
            "opens_on": "2022-12-01",
            "due_on": "2023-01-10",
            "closes_on": "2023-01-15",
            "reopenings": [],
        }

    def test_periods_are_narrowed_by_institution_year_and_month(self, sat):
        make.plan(sat, 2022), make.plan(sat, 2023), make.plan(make.institution(), 2022)
        client = make.client()
        assert len(results(client, "/periods/", institution="SAT")) == 24
        assert len(results(client, "/periods/", year=2022, month=3)) == 2
        assert len(results(client, "/periods/", institution="SAT", year=2022, month=3)) == 1
        for month in ("0", "13", "ENE"):
            assert refused_fields(get(client, "/periods/", month=month)) == ["month"]

    def test_a_reopening_shows_for_whom_until_when_why_and_whether_it_was_withdrawn(self, sat):
        plan, unit = make.plan(sat), make.unit(sat, "U1", "PLANIFICACIÓN")
        make.withdrawal(make.reopening(plan, 3, unit, date(2022, 6, 30), "Falta sustento"), "Ya llegó")
        make.settle()
        [row] = results(make.client(unit=unit), "/periods/", month=3)[0]["reopenings"]
        assert row["unit"] == {"id": unit.pk, "code": "U1", "name": "PLANIFICACIÓN"}
        assert (row["until"], row["reason"]) == ("2022-06-30", "Falta sustento")
        assert row["withdrawal"]["reason"] == "Ya llegó"

    def test_a_unit_sees_the_reopenings_it_is_under_and_no_other(self, sat):
        plan, organ = make.plan(sat), make.organ(sat)
        mine, sibling = make.unit(organ), make.unit(organ)
        for unit in (sat, organ, mine, sibling):
            make.reopening(plan, 3, unit)
        shown = results(make.client(unit=mine), "/periods/", month=3)[0]["reopenings"]
        assert [row["unit"] and row["unit"]["id"] for row in shown] == [sat.pk, None, mine.pk]
        assert len(results(make.client(unit=sat), "/periods/", month=3)[0]["reopenings"]) == 4

    def test_a_list_costs_the_same_queries_whatever_its_length(self, sat):
        plan, unit = make.plan(sat), make.unit(sat)
        caller = make.client(unit=unit)
        get(caller, "/periods/")
        counts = []
        for month in range(1, 13):
            make.reopening(plan, month, unit)
            with CaptureQueriesContext(connection) as queries:
                assert len(results(caller, "/periods/")) == 12
            counts.append(len(queries))
        assert len(set(counts)) == 1
        assert counts[0] <= 7
