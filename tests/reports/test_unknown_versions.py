"""A version that no plan has is said not to be there, not answered as if it were the current one."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests import factories as make
from tests.api import get, post, refused, refused_fields
from units.choices import Role
from units.models import ChangeSet, Unit

REPORTS = ["matrix", "execution", "poi", "completeness", "alerts", "ceplan"]


@pytest.fixture
def two(db):
    """SAT has version 2 of its plan of 2022; OTRA has version 3, of 2023 only the initial one."""
    for code, versions in (("SAT", 2), ("OTRA", 3)):
        institution = make.institution(code)
        plan = make.plan(institution, 2022)
        make.activity(plan, make.unit(institution, f"{code}-U1"))
        for number in range(2, versions + 1):
            make.version(plan, number)
    make.activity(make.plan(institution, 2023))


def ask(report: str = "matrix", caller: Any = None, **query: Any) -> Any:
    return get(caller or make.client(), f"/reports/{report}/", **query)


def test_of_one_plan_the_latest_is_named(two):
    for report in REPORTS:
        asked = {"year": 2022, "institution": "SAT"}
        assert ask(report, **asked, version=2).status_code == 200
        answer = ask(report, **asked, version=3)
        assert refused(answer, 400) == [("unknown_version", "version")]
        assert answer.json()["detail"] == "El plan no tiene la versión 3; la última es la 2."


def test_months_are_exported_of_a_version_there_is(two):
    for version, status in ((2, 200), (3, 400)):
        query = {"year": 2022, "institution": "SAT", "version": version}
        assert get(make.client(), "/exports/months/", **query).status_code == status


@pytest.mark.parametrize(
    ("query", "latest"),
    [
        ({"year": 2022}, 3),
        ({"from_year": 2022, "to_year": 2023, "institution": "OTRA"}, 3),
        ({"year": 2022, "within": "SAT-U1"}, 2),
        ({"year": 2022, "unit": "SAT"}, 2),
        ({"year": 2022, "unit": "SAT", "within": "SAT-U1", "institution": "SAT"}, 2),
    ],
)
def test_of_several_plans_one_is_enough_that_has_it(two, query, latest):
    assert ask(**query, version=latest).status_code == 200
    assert refused_fields(ask(**query, version=latest + 1)) == ["version"]


def test_only_what_the_caller_may_know_of_counts(two):
    caller = make.client(unit=Unit.objects.get(code="SAT-U1"))
    assert ask(caller=caller, year=2022, version=2).status_code == 200
    answer = ask(caller=caller, year=2022, version=3)
    assert answer.json()["detail"] == "El plan no tiene la versión 3; la última es la 2."


def test_the_first_version_is_everywhere_and_where_there_is_no_plan_any(two):
    for query in ({"year": 2023, "version": 1}, {"year": 2022, "version": "initial"}, {"year": 1990, "version": 9}):
        assert ask(**query).status_code == 200


def test_a_past_moment_has_the_versions_of_then_for_ever(committed):
    plan = make.plan(make.institution("SAT"), 2022)
    make.activity(plan)
    first = ChangeSet.objects.latest("position").committed_at
    assert first is not None
    asked: dict[str, Any] = {"year": 2022, "as_of": (first + timedelta(microseconds=1)).isoformat()}
    for number in (2, 3):
        for version, status in ((1, 200), (2, 400), (3, 400)):
            for labels in ("then", "today"):
                assert ask(**asked, version=version, labels=labels).status_code == status
        make.version(plan, number)
    # Before the plan there was none, as there is none of other years
    assert ask(year=2022, as_of="2020-01-01", version=3).status_code == 200
    assert ask(year=2022, as_of=timezone.localdate().isoformat(), version=3).status_code == 200


def test_a_version_is_there_from_its_own_moment_on(committed):
    plan = make.plan(make.institution("SAT"), 2022)
    make.activity(plan)
    make.version(plan, 2)
    moment = plan.versions.get(number=2).change_set.committed_at
    for later, status in ((-1, 400), (0, 200)):
        as_of = (moment + timedelta(microseconds=later)).isoformat()
        assert ask(year=2022, as_of=as_of, version=2).status_code == status


def test_nothing_is_published_of_a_version_that_is_not_there(committed):
    make.activity(make.plan(make.institution("SAT"), 2022))
    parameters = {"institution": "SAT", "year": 2022, "version": 2}
    answer = post(make.client(Role.PLANNER), "/publications/", {"report": "matrix", "parameters": parameters})
    assert refused(answer, 400) == [("unknown_version", "parameters.version")]
