from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import Accumulation, PlanStatus
from tests import factories as make
from tests.api import codes, get, refused, results
from tests.in_one_state import for_each

pytestmark = pytest.mark.django_db


def test_an_activity_shows_its_references_its_programme_and_its_target(sat):
    plan, unit = make.plan(sat), make.unit(sat, "U1", "PLANIFICACIÓN")
    activity = make.activity(
        plan,
        unit,
        [0, 0, Decimal("1.5"), *[0] * 8, Decimal("12345678901.125")],
        "A001",
        "EVALUACIÓN",
        make.mef_activity("M01", "GESTIÓN"),
        make.measurement_unit("UM01", "INFORMES"),
    )
    answer = get(make.client(), f"/activities/{activity.pk}/")
    assert answer.json() == {
        "id": activity.pk,
        "plan": {
            "id": plan.pk,
            "institution": {"id": sat.pk, "code": "SAT", "name": "SAT LIMA"},
            "year": 2022,
        },
        "unit": {"id": unit.pk, "code": "U1", "name": "PLANIFICACIÓN"},
        "mef_activity": {"id": activity.mef_activity_id, "code": "M01", "name": "GESTIÓN"},
        "measurement_unit": {"id": activity.measurement_unit_id, "code": "UM01", "name": "INFORMES"},
        "code": "A001",
        "name": "EVALUACIÓN",
        "accumulation": "sum",
        "classification": dict.fromkeys(("oei", "aei", "categoria", "producto", "prioridad", "ubigeo")),
        "programmed": [0, 0, 1.5, 0, 0, 0, 0, 0, 0, 0, 0, 12345678901.125],
        "annual_target": 12345678902.625,
        "is_cancelled": False,
        "cancelled_from": None,
    }
    assert b'"programmed":[0,0,1.5,0,0,0,0,0,0,0,0,12345678901.125],"annual_target":12345678902.625' in answer.content


@pytest.mark.parametrize(
    ("accumulation", "target"),
    [(Accumulation.SUM, b"10"), (Accumulation.LAST, b"5"), (Accumulation.AVERAGE, b"3.333")],
)
def test_the_annual_target_follows_the_rule_of_accumulation(accumulation, target):
    """domain.md, rule 4: the total, the last programmed month, the mean of the programmed months."""
    activity = make.activity(programmed=[2, 0, 3, 0, 5, *[0] * 7], accumulation=accumulation)
    assert b'"annual_target":' + target + b"," in get(make.client(), f"/activities/{activity.pk}/").content


def test_a_cancelled_activity_says_so(sat):
    activity = make.activity(make.plan(sat))
    make.version(activity.plan, 2)
    make.target(activity, [0] * 12, 2, is_cancelled=True)
    shown = get(make.client(), f"/activities/{activity.pk}/").json()
    assert (shown["is_cancelled"], shown["programmed"], shown["annual_target"]) == (True, [0] * 12, 0)


def test_the_activities_of_a_draft_are_shown_too(sat):
    make.activity(make.plan(sat, status=PlanStatus.DRAFT), code="B1")
    assert codes(make.client(), "/activities/") == ["B1"]


@pytest.fixture
def several(sat):
    """Four activities: of an organ, of its unit, of another year and of another institution."""
    organ = make.organ(sat, "O1")
    unit = make.unit(organ, "U1")
    mef, measure = make.mef_activity("M01"), make.measurement_unit("UM01")
    plan, next_year = make.plan(sat, 2022), make.plan(sat, 2023)
    make.activity(plan, organ, code="A1", name="Órdenes", mef_activity=mef)
    make.activity(plan, unit, code="A2", name="Informes", measurement_unit=measure)
    make.activity(next_year, unit, code="A3", name="Órdenes")
    make.activity(make.plan(make.institution("OTRA"), 2022), code="A4", name="Actas")


