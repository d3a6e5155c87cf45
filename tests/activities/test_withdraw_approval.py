"""Withdrawing an approval on which nothing was built, and opening a closed plan again (domain.md, rule 13)."""

import psycopg
import pytest

from activities.choices import PlanStatus
from activities.models import Activity, Plan
from activities.services.plans.withdrawing import withdraw_approval
from poi_api.http.exceptions import Invalid
from tests import factories as make
from tests.activities.planning import TWELVE, modify, target
from tests.api import get, patch, post, refusals, results
from tests.committed import Connect, connection_parameters
from tests.factories import Caller
from tests.in_one_state import for_each
from tests.threads import in_threads, until_blocked
from units.models import Unit

pytestmark = pytest.mark.usefixtures("committed")
WHY = {"reason": "Faltaba un área"}


@pytest.fixture
def activity(sat: Unit) -> Activity:
    """An activity, twelve times 2, of a draft of 2023."""
    return make.activity(make.plan(sat, 2023, PlanStatus.DRAFT), sat, code="A1")


@pytest.fixture
def plan(activity: Activity, planner: Caller) -> Plan:
    """The draft, approved."""
    assert approve(planner, activity.plan).status_code == 200
    return activity.plan


def approve(caller, plan, **body):
    return post(caller, f"/plans/{plan.pk}/approve/", body)


def withdraw(caller, plan, body=WHY):
    return post(caller, f"/plans/{plan.pk}/withdraw-approval/", body)


def reopen(caller, plan, body=WHY):
    return post(caller, f"/plans/{plan.pk}/reopen/", body)


def programmes(caller, **query):
    return [row["programmed"] for row in results(caller, "/reports/matrix/", year=2023, **query)]


