"""A version of many activities is typed over several pages: nothing is lost, and all of it is recorded or nothing."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Activity, Figure, Plan, TargetRevision
from tests import factories as make
from tests import many
from tests.activities.planning import revisions_of
from tests.api import results
from tests.pages_kit import LARGEST, Opened, Visit
from tests.searching import examples
from units.requests.resources import content_etag

pytestmark = pytest.mark.django_db
HEAD = {"reason": "Recorte", "resolution": "RJ 2", "effective_on": "2022-07-01"}


@pytest.fixture
def address(plan: Plan) -> str:
    return f"/planes/{plan.pk}/versiones/nueva/"


def named(plan: Plan, count: int) -> list[Activity]:
    name = "Emisión de informes trimestrales de seguimiento"
    return many.activities(plan, {f"B{number:04}": f"{name} {number}" for number in range(count)})


def shown(page: Opened) -> list[str]:
    return list(page.document.xpath("//input[@name='activity']/@value"))


def sent(page: Opened, do: str, **typed: Any) -> dict[str, Any]:
    return {**page.values(), "activity": shown(page), "do": do, **typed}


def test_what_was_typed_stays_from_page_to_page(office: Visit, address: str, plan: Plan) -> None:
    rows = named(plan, 60)
    page = office.send(address, {"do": "pick_all", "search": "informes"})
    assert "Hoja 1 de 3, 60 actividades" in page.text
    first, last = rows[0].pk, rows[59].pk
    page = office.send(address, sent(page, "page:3", **{f"r{first}-m1": "7", f"r{first}-m2": "dos", **HEAD}))
    assert shown(page)[-1] == str(last)
    page = office.send(address, sent(page, f"more:{last}"))
    page = office.send(address, sent(page, "page:1", **{f"r{last}-cancel": "5"}))
    assert (page.values()[f"r{first}-m1"], page.values()[f"r{first}-m2"]) == ("7", "dos")
    assert page.values()["resolution"] == "RJ 2"
    refused = office.send(address, sent(page, "page:3"))
    refused = office.send(address, sent(refused, "record"))
    assert refused.status == 400  # «dos» is on the first page, which comes
    assert refused.document.xpath("//input[@aria-invalid]/@name") == [f"r{first}-m2"]
    seen = office.send(address, sent(refused, "preview", **{f"r{first}-m2": "2"}))
    assert "2 actividades cambian" in seen.text
    assert seen.values()["page"] == "1"
    done = office.send(address, sent(seen, "record"))
    assert done.status == 302
    assert revisions_of(rows[0])[-1] == (2, [7, *[2] * 11], None, "SAT")
    assert revisions_of(rows[59])[-1][2] == 5
    assert {len(revisions_of(row)) for row in rows[1:59]} == {1}


def test_what_is_wrong_on_other_pages_is_named(office: Visit, address: str, plan: Plan) -> None:
    rows = named(plan, 60)
    page = office.send(address, {"do": "pick_all", "search": "informes"})
    page = office.send(address, sent(page, "page:2", **{f"r{rows[3].pk}-m1": "x"}))
    page = office.send(address, sent(page, "page:3", **{f"r{rows[30].pk}-m1": "y"}))
    refused = office.send(address, sent(page, "record", **HEAD))
    assert refused.texts("//button[starts-with(@value, 'page:2')]")[0] == "B0030 (hoja 2)"
    assert refused.document.xpath("//input[@aria-invalid]/@name") == [f"r{rows[3].pk}-m1"]


def test_who_was_slower_on_another_page_sees_both(office: Visit, address: str, plan: Plan) -> None:
    rows = named(plan, 30)
    page = office.send(address, {"do": "pick_all", "search": "informes"})
    page = office.send(address, sent(page, "page:2", **{f"r{rows[0].pk}-m1": "9"}))
    make.version(plan, number=2)
    make.target(rows[0], [3] * 12, version=2)
    late = office.send(address, sent(page, "record", **HEAD))
    assert (late.status, "ahora dice 3 3 3" in late.text) == (412, True)
    other = office.send(address, sent(late, "page:2"))
    assert office.send(address, sent(other, "record")).status == 302
    assert revisions_of(rows[0])[-1] == (3, [9, *[3] * 11], None, "SAT")


def test_new_activities_are_there_again_after_a_look(office: Visit, address: str, plan: Plan) -> None:
    make.mef_activity("M77"), make.measurement_unit("UM77")
    page = office.send(address, {"do": "new"})
    new = {
        "n1-name": "Campaña",
        "n1-unit": "SAT",
        "n1-mef_activity": "M77",
        "n1-measurement_unit": "UM77",
        "n1-m6": "4",
    }
    seen = office.send(address, {**page.values(), **new, **HEAD, "do": "preview"})
    assert "1 actividad cambia" in seen.text
    back = office.send(address, sent(seen, "page:1"))
    assert {name: back.values()[name] for name in new} == new
    assert office.send(address, sent(seen, "record")).status == 302
    assert plan.activities.get(name="Campaña").figure.annual_target == 4


def test_what_travels_along_is_taken_as_it_was_given(office: Visit, address: str, plan: Plan) -> None:
    page = office.send(address, {"do": "pick_all", "search": str(named(plan, 1)[0].code)})
    refused = office.send(address, {**page.values(), "others": page.values()["others"][:-1], "do": "record", **HEAD})
    assert (refused.status, "no llegó como se envió" in refused.text) == (400, True)


def test_a_thousand_activities_are_changed_at_once(
    office: Visit, planner: make.Caller, address: str, plan: Plan
) -> None:
    """Where fewer are typed in, there is less room for it: 54 bytes of each travel along."""
    rows, pages = named(plan, 1001), examples(40)
    etags = {f"r{row['id']}-etag": content_etag(row) for row in results(planner, "/activities/", limit=1000)}
    page = office.send(address, {"do": "pick_all", "search": "informes"})
    assert "Hoja 1 de 40, 1,000 actividades" in page.text
    largest = LARGEST - 54 * 25 * (40 - pages)
    for number in range(1, pages, 5):  # with one page comes what is typed on four others, as if it had travelled
        chosen = [f"r{row.pk}" for row in rows[25 * (number - 1) : 25 * min(number + 4, pages)]]
        typed = {f"{each}-m{month}": quantity(each, month) for each in chosen for month in range(1, 13)}
        typed |= {f"{each}-etag": etags[f"{each}-etag"] for each in chosen}
        with CaptureQueriesContext(connection) as asked:
            page = office.send(address, sent(page, f"page:{number + 5}", **typed))
        assert len(asked) < 40
        assert page.loaded() < largest
    seen = office.send(address, sent(page, "preview:40", **HEAD))
    assert f"{25 * pages:,} actividades cambian" in seen.text
    assert seen.loaded() < largest
    with CaptureQueriesContext(connection) as asked:
        assert office.send(address, sent(seen, "record")).status == 302
    assert len(asked) < 80
    assert TargetRevision.objects.filter(activity__plan=plan, version=2).count() == 25 * pages
    figures = Figure.objects.get(activity=rows[0])
    assert str(figures.programmed[0]) == quantity(f"r{rows[0].pk}", 1)


def quantity(row: str, month: int) -> str:
    """Return what is typed in a month: of many digits, so that it can hardly be packed."""
    return str(1000 + (7919 * int(row[1:]) + 6101 * month) % 9000)