@for_each(
    ("query", "expected"),
    [
        ({}, "A1 A2 A3 A4"),
        ({"institution": "SAT"}, "A1 A2 A3"),
        ({"year": 2022}, "A1 A2 A4"),
        ({"unit": "O1"}, "A1"),
        ({"within": "O1"}, "A1 A2 A3"),
        ({"within": "OTRA"}, "A4"),
        ({"mef_activity": "M01"}, "A1"),
        ({"measurement_unit": "UM01"}, "A2"),
        ({"search": "ordenes", "year": 2023}, "A3"),
        ({"search": "a4"}, "A4"),
        ({"ordering": "-code"}, "A4 A3 A2 A1"),
        ({"ordering": "name,-year"}, "A4 A2 A3 A1"),
    ],
)
def test_a_list_is_narrowed_and_sorted_as_asked(several, query, expected):
    assert codes(make.client(), "/activities/", **query) == expected.split()


@for_each(
    "name",
    [*("institution", "unit", "within", "mef_activity", "measurement_unit"), *("oei", "aei", "categoria", "prioridad")],
)
def test_an_unknown_code_is_refused_in_the_words_of_the_reports(several, name):
    asked = {"year": 2022, name: "nada"}
    answers = [get(make.client(), path, **asked) for path in ("/activities/", "/reports/matrix/")]
    assert refused(answers[0], 400) == [("unknown_code", name)]
    assert answers[0].json() == answers[1].json()


@for_each("year", ["1989", "2201", "nada", "2022.0", "+2022", "٢٠٢٢"])
def test_what_is_no_year_is_refused_in_the_words_of_the_reports(several, year):
    answers = [get(make.client(), path, year=year) for path in ("/activities/", "/reports/matrix/")]
    assert refused(answers[0], 400) == [("invalid", "year")]
    assert answers[0].json() == answers[1].json()


def test_a_unit_outside_is_as_unknown_as_one_that_does_not_exist(several, sat):
    caller = make.client(unit=make.unit(sat))
    for name in ("unit", "within"):
        outside, nowhere = (get(caller, "/activities/", **{name: code}) for code in ("U1", "NADA"))
        assert refused(outside, 400) == [("unknown_code", name)]
        assert outside.content.replace(b"U1", b"NADA") == nowhere.content


def test_a_list_costs_the_same_queries_whatever_its_length(sat):
    plan = make.plan(sat)
    make.activity(plan)
    caller = make.client(unit=sat)
    get(caller, "/activities/")
    with CaptureQueriesContext(connection) as few:
        assert len(results(caller, "/activities/", within="SAT")) == 1
    for _ in range(20):
        make.activity(plan)
    with CaptureQueriesContext(connection) as many:
        assert len(results(caller, "/activities/", within="SAT")) == 21
    assert len(few) == len(many) <= 5


class TestRevisions:
    def test_every_programme_is_told_with_its_version_reason_and_author(self, sat):
        plan = make.plan(sat)
        activity = make.activity(plan)
        make.version(plan, 2, "RJ 2", "Recorte", date(2022, 7, 1))
        make.target(activity, [1] * 12, 2)
        make.settle()
        first, second = results(make.client(), f"/activities/{activity.pk}/revisions/")
        assert (first["version"], first["programmed"], first["is_cancelled"]) == (1, [2] * 12, False)
        assert second["programmed"] == [1] * 12
        assert (second["resolution"], second["reason"], second["effective_on"]) == (
            "RJ 2",
            "Recorte",
            "2022-07-01",
        )
        assert second["by"].startswith("sql:")
        assert second["at"].endswith("-05:00")

    def test_the_edits_of_a_draft_are_told_though_it_has_no_version_yet(self, sat):
        activity = make.activity(make.plan(sat, status=PlanStatus.DRAFT))
        make.target(activity, [3] * 12)
        make.settle()
        found = results(make.client(), f"/activities/{activity.pk}/revisions/")
        assert [row["programmed"][0] for row in found] == [2, 3]
        assert {(row["version"], row["resolution"], row["reason"], row["effective_on"]) for row in found} == {
            (1, "", "", None)
        }

    def test_an_activity_out_of_sight_has_none(self, sat):
        activity = make.activity(make.plan(sat))
        assert get(make.client(unit=make.unit(sat)), f"/activities/{activity.pk}/revisions/").status_code == 404
