"""Striking out what was never promised: nobody sees it any more, its rows stay (domain.md, rule 13)."""

import pytest

from activities.choices import PlanStatus
from activities.models import Activity, Plan, TargetRevision
from activities.services.rebuilding import rebuild_figures
from tests import factories as make
from tests.api import delete, get, patch, post, refusals, results
from tests.factories import Caller
from tests.threads import in_threads, until_blocked
from units.models import Unit

pytestmark = pytest.mark.usefixtures("committed")
WHY = {"reason": "Año equivocado"}


@pytest.fixture
def draft(sat: Unit) -> Plan:
    return make.plan(sat, 2072, PlanStatus.DRAFT)


@pytest.fixture
def activity(draft: Plan) -> Activity:
    return make.activity(draft, code="A1", name="Campaña")


def path_of(thing: Plan | Activity) -> str:
    return f"/{'plans' if isinstance(thing, Plan) else 'activities'}/{thing.pk}/"


def again(activity: Activity) -> dict[str, object]:
    """Return what is sent to make an activity like another."""
    return {
        "plan": activity.plan_id,
        "unit": activity.unit_id,
        "mef_activity": activity.mef_activity_id,
        "measurement_unit": activity.measurement_unit_id,
        "code": activity.code,
        "name": activity.name,
    }


class TestAPlan:
    def test_it_is_gone_from_every_list_and_its_year_is_free(self, draft, activity, planner):
        answer = delete(planner, path_of(draft), WHY)
        assert (answer.status_code, answer.content) == (204, b"")
        for path in (
            path_of(draft),
            path_of(activity),
            f"{path_of(activity)}revisions/",
            f"{path_of(activity)}progress/",
        ):
            assert get(planner, path).status_code == 404, path
        for path in ("/plans/", "/activities/", "/progress/due/"):
            assert results(planner, path) == []
        assert results(planner, "/reports/matrix/", year=2072, draft="true") == []
        assert delete(planner, path_of(draft)).status_code == 404
        made = post(planner, "/plans/", {"institution": "SAT", "year": 2072})
        assert made.status_code == 201
        assert [plan["id"] for plan in results(planner, "/plans/")] == [made.json()["id"]]

    def test_its_rows_stay_with_all_their_history(self, draft, activity, planner):
        delete(planner, path_of(draft))
        assert Plan._base_manager.get().is_struck_out
        assert Activity._base_manager.get().is_struck_out
        assert TargetRevision.objects.filter(activity_id=activity.pk).exists()

    def test_the_feed_says_when_who_and_why(self, draft, activity, planner):
        cursor = get(planner, "/plans/")["Change-Cursor"]
        delete(planner, path_of(draft), WHY)
        changes = results(planner, "/changes/", after=cursor)
        assert [(change["entity"], change["object_id"], change["cause"]) for change in changes] == [
            ("activity", activity.pk, "Año equivocado"),
            ("plan", draft.pk, "Año equivocado"),
        ]
        assert {str(change["after"]) for change in changes} == {"{'is_struck_out': True}"}
        assert {change["actor"] for change in changes} == {f"client:{planner.client.name}"}

    def test_a_moment_before_still_shows_it(self, draft, activity, planner):
        before = results(planner, "/changes/", object=f"activity:{activity.pk}")[-1]["at"]
        delete(planner, path_of(draft))
        after = results(planner, "/changes/", object=f"activity:{activity.pk}")[-1]["at"]
        asked = {"year": 2072, "draft": "true"}
        assert [row["activity"]["id"] for row in results(planner, "/reports/matrix/", as_of=before, **asked)] == [
            activity.pk
        ]
        assert results(planner, "/reports/matrix/", as_of=after, **asked) == []

    def test_one_whose_approval_was_withdrawn_was_promised(self, draft, activity, planner):
        post(planner, f"{path_of(draft)}approve/")
        post(planner, f"{path_of(draft)}withdraw-approval/", WHY)
        answer = delete(planner, path_of(draft))
        assert refusals(answer, 409) == [("plan_was_approved", None, None)]
        assert "ya estuvo aprobado" in answer.json()["detail"]

    @pytest.mark.parametrize("status", [PlanStatus.APPROVED, PlanStatus.CLOSED])
    def test_an_approved_one_stays(self, sat, planner, status):
        assert refusals(delete(planner, path_of(make.plan(sat, 2023, status))), 409) == [("in_use", None, None)]

    def test_one_that_is_approved_meanwhile_stays(self, draft, activity, planner, connect):
        watch, holder = connect(), connect()
        holder.execute("BEGIN")
        holder.execute("UPDATE activities_plan SET status = 'approved'")
        holder.execute(f"INSERT INTO activities_planversion (plan_id, number) VALUES ({draft.pk}, 1)")
        finish = in_threads(lambda: delete(planner, path_of(draft)))
        until_blocked(watch, 1)
        holder.execute("COMMIT")
        assert [answer.status_code for answer in finish()] == [409]

    def test_one_that_is_struck_out_meanwhile_is_not_approved(self, draft, activity, planner, connect):
        watch, holder = connect(), connect()
        holder.execute("BEGIN")
        holder.execute("UPDATE activities_activity SET is_struck_out = true")
        holder.execute("UPDATE activities_plan SET is_struck_out = true")
        finish = in_threads(lambda: post(planner, f"{path_of(draft)}approve/"))
        until_blocked(watch, 1)
        holder.execute("COMMIT")
        assert [answer.status_code for answer in finish()] == [404]


