"""`version=` wherever programmed quantities are served (domain.md, rule 8)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import PlanStatus
from tests import factories as make
from tests.api import get, patch, refusals, results
from tests.in_one_state import for_each

pytestmark = pytest.mark.django_db


def path_of(activity):
    return f"/activities/{activity.pk}/"


@pytest.fixture
def modified(sat, unit):
    """An activity that versions 2 and 4 changed; another came with 2 and was cancelled by 3."""
    plan = make.plan(sat)
    first = make.activity(plan, unit, [1] * 12, "A1")
    second = make.activity(plan, unit, [5] * 12, "A2", version=2)
    for number in (2, 3, 4):
        make.version(plan, number)
    make.target(first, [2] * 12, 2)
    make.target(second, [0] * 12, 3, is_cancelled=True)
    make.target(first, [4] * 12, 4)
    return first


@for_each(
    ("version", "expected"),
    [
        (None, [(48, False), (0, True)]),
        ("current", [(48, False), (0, True)]),
        ("initial", [(12, False), (0, False)]),
        ("1", [(12, False), (0, False)]),
        ("2", [(24, False), (60, False)]),
        ("3", [(24, False), (0, True)]),
        ("4", [(48, False), (0, True)]),
    ],
)
def test_lists_pages_and_months_show_it(unit_planner, modified, version, expected):
    query = {} if version is None else {"version": version}
    shown = results(unit_planner, "/activities/", **query)
    assert [(row["annual_target"], row["is_cancelled"]) for row in shown] == expected
    first = get(unit_planner, path_of(modified), **query).json()
    assert (first["annual_target"], first["programmed"]) == (shown[0]["annual_target"], shown[0]["programmed"])
    month = get(unit_planner, f"{path_of(modified)}progress/3/", **query).json()
    assert month["programmed"] == first["programmed"][2]


@for_each("version", ["0", "-1", "x", "1.0", "99999999"])
def test_any_other_is_refused(unit_planner, modified, version):
    for path in ("/activities/", path_of(modified), f"{path_of(modified)}progress/3/"):
        answer = get(unit_planner, path, version=version)
        assert [field for _, field, _ in refusals(answer, 400)] == ["version"]


def test_a_later_one_than_there_is_is_refused_with_the_latest(unit_planner, modified):
    path = path_of(modified)
    for asked in ("/activities/", path, f"{path}progress/3/", f"{path}progress/"):
        answer = get(unit_planner, asked, version="5")
        assert refusals(answer, 400) == [("unknown_version", "version", None)]
        assert "la última es la 4" in answer.json()["detail"]


def test_a_list_over_several_plans_takes_what_one_of_them_has(unit_planner, modified, unit, sat):
    make.activity(make.plan(sat, 2023), unit)
    assert get(unit_planner, "/activities/", version="4").status_code == 200
    assert get(unit_planner, "/activities/", version="4", year="2023").status_code == 400
    assert get(unit_planner, "/activities/", version="4", year="2024").status_code == 200


def test_a_draft_has_a_first_version_and_no_other(unit_planner, unit, sat):
    draft = make.activity(make.plan(sat, 2023, PlanStatus.DRAFT), unit)
    for path in (path_of(draft), f"{path_of(draft)}progress/"):
        assert [get(unit_planner, path, version=version).status_code for version in ("initial", "2")] == [200, 400]


def test_what_is_out_of_sight_is_not_there_first(modified, sat):
    caller = make.client(unit=make.unit(sat))
    for version in ("x", "99"):
        assert get(caller, path_of(modified), version=version).status_code == 404
        assert get(caller, f"{path_of(modified)}progress/", version=version).status_code == 404


def test_it_costs_one_query_a_page(unit_planner, modified):
    get(unit_planner, "/activities/")
    counts = []
    for query in ({}, {"version": "1"}):
        with CaptureQueriesContext(connection) as queries:
            assert len(results(unit_planner, "/activities/", **query)) == 2
        counts.append(len(queries))
    assert counts[1] == counts[0] + 1


def test_writing_chooses_no_version(unit_planner, modified):
    assert refusals(patch(unit_planner, f"{path_of(modified)}?version=1", {}), 400)[0][1] == "version"
