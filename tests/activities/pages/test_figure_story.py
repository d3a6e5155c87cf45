"""A figure's whole story: the line of the document, the versions, what was reported and reviewed, today."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import Verdict
from activities.models import Activity
from tests import factories as make
from tests.activities.importing.importing import bring, row
from tests.pages_kit import visit
from units.choices import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity() -> Activity:
    """An activity that a document brought in, and that was changed and reported since."""
    bring(row(), year=2022)
    found = Activity.objects.get()
    make.target(found, [7] * 12, version=2)
    entry = make.entry(found, month=6, executed=5, needs_review=True)
    make.review(entry, Verdict.ACCEPT)
    make.settle()
    return found


def test_it_is_told_from_the_line_of_the_document_to_today(activity: Activity) -> None:
    planner = visit(make.person(Role.PLANNER, activity.plan.institution))
    page = planner.open(f"/actividades/{activity.pk}/meses/6/")
    told = page.texts("//ol[@class='story']/li/p[1]")
    assert [text.partition(" ")[0] for text in told] == [
        "Línea",
        "Meta",
        "Meta",
        "Ejecutado:",
        "Ejecutado:",
        "Aceptado",
    ]
    assert "de «poi.tsv»" in told[0]
    assert "7 Programado hoy" in " ".join(page.texts("//p[@class='figure']")).replace("7Pro", "7 Pro")


def test_the_doubts_of_the_month_stand_apart_from_those_of_the_line() -> None:
    bring(replace(row(), status="inferred", doubts=("EJECUTADO ENE", "META")), year=2022)
    make.settle()
    activity = Activity.objects.get()
    planner = visit(make.person(Role.PLANNER, activity.plan.institution))
    january, june = (planner.open(f"/actividades/{activity.pk}/meses/{month}/") for month in (1, 6))
    assert "Quedó en duda de este mes: EJECUTADO ENE." in january.text
    assert "Otra cifra de la línea quedó en duda" in january.text
    assert "de este mes" not in june.text
    assert "Otras 2 cifras de la línea quedaron en duda" in june.text


def test_documents_are_shown_to_who_plans_for_the_institution(activity: Activity) -> None:
    reader = visit(make.person(Role.READER, activity.unit))
    page = reader.open(f"/actividades/{activity.pk}/meses/6/")
    assert page.status == 200
    assert "poi.tsv" not in page.text


def test_another_month_and_another_activity(activity: Activity) -> None:
    reader = visit(make.person(Role.READER, activity.unit))
    assert reader.open(f"/actividades/{activity.pk}/meses/13/").status == 404
    assert reader.open(f"/actividades/{make.activity().pk}/meses/1/").status == 404


def test_a_long_story_costs_no_query_more(activity: Activity) -> None:
    planner, costs = visit(make.person(Role.PLANNER, activity.plan.institution)), []
    for versions in (range(3, 4), range(4, 9)):
        for version in versions:
            make.entry(activity, month=6, executed=version)
            make.target(activity, [version] * 12, version=version)
        make.settle()
        with CaptureQueriesContext(connection) as queries:
            assert planner.open(f"/actividades/{activity.pk}/meses/6/").status == 200
        costs.append(len(queries))
    assert costs[0] == costs[1]