class TestAnActivity:
    def test_it_is_gone_and_its_code_and_its_name_are_free(self, draft, activity, planner):
        assert delete(planner, path_of(activity), WHY).status_code == 204
        assert get(planner, path_of(activity)).status_code == 404
        assert results(planner, "/activities/") == []
        made = post(planner, "/activities/", again(activity))
        assert (made.status_code, made.json()["code"]) == (201, "A1")
        assert made.json()["id"] != activity.pk

    def test_an_approved_plan_goes_on_without_it(self, draft, activity, planner):
        kept = make.activity(draft, code="A2", programmed=[1, *[0] * 11])
        before = results(planner, "/changes/", object=f"activity:{kept.pk}")[-1]["at"]
        delete(planner, path_of(activity))
        assert post(planner, f"{path_of(draft)}approve/").status_code == 200
        approved = results(planner, "/changes/", object=f"plan:{draft.pk}")[-1]["at"]
        assert [row["activity"]["code"] for row in results(planner, "/reports/matrix/", year=2072)] == ["A2"]
        assert len(results(planner, "/reports/matrix/", year=2072, as_of=approved)) == 1
        assert len(results(planner, "/reports/matrix/", year=2072, as_of=before, draft="true")) == 2
        for group in ("unit", "activity"):  # from kept totals, and not
            for _ in range(2):
                (row,) = results(planner, "/reports/execution/", year=2072, group_by=group)
                assert (row["activities"], row["programmed"]) == (1, 1)
        listed = get(planner, "/exports/months/", year=2072, format="csv").getvalue().decode()
        assert "Campaña" not in listed
        item = {"activity": "A1", "year": 2072, "month": 1, "executed": 3}
        for name in ("A1", activity.pk):
            sent = {"mode": "partial", "items": [{**item, "activity": name}]}
            (verdict,) = post(planner, "/progress/batch/", sent).json()["items"]
            assert [error["code"] for error in verdict["errors"]] == ["unknown_activity"]
        owed = post(planner, f"{path_of(draft)}close/").json()
        assert owed["totals"] == {"month_unreported": 1, "review_pending": 0}
        copied = post(planner, f"{path_of(draft)}copy/", {"year": 2073}).json()
        assert copied["copied"]["activities"] == 1

    def test_one_that_was_promised_once_is_cancelled_instead(self, draft, activity, planner):
        post(planner, f"{path_of(draft)}approve/")
        post(planner, f"{path_of(draft)}withdraw-approval/", WHY)
        later = post(planner, "/activities/", {**again(activity), "code": "A9", "name": "Otra", "programmed": [1] * 12})
        answer = delete(planner, path_of(activity))
        assert refusals(answer, 409) == [("activity_was_approved", None, None)]
        assert "is_cancelled" in answer.json()["detail"]
        assert patch(planner, path_of(activity), {"is_cancelled": True}).status_code == 200
        assert delete(planner, f"/activities/{later.json()['id']}/").status_code == 204

    def test_a_stale_one_is_refused(self, activity, planner):
        assert delete(planner, path_of(activity), headers={"If-Match": '"x"'}).status_code == 412
        assert Activity.objects.exists()

    def test_a_draft_with_only_struck_out_activities_is_struck_out_too(self, draft, activity, planner):
        delete(planner, path_of(activity))
        assert delete(planner, path_of(draft)).status_code == 204
        assert Plan._base_manager.get().is_struck_out


def test_what_is_struck_out_keeps_its_figures(draft: Plan, activity: Activity, planner: Caller) -> None:
    delete(planner, path_of(draft))
    assert rebuild_figures() == 0
