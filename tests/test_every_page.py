"""Every page of an institution with much of everything: none is above 150 kB, and to look at one changes nothing."""

import re
from collections.abc import Iterable
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import MeasurementUnit, MefActivity, ProgressEntry
from tests import factories as make
from tests import many
from tests.operations import ids_of
from tests.page_operations import PAGES
from tests.pages_kit import LARGEST, Visit, visit
from units.choices import Role, UnitKind
from units.models import ApiClient, Membership, Unit

pytestmark = pytest.mark.django_db
NAME = "Elaboración y supervisión de los informes de la gerencia sobre lo que hicieron sus unidades en el mes, n.º "
OFFICES = "OFICINA GENERAL DE PLANIFICACIÓN Y PRESUPUESTO"
OFFICE = "OFICINA GENERAL DE PLANIFICACIÓN, PRESUPUESTO Y MODERNIZACIÓN "
MANY = 120  # more than any page has rows
BESIDE_A_LINK = "//main//button[@type='submit'][following-sibling::a]/.."  # which keep their distance in a row
_WRITES = re.compile(r"\s*(?:INSERT|UPDATE|DELETE|MERGE|TRUNCATE)\b", re.IGNORECASE)
_MARKS = re.compile(r"(ROLLBACK TO )?SAVEPOINT (\S+)")


def kept_writes(statements: Iterable[str]) -> list[str]:
    """Return the writes that stand, without those that a trial took back."""
    kept, marks = list[str](), dict[str, int]()
    for sql in statements:
        mark = _MARKS.match(sql)
        if mark and mark[1]:
            del kept[marks[mark[2]] :]
        elif mark:
            marks[mark[2]] = len(kept)
        elif _WRITES.match(sql):
            kept.append(sql)
    return kept


@pytest.fixture(scope="module")
def filled(everything_made: SimpleNamespace) -> SimpleNamespace:
    """One of everything, and much more of what lists show."""
    world, numbers = everything_made, [f"{number:03}" for number in range(MANY)]
    units = Unit.objects.bulk_create(
        Unit(code=f"MUCHAS{each}", name=f"{OFFICES} {each}", kind=UnitKind.ORGANIC_UNIT, parent=world.institution)
        for each in numbers
    )
    people = User.objects.bulk_create(User(username=f"muchas{each}") for each in numbers)
    Membership.objects.bulk_create(
        Membership(user=person, role=Role.REPORTER, unit=unit) for person, unit in zip(people, units, strict=True)
    )
    ApiClient.objects.bulk_create(
        ApiClient(name=unit.code, role=Role.READER, unit=unit, prefix=unit.code[-8:], key_hash=unit.code.encode())
        for unit in units
    )
    MefActivity.objects.bulk_create(MefActivity(code=f"MUCHAS{each}", name=f"{NAME}{each}") for each in numbers)
    MeasurementUnit.objects.bulk_create(
        MeasurementUnit(code=f"MUCHAS{each}", name=f"Medida MUCHAS{each}") for each in numbers
    )
    names = {f"M{each}": f"{NAME}{each}" for each in numbers}
    many.activities(world.unused_activity.plan, names, *units)
    ProgressEntry.objects.bulk_create(
        ProgressEntry(activity=activity, month=2, entry_version=1, executed=12345, reason=NAME)
        for activity in many.activities(world.activity.plan, names, *units)
    )
    return world


@pytest.fixture
def planner(filled: SimpleNamespace) -> Visit:
    return visit(make.person(Role.PLANNER))


@pytest.mark.parametrize("path", [path for method, path in PAGES if method == "GET"])
def test_a_page_is_small_and_changes_nothing(filled: SimpleNamespace, planner: Visit, path: str) -> None:
    operation = PAGES["GET", path]
    address = path.format(**ids_of(filled, operation.names))
    with CaptureQueriesContext(connection) as asked:
        page = planner.open(address, **operation.query)
    assert page.status in (200, 409)  # the form of what is not in that state says so
    assert page.heading
    assert {each.get("class") for each in page.document.xpath(BESIDE_A_LINK)} <= {"row"}
    assert page.loaded() < LARGEST
    assert kept_writes(query["sql"] for query in asked) == []


@pytest.mark.parametrize(
    "path", ["/documentos/", "/planes/{plan}/versiones/{version}/", "/documentos/publicaciones/{publication}/comparar/"]
)
def test_a_page_is_there_whatever_the_size_of_the_answer_that_it_is_made_of(
    filled: SimpleNamespace, planner: Visit, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only of what people and programs send is there a bound of values."""
    monkeypatch.setattr("poi_api.http.exact_json.MOST_VALUES", 300)
    assert planner.open(path.format(**ids_of(filled, PAGES["GET", path].names))).status == 200
