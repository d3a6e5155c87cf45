"""History says who wrote by a page, and by which request."""

import pytest

from tests import factories as make
from tests.pages_kit import visit
from tests.units.pages.test_api import FORM
from units.choices import Role
from units.models import ChangeSet, Unit

pytestmark = pytest.mark.urls("tests.units.pages.test_api")


def test_it_does_what_the_api_does_and_history_says_who_and_by_which_request(committed: None) -> None:
    sat = make.institution("SAT", "SAT LIMA")
    person = make.person(Role.PLANNER, sat)
    browser = visit(person)
    answer = browser.client.post("/nueva/", FORM | {"parent": sat.pk}, headers={"X-Request-Id": "pedido-1"})
    made = Unit.objects.get(code="U9")
    assert (answer.status_code, answer["Location"]) == (302, f"/unidad/{made.pk}/")
    change_set = ChangeSet.objects.get(request_id="pedido-1")
    assert (change_set.user, change_set.actor) == (person, f"user:{person.username}")
