"""Whatever is recorded has a page of its history, in words that need nothing else to be understood."""

import re
from types import SimpleNamespace
from typing import Any

import pytest

from activities.choices import Accumulation
from activities.models import Activity, MefActivity, Plan, ReportingPeriod
from tests import factories as make
from tests.history import world
from tests.pages_kit import Opened, visit
from units.choices import Role, UnitKind
from units.history.registry import entities
from units.models import ApiClient, Change, Unit
from units.pages.told_changes import told

pytestmark = pytest.mark.django_db
# What only programs call so: a name with _, an id in place of a name, JSON, a moment as ISO writes it, a truth
RAW = re.compile(r"\b[a-z]+_[a-z_]+\b|n\.º \d|[{}\[\]]|\d{4}-\d\d-\d\d|\b(true|false|null|None|True|False)\b")
CLASSIFIED = {"oei": {"code": "OEI.01", "name": "MEJORAR"}, "ubigeo": {"code": "150101", "name": "LIMA"}}


@pytest.fixture(scope="module")
def made(module_transaction: None) -> SimpleNamespace:
    return world()


@pytest.fixture(scope="module")
def stories(made: SimpleNamespace) -> dict[str, Opened]:
    """By kind, the page of the history of one object, which was edited where it can be; only read from then on."""
    Unit.objects.filter(pk=made.unit.pk).update(parent=made.sibling, kind=UnitKind.ORGAN)
    changes: dict[str, Any] = {"accumulation": Accumulation.LAST, "classification": CLASSIFIED}
    Activity.objects.filter(pk=made.activity.pk).update(unit=made.below, **changes)
    Plan.objects.filter(pk=made.plan.pk).update(green_from=90)
    ReportingPeriod.objects.filter(plan=made.plan, month=1).update(due_on="2022-02-12")
    MefActivity.objects.update(name="OTRA")
    ApiClient.objects.filter(pk=made.client.pk).update(revoked_at="2022-05-01T12:00:00-05:00")
    make.publication(made.institution)
    make.entry(made.activity, month=3, executed=None, reason="Falta", evidence_url="https://x.pe/a", needs_review=True)
    make.settle()
    browser = visit(make.person(Role.PLANNER))
    latest = {entity: Change.objects.filter(entity=entity).latest("id").object_id for entity in entities()}
    return {entity: browser.open("/auditoria/", object=f"{entity}:{key}") for entity, key in latest.items()}


def test_every_kind_has_a_page_with_who_did_what_and_when(stories: dict[str, Opened]) -> None:
    for entity, page in stories.items():
        (first, *_) = page.texts("//ol[@class='story']/li/p[1]")
        assert re.search(r" (?:creó|dio|hizo|registró) .+ el \d\d/\d\d/\d{4} \d\d:\d\d$", first), entity
        assert page.document.xpath("//ol[@class='story']/li//dl/dt"), entity


def test_every_field_and_value_is_in_words(stories: dict[str, Opened]) -> None:
    raw = {}
    for entity, page in stories.items():
        told = page.texts("//ol[@class='story']/li/p[1] | //ol[@class='story']/li//dt | //ol[@class='story']/li//dd")
        raw[entity] = [each for each in (page.heading, *told) if RAW.search(each.replace("persona", ""))]
    assert {entity: found for entity, found in raw.items() if found} == {}


def test_what_has_no_name_says_whose_it_is(stories: dict[str, Opened]) -> None:
    headings = {entity: page.heading for entity, page in stories.items()}
    assert re.fullmatch(r"Historia de avance de «A\d+ Actividad A\d+»", headings["progress_entry"])
    assert re.fullmatch(r"Historia de rol de «persona\d+»", headings["membership"])
    assert headings["import_undoing"] == "Historia de importación deshecha de «aplicación de poi.tsv»"
    assert headings["reopening_withdrawal"] == "Historia de retiro de reapertura de «hasta el 30/06/2023»"


def test_what_holds_several_things_is_told_one_by_one(stories: dict[str, Opened]) -> None:
    activity, publication = stories["activity"].text, stories["publication"].text
    assert "Clasificación: OEI OEI.01 MEJORAR" in activity
    assert "Clasificación: UBIGEO 150101 LIMA" in activity
    assert "Parámetros: Año 2022" in publication
    assert "Informe Matriz" in publication


def test_months_have_names(stories: dict[str, Opened]) -> None:
    assert "marzo" in stories["progress_entry"].texts("//ol[@class='story']/li//dd")


def test_what_is_an_object_of_its_own_is_not_told_within_another(made: SimpleNamespace) -> None:
    """As where a reopening comes with a unit that moved, and its withdrawal with it."""
    withdrawal = {"id": made.withdrawal.pk, "reopening": made.reopening.pk, "reason": "Ya no hace falta"}
    after = {"id": made.reopening.pk, "unit": made.unit.pk, "reason": "Falta sustento", "withdrawal": withdrawal}
    of = {"entity": "reopening", "object_id": made.reopening.pk, "operation": "created", "cause": ""}
    by = {"at": "2022-05-01T12:00:00-05:00", "actor": "oficina", "request_id": "", "change_set": "1-1"}
    (change,) = told([{**of, **by, "before": None, "after": after}])
    assert [(each.field, each.after) for each in change["differences"]] == [
        ("unidad", made.unit.name), ("motivo", "Falta sustento"),
    ]  # fmt: skip
