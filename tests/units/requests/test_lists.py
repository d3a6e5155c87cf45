"""What every list does the same way."""

from typing import Any

import pytest

from tests import factories as make
from tests.api import get, send
from units.choices import Role
from units.models import Unit
from units.views.unit import UnitViewSet


def test_a_code_that_comes_to_name_another_while_a_list_is_made_is_no_304(
    committed: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are those of the unit that the code named when it was looked up: their ETag is not of later."""
    sat = make.institution("SAT")
    one, another = make.unit(sat, "U1"), make.unit(sat, "U2")
    caller, filtered = make.client(Role.READER, sat), UnitViewSet.filter_queryset

    def renamed_meanwhile(view: Any, rows: Any) -> Any:
        narrowed = filtered(view, rows)
        Unit.objects.filter(pk=one.pk).update(code="ANTES")
        Unit.objects.filter(pk=another.pk).update(code="U1")
        return narrowed

    with monkeypatch.context() as patched:
        patched.setattr(UnitViewSet, "filter_queryset", renamed_meanwhile)
        first = get(caller, "/units/", within="U1")
    assert [row["id"] for row in first.json()["results"]] == [one.pk]
    second = get(caller, "/units/", {"If-None-Match": first["ETag"]}, within="U1")
    assert (second.status_code, [row["id"] for row in second.json()["results"]]) == (200, [another.pk])


@pytest.mark.parametrize("path", ["/units/", "/activities/", "/reports/matrix/?year=2022"])
def test_a_page_is_a_304_while_nothing_changed(committed: None, path: str) -> None:
    path, _, query = path.partition("?")
    plan = make.plan(make.institution("SAT"))
    for _ in range(3):
        make.activity(plan, make.unit(plan.institution))
    caller = make.client()
    first = get(caller, path, **({"year": 2022} if query else {}), limit=1).json()["next"].removeprefix("/api/v1")
    page = get(caller, first)
    assert get(caller, first, {"If-None-Match": page["ETag"]}).status_code == 304
    make.activity(plan)
    again = get(caller, first, {"If-None-Match": page["ETag"]})
    assert (again.status_code, again["ETag"] == page["ETag"]) == (200, False)
    assert again["Change-Cursor"] != page["Change-Cursor"]


@pytest.mark.parametrize("path", ["/units/", "/clients/"])
def test_an_unchanged_table_is_a_304_and_its_head_makes_no_file(committed: None, path: str) -> None:
    make.unit(make.institution("SAT"))
    caller = make.client(Role.PLANNER)
    get(caller, path)  # notes that the key was used
    first = get(caller, path, format="csv")
    assert get(caller, path, {"If-None-Match": first["ETag"]}, format="csv").status_code == 304
    assert first["ETag"] != get(caller, path, format="xlsx")["ETag"]
    head = send("HEAD", caller, path, format="csv")
    assert (head.status_code, head["ETag"], head["Content-Type"]) == (200, first["ETag"], first["Content-Type"])
    make.unit(make.institution("OTRA"))
    changed = get(caller, path, {"If-None-Match": first["ETag"]}, format="csv")
    assert changed.status_code == (200 if path == "/units/" else 304)
