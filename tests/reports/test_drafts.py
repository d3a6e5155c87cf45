"""`draft=true`: reports of what is not approved yet, for those who plan it (domain.md, rule 8)."""

import csv
import io
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from activities.choices import PlanStatus
from activities.models import Activity
from tests import factories as make
from tests.api import delete, get, patch, post, refusals, refused, results
from tests.factories import Caller
from tests.in_one_state import for_each
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.usefixtures("committed")
PATHS = [
    "/reports/matrix/",
    "/reports/execution/",
    "/reports/poi/",
    "/reports/completeness/",
    "/reports/alerts/",
    "/reports/execution/chart/",
    "/exports/months/",
]
DRAFT = {"year": 2023, "draft": "true"}


@pytest.fixture
def activity(sat: Unit, unit: Unit) -> Activity:
    """An activity of a draft of 2023, beside an approved plan of 2022."""
    make.activity(make.plan(sat, 2022), unit, [1] * 12, "A0", "Aprobada")
    return make.activity(make.plan(sat, 2023, PlanStatus.DRAFT), unit, [3] * 12, "A1", "Campaña")


def names(caller: Any, **query: Any) -> list[str]:
    return [row["activity"]["code"] for row in results(caller, "/reports/matrix/", **query)]


class Session:
    """A person who logged in, as one who asks."""

    def __init__(self, person: Any) -> None:
        browser = Client()
        browser.force_login(person)
        self.headers = {
            "Cookie": f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"
        }


def body(answer: Any) -> str:
    assert answer.status_code == 200, answer.content
    content: bytes = answer.getvalue()
    return content.decode("utf-8-sig")


class TestFigures:
    def test_the_matrix_has_the_programme_of_the_draft(self, planner: Caller, activity: Activity) -> None:
        (row,) = results(planner, "/reports/matrix/", **DRAFT)
        assert (row["programmed"], row["annual_target"], row["executed_total"]) == ([3] * 12, 36, None)
        assert "Campaña" in body(get(planner, "/reports/matrix/", format="csv", **DRAFT))

    def test_unless_asked_it_is_as_without_drafts(self, planner: Caller, activity: Activity) -> None:
        for asked in ({}, {"draft": "false"}):
            found = get(planner, "/reports/matrix/", year=2023, **asked).json()
            assert (found["results"], found["draft"]) == ([], False)
        assert get(planner, "/reports/matrix/", **DRAFT).json()["draft"] is True

    def test_what_is_approved_is_there_too(self, planner: Caller, activity: Activity) -> None:
        assert names(planner, from_year=2022, to_year=2023, draft="true") == ["A0", "A1"]

    def test_an_activity_without_a_target_has_a_programme_of_0(self, planner: Caller, activity: Activity) -> None:
        make.activity(activity.plan, programmed=None, code="A2")
        assert names(planner, **DRAFT) == ["A1", "A2"]

    def test_the_execution_adds_it_up_and_keeps_no_totals_of_it(self, planner: Caller, activity: Activity) -> None:
        for programmed in (36, 48):
            for group_by in ("unit", "institution", "activity", "quarter") * 2:
                found = get(planner, "/reports/execution/", group_by=group_by, **DRAFT).json()
                assert found["total"]["programmed"] == programmed
                assert get(planner, "/reports/execution/", group_by=group_by, year=2023).json()["results"] == []
            patch(planner, f"/activities/{activity.pk}/", {"programmed": [4] * 12})

    def test_exports_have_its_months(self, planner: Caller, activity: Activity) -> None:
        for variant in ("csv", "jsonl"):
            assert body(get(planner, "/exports/months/", format=variant, **DRAFT)).count("Campaña") == 12
            assert "Campaña" not in body(get(planner, "/exports/months/", format=variant, year=2023))

    def test_a_moment_before_is_of_the_draft_of_then(self, planner: Caller, activity: Activity) -> None:
        before = results(planner, "/changes/", object=f"activity:{activity.pk}")[-1]["at"]
        patch(planner, f"/activities/{activity.pk}/", {"programmed": [4] * 12})
        later = make.activity(activity.plan, code="A2")
        (row,) = results(planner, "/reports/matrix/", as_of=before, **DRAFT)
        assert row["programmed"] == [3] * 12
        assert names(planner, **DRAFT) == ["A1", later.code]
        assert results(planner, "/reports/matrix/", as_of=before, year=2023) == []

    def test_its_etag_follows_the_draft(self, planner: Caller, activity: Activity) -> None:
        tags = [get(planner, "/reports/matrix/", **DRAFT)["ETag"] for _ in range(2)]
        patch(planner, f"/activities/{activity.pk}/", {"programmed": [4] * 12})
        answer = get(planner, "/reports/matrix/", headers={"If-None-Match": tags[0]}, **DRAFT)
        assert tags[0] == tags[1]
        assert (answer.status_code, answer.json()["results"][0]["annual_target"]) == (200, 48)
        assert get(planner, "/reports/matrix/", headers={"If-None-Match": answer["ETag"]}, **DRAFT).status_code == 304


