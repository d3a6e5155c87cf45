"""`/plans/{id}/versions/` as of a moment: what was recorded by then, and what it said (domain.md, rule 9)."""

from typing import Any

import pytest

from activities.choices import PlanStatus
from tests import factories as make
from tests.api import get, post, results
from units.choices import Role

pytestmark = pytest.mark.usefixtures("committed")


@pytest.fixture
def planner() -> Any:
    return make.client(Role.PLANNER)


def test_versions_and_withdrawals_that_came_later_were_not_known(planner: Any) -> None:
    plan = make.plan(make.institution("I"), status=PlanStatus.DRAFT)
    make.activity(plan, make.unit(plan.institution), code="A1")
    path, kept = f"/plans/{plan.pk}/versions/", []
    acts = [
        ("approve/", {"resolution": "R1"}),
        ("withdraw-approval/", {"reason": "Equivocada"}),
        ("approve/", {"resolution": "R2"}),
        ("versions/", {"reason": "Más", "targets": [{"activity": "A1", "programmed": [9] * 12}]}),
    ]
    for act, body in acts:
        assert post(planner, f"/plans/{plan.pk}/{act}", body).status_code in (200, 201)
        kept.append((get(planner, "/reports/matrix/", year=2022).json()["as_of"], results(planner, path)))
    for moment, rows in kept:
        assert results(planner, path, as_of=moment) == rows
    assert [len(rows) for _, rows in kept] == [1, 1, 2, 3]
    assert [bool(rows[0]["withdrawal"]) for _, rows in kept] == [False, True, True, True]
    assert results(planner, path, as_of=kept[0][0], fields="withdrawal") == [{"withdrawal": None}]


def test_the_detail_has_the_names_of_then(planner: Any) -> None:
    plan = make.plan(make.institution("I"))
    first, second = make.unit(plan.institution, "U1", "Una"), make.unit(plan.institution, "U2", "Otra")
    make.activity(plan, first, code="A1")
    moved = {"reason": "Traslado", "move": [{"activity": "A1", "unit": "U2"}]}
    version = post(planner, f"/plans/{plan.pk}/versions/", moved).json()
    moment = get(planner, "/reports/matrix/", year=2022).json()["as_of"]
    second.name = "Otra más"
    second.save()
    path = f"/plans/{plan.pk}/versions/{version['id']}/"
    [change] = get(planner, path, as_of=moment).json()["changes"]
    assert change == version["changes"][0]
    assert get(planner, path).json()["changes"][0]["to_unit"]["name"] == "Otra más"
    assert get(planner, path, as_of="2000-01-01").status_code == 404