class TestWithdrawing:
    def test_whoever_asks_the_service_gives_a_reason_too(self, plan):
        with pytest.raises(Invalid):
            withdraw_approval(plan=plan, reason=" ")

    def test_the_plan_is_a_draft_again_and_says_why(self, plan, planner):
        cursor = get(planner, "/plans/")["Change-Cursor"]
        answer = withdraw(planner, plan)
        assert (answer.status_code, answer.json()["status"]) == (200, "draft")
        changes = results(planner, "/changes/", after=cursor)
        assert [(change["entity"], change["operation"], change["cause"]) for change in changes] == [
            ("approval_withdrawal", "created", "Faltaba un área"),
            ("plan", "updated", "Faltaba un área"),
        ]
        assert changes[1]["after"] == {"status": "draft"}

    def test_its_version_stays_and_another_approval_is_another_record(self, plan, activity, planner):
        withdraw(planner, plan)
        changed = patch(planner, f"/activities/{activity.pk}/", {"programmed": TWELVE})
        assert changed.status_code == 200
        assert approve(planner, plan, resolution="RJ 2").status_code == 200
        first, second = results(planner, f"/plans/{plan.pk}/versions/")
        assert (first["number"], first["resolution"], second["number"], second["resolution"]) == (1, "", 1, "RJ 2")
        assert first["withdrawal"]["reason"] == "Faltaba un área"
        assert first["withdrawal"]["by"] == f"client:{planner.client.name}"
        assert second["withdrawal"] is None
        shown = [get(planner, f"/plans/{plan.pk}/versions/{one['id']}/").json()["changes"] for one in (first, second)]
        assert [change["after"] for (change,) in shown] == [[2] * 12, TWELVE]
        revisions = results(planner, f"/activities/{activity.pk}/revisions/")
        assert [(row["version"], row["resolution"]) for row in revisions] == [(1, "RJ 2"), (1, "RJ 2")]
        assert plan.periods.count() == 12
        assert modify(planner, plan, targets=[target(activity.pk, [1] * 12)]).json()["number"] == 2

    def test_figures_are_those_of_before_between_and_after(self, plan, activity, planner):
        before = get(planner, "/reports/matrix/", year=2023).json()["as_of"]
        withdraw(planner, plan)
        patch(planner, f"/activities/{activity.pk}/", {"programmed": TWELVE})
        between = results(planner, "/changes/", object=f"activity:{activity.pk}")[-1]["at"]
        assert programmes(planner) == []
        approve(planner, plan)
        after = get(planner, "/reports/matrix/", year=2023).json()["as_of"]
        for version in ("initial", "current"):
            assert programmes(planner, version=version, as_of=before) == [[2] * 12]
            assert programmes(planner, version=version, as_of=between) == []
            assert programmes(planner, version=version, as_of=after) == [TWELVE]
            assert programmes(planner, version=version) == [TWELVE]
        assert programmes(planner, draft="true", as_of=between) == [TWELVE]

    def test_what_was_reported_and_modified_holds_it_and_is_counted(self, plan, activity, planner):
        make.entry(activity, 1)
        make.entry(activity, 2)
        modify(planner, plan, targets=[target(activity.pk, [1] * 12)])
        answer = withdraw(planner, plan)
        assert refusals(answer, 409) == [("plan_reported", None, None), ("plan_modified", None, None)]
        said = [error["detail"] for error in answer.json()["errors"]]
        assert [text[-2:] for text in said] == ["2.", "1."]
        plan.refresh_from_db()
        assert plan.status == "approved"

    def test_what_was_published_holds_it_until_the_publication_is_withdrawn(self, plan, planner):
        parameters = {"institution": "SAT", "from_year": 2022, "to_year": 2024}
        made = post(planner, "/publications/", {"report": "matrix", "parameters": parameters}).json()
        assert refusals(withdraw(planner, plan), 409) == [("plan_published", None, None)]
        assert post(planner, f"/publications/{made['id']}/withdraw/", WHY).status_code == 200
        assert withdraw(planner, plan).status_code == 200

    @pytest.mark.parametrize(("year", "status"), [(2022, 200), (2024, 200), (2023, 409)])
    def test_only_a_publication_of_its_year_does(self, plan, planner, year, status):
        parameters = {"institution": "SAT", "year": year}
        assert post(planner, "/publications/", {"report": "matrix", "parameters": parameters}).status_code == 201
        assert withdraw(planner, plan).status_code == status

    def test_a_publication_from_before_the_approval_does_not(self, activity, planner):
        parameters = {"institution": "SAT", "year": 2023, "draft": True}
        asked = {"report": "matrix", "parameters": parameters, "audience": "planners"}
        assert post(planner, "/publications/", asked).status_code == 201
        approve(planner, activity.plan)
        assert withdraw(planner, activity.plan).status_code == 200

    @for_each("body", [{"reason": " "}, {"reason": ""}, {}])
    def test_it_needs_a_reason(self, plan, planner, body):
        assert [field for _, field, _ in refusals(withdraw(planner, plan, body), 400)] == ["reason"]

    @pytest.mark.parametrize(
        ("status", "code"), [(PlanStatus.DRAFT, "plan_not_approved"), (PlanStatus.CLOSED, "plan_closed")]
    )
    def test_only_of_an_approved_plan(self, sat, planner, status, code):
        assert refusals(withdraw(planner, make.plan(sat, 2023, status)), 409) == [(code, None, None)]

    def test_of_two_at_once_one_is_refused(self, plan, planner, connect: Connect):
        watch = connect()
        holder = psycopg.connect(**connection_parameters(), autocommit=False)
        holder.execute("SELECT FROM activities_plan FOR UPDATE")
        finish = in_threads(lambda: withdraw(planner, plan), lambda: withdraw(planner, plan))
        until_blocked(watch, 2)
        holder.close()
        assert sorted(answer.status_code for answer in finish()) == [200, 409]
        assert plan.versions.filter(withdrawal__isnull=False).count() == 1

    def test_who_publishes_meanwhile_is_waited_for(self, plan, planner, connect: Connect):
        watch = connect()
        holder = psycopg.connect(**connection_parameters(), autocommit=False)
        holder.execute("SELECT FROM activities_plan FOR SHARE")  # as a publication holds it
        finish = in_threads(lambda: withdraw(planner, plan))
        until_blocked(watch, 1)
        holder.close()
        assert [answer.status_code for answer in finish()] == [200]

    def test_a_publication_waits_for_who_writes_into_the_plan(self, plan, planner, connect: Connect):
        watch, holder = connect(), connect()
        holder.execute("BEGIN")
        holder.execute("SELECT FROM activities_plan FOR UPDATE")
        body = {"report": "matrix", "parameters": {"institution": "SAT", "year": 2023}}
        finish = in_threads(lambda: post(planner, "/publications/", body))
        until_blocked(watch, 1)
        holder.execute("COMMIT")
        assert [answer.status_code for answer in finish()] == [201]

    def test_the_database_takes_no_second_record_beside_one_that_stands(self, activity, connect: Connect):
        insert = f"INSERT INTO activities_planversion (plan_id, number) VALUES ({activity.plan_id}, 1)"
        watch, one, other = connect(), connect(), connect()
        one.execute("BEGIN")
        one.execute(insert)
        finish = in_threads(lambda: other.execute(insert))
        until_blocked(watch, 1)
        one.execute("COMMIT")
        with pytest.raises(psycopg.errors.UniqueViolation, match="ya tiene una versión"):
            finish()


class TestReopening:
    def test_a_closed_plan_is_approved_again_and_says_why(self, sat, planner):
        plan = make.plan(sat, 2023, PlanStatus.CLOSED)
        cursor = get(planner, "/plans/")["Change-Cursor"]
        answer = reopen(planner, plan)
        assert (answer.status_code, answer.json()["status"]) == (200, "approved")
        (change,) = results(planner, "/changes/", after=cursor)
        assert (change["entity"], change["cause"], change["after"]) == ("plan", WHY["reason"], {"status": "approved"})
        assert post(planner, f"/plans/{plan.pk}/close/").status_code == 200

    @pytest.mark.parametrize("status", [PlanStatus.DRAFT, PlanStatus.APPROVED])
    def test_what_is_not_closed_is_not_reopened(self, sat, planner, status):
        assert refusals(reopen(planner, make.plan(sat, 2023, status)), 409) == [("plan_not_closed", None, None)]

    def test_it_needs_a_reason(self, sat, planner):
        answer = reopen(planner, make.plan(sat, 2023, PlanStatus.CLOSED), {"reason": ""})
        assert [field for _, field, _ in refusals(answer, 400)] == ["reason"]