class TestTheDocument:
    def test_of_a_draft_it_says_so(self, planner: Caller, activity: Activity) -> None:
        found = get(planner, "/reports/poi/", institution="SAT", **DRAFT).json()
        assert (found["notice"], len(found["results"]), found["total"]["annual_target"]) == ("PROYECTO", 1, 36)
        printed = body(get(planner, "/reports/poi/", institution="SAT", format="csv", **DRAFT))
        lines = list(csv.reader(io.StringIO(printed)))
        assert lines[1] == ["PROYECTO"]

    def test_of_an_approved_plan_it_does_not(self, planner: Caller, activity: Activity) -> None:
        for asked in ({}, {"draft": "true"}):
            found = get(planner, "/reports/poi/", institution="SAT", year=2022, **asked).json()
            assert (found["notice"], len(found["results"])) == (None, 1)
        assert get(planner, "/reports/poi/", institution="SAT", year=2023).json()["notice"] is None

    def test_of_a_year_without_a_plan_it_is_as_without_drafts(self, planner: Caller, activity: Activity) -> None:
        assert delete(planner, f"/plans/{activity.plan.pk}/").status_code == 204  # struck out
        for year in (2023, 2030):
            asked = {"institution": "SAT", "year": year}
            plain, drafts = (get(planner, "/reports/poi/", **asked, **more).json() for more in ({}, {"draft": "true"}))
            assert (drafts.pop("draft"), plain.pop("draft")) == (True, False)
            assert drafts == plain
            assert (drafts["notice"], drafts["results"]) == (None, [])
            asked["format"] = "csv"
            files = {body(get(planner, "/reports/poi/", draft=draft, **asked)) for draft in ("true", "false")}
            assert len(files) == 1

    def test_of_a_moment_before_the_approval_it_does(self, planner: Caller, activity: Activity) -> None:
        before = results(planner, "/changes/", object=f"activity:{activity.pk}")[-1]["at"]
        make.version(activity.plan, 1)
        activity.plan.status = PlanStatus.APPROVED
        activity.plan.save()
        asked = {"institution": "SAT", **DRAFT}
        assert get(planner, "/reports/poi/", **asked).json()["notice"] is None
        assert get(planner, "/reports/poi/", as_of=before, **asked).json()["notice"] == "PROYECTO"


class TestWhoMay:
    @for_each("path", PATHS)
    @for_each("role", [Role.READER, Role.REPORTER, Role.REVIEWER])
    def test_for_others_it_is_a_403_in_every_report(self, sat: Unit, activity: Activity, role: Role, path: str) -> None:
        answer = get(make.client(role, sat), path, institution="SAT", **DRAFT)
        assert refusals(answer, 403) == [("permission_denied", None, None)]

    @for_each("path", PATHS)
    def test_for_planners_it_is_answered_in_every_report(self, planner: Caller, activity: Activity, path: str) -> None:
        assert get(planner, path, institution="SAT", **DRAFT).status_code == 200

    def test_who_plans_a_unit_sees_its_part(self, unit_planner: Caller, activity: Activity) -> None:
        make.activity(activity.plan, code="A2")
        assert names(unit_planner, **DRAFT) == ["A1"]

    def test_what_one_only_reads_stays_out(self, planner: Caller, activity: Activity) -> None:
        other = make.institution("OTRA")
        make.activity(make.plan(other, 2023, PlanStatus.DRAFT), code="B1")
        make.activity(make.plan(other, 2022), code="B0")
        person = make.person(Role.PLANNER, activity.unit)
        person.memberships.create(role=Role.READER, unit=other)
        asked = {"from_year": 2022, "to_year": 2023, "draft": "true"}
        assert names(Session(person), **asked) == ["B0", "A0", "A1"]
        for institution, status in (("OTRA", 403), ("SAT", 200), (["SAT", "OTRA"], 403)):
            answer = get(Session(person), "/reports/matrix/", institution=institution, **asked)
            assert answer.status_code == status

    def test_the_installation_s_planner_sees_all(self, installation_planner: Caller, activity: Activity) -> None:
        assert names(installation_planner, **DRAFT) == ["A1"]

    @pytest.mark.parametrize("value", ["1", "TRUE", ""])
    def test_it_is_true_or_false(self, planner: Caller, activity: Activity, value: str) -> None:
        answer = get(planner, "/reports/matrix/", year=2023, draft=value)
        assert [field for _, field, _ in refusals(answer, 400)] == ["draft"]


class TestPublishing:
    def test_a_draft_is_published_for_planners_alone(self, planner: Caller, sat: Unit, activity: Activity) -> None:
        asked = {"report": "matrix", "parameters": {"year": "2023", "institution": "SAT", "draft": "true"}}
        for audience in ({}, {"audience": "members"}):
            answer = post(planner, "/publications/", asked | audience)
            assert refused(answer, 400) == [("draft_for_planners", "audience")]
        made = post(planner, "/publications/", {**asked, "audience": "planners"})
        assert made.status_code == 201, made.content
        reader = make.client(Role.READER, sat)
        assert get(reader, f"/publications/{made.json()['id']}/").status_code == 404
