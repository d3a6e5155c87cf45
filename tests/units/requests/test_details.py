"""What every detail does the same way."""

from typing import Any

import pytest

from tests import factories as make
from tests.api import get
from units.choices import Role
from units.models import Unit
from units.requests.resources import RetrieveMixin
from units.views.unit import UnitViewSet


@pytest.mark.parametrize("whole", [True, False], ids=["of the installation", "of a unit"])
def test_what_others_did_while_it_was_read_comes_after_its_cursor(
    committed: None, monkeypatch: pytest.MonkeyPatch, *, whole: bool
) -> None:
    """Whoever reads an object and follows the feed from there on misses nothing (api.md, "Reads")."""
    sat = make.institution("SAT", "ANTES")
    caller = make.client(Role.READER, None if whole else sat)
    found = RetrieveMixin.get_object

    def renamed_meanwhile(view: Any) -> Any:
        target = found(view)
        Unit.objects.filter(pk=sat.pk).update(name="DESPUÉS")
        return target

    with monkeypatch.context() as patched:
        patched.setattr(UnitViewSet, "get_object", renamed_meanwhile)
        answer = get(caller, f"/units/{sat.pk}/")
    assert answer.json()["name"] == "ANTES"
    news = get(caller, "/changes/", after=answer["Change-Cursor"]).json()["results"]
    assert [change["object_id"] for change in news] == [sat.pk]


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/units/", "/reports/matrix/", "/reports/execution/"])
def test_a_refusal_says_too_by_what_answers_differ(path: str) -> None:
    answer = get(make.client(), path, unknown="x")
    assert answer.status_code == 400
    assert {"Accept", "Authorization", "Cookie"} <= set(answer["Vary"].split(", "))
