"""Changing activities over HTTP: in a draft, and what is left to change after its approval."""

from decimal import Decimal

import pytest

from activities.choices import Accumulation, PlanStatus
from activities.models import Activity
from tests import factories as make
from tests.activities.planning import TWELVE, revisions_of
from tests.api import delete, get, patch, refusals
from tests.in_one_state import for_each
from units.choices import Role

pytestmark = pytest.mark.django_db


def path_of(activity):
    return f"/activities/{activity.pk}/"


class TestChangingADraft:
    def test_everything_but_its_plan_changes(self, unit_planner, draft_activity, unit):
        below = make.unit(unit, "U2")
        make.mef_activity("M01"), make.measurement_unit("UM01")
        named = {"mef_activity": "M01", "measurement_unit": "UM01", "code": "A7", "name": "Informes"}
        answer = patch(
            unit_planner,
            path_of(draft_activity),
            {**named, "programmed": TWELVE, "unit": below.pk, "accumulation": "last"},
        )
        shown = answer.json()
        assert (shown["code"], shown["name"], shown["accumulation"]) == ("A7", "Informes", "last")
        assert [shown[name]["code"] for name in ("unit", "mef_activity", "measurement_unit")] == ["U2", "M01", "UM01"]
        assert (shown["programmed"], shown["annual_target"]) == (TWELVE, 11)
        assert get(unit_planner, path_of(draft_activity))["ETag"] == answer["ETag"]
        assert refusals(patch(unit_planner, path_of(draft_activity), {"plan": 1}), 400) == [
            ("unknown_field", "plan", None)
        ]

    def test_a_new_target_is_a_revision_more_of_version_1(self, unit_planner, draft_activity):
        patch(unit_planner, path_of(draft_activity), {"programmed": TWELVE})
        assert revisions_of(draft_activity) == [(1, [2] * 12, None, "U1"), (1, TWELVE, None, "U1")]

    def test_the_same_target_is_no_revision(self, unit_planner, draft_activity):
        answer = patch(unit_planner, path_of(draft_activity), {"programmed": [Decimal("2.000")] * 12, "name": "Actas"})
        assert answer.status_code == 200
        assert len(revisions_of(draft_activity)) == 1

    def test_a_first_target_of_zeros_is_a_target(self, unit_planner, draft, unit):
        activity = make.activity(draft, unit, programmed=None)
        patch(unit_planner, path_of(activity), {"programmed": [0] * 12})
        assert revisions_of(activity) == [(1, [0] * 12, None, "U1")]

    def test_a_new_rule_changes_the_annual_target(self, unit_planner, draft_activity):
        patch(unit_planner, path_of(draft_activity), {"programmed": TWELVE})
        answer = patch(unit_planner, path_of(draft_activity), {"accumulation": "average"})
        assert answer.json()["annual_target"] == 6

    def test_a_move_is_told_by_the_next_revision(self, unit_planner, draft_activity, unit):
        patch(unit_planner, path_of(draft_activity), {"unit": make.unit(unit, "U2").code})
        assert revisions_of(draft_activity) == [(1, [2] * 12, None, "U1"), (1, [2] * 12, None, "U2")]

    def test_a_move_with_a_new_target_is_one_revision(self, unit_planner, draft_activity, unit):
        patch(unit_planner, path_of(draft_activity), {"unit": make.unit(unit, "U2").code, "programmed": TWELVE})
        assert revisions_of(draft_activity)[1:] == [(1, TWELVE, None, "U2")]

    def test_who_moves_an_activity_plans_both_units(self, unit_planner, draft_activity, sat, client):
        person = make.person(Role.PLANNER, draft_activity.unit)
        person.memberships.create(role=Role.READER, unit=sat)
        client.force_login(person)
        to_sibling = {"unit": make.unit(sat, "U9").code}
        assert client.patch(f"/api/v1{path_of(draft_activity)}", to_sibling, "application/json").status_code == 403
        answer = patch(unit_planner, path_of(draft_activity), to_sibling)
        assert refusals(answer, 400) == [("does_not_exist", "unit", None)]
        assert patch(make.client(Role.PLANNER, sat), path_of(draft_activity), to_sibling).status_code == 200

    @pytest.mark.parametrize("role", [Role.READER, Role.REPORTER, Role.REVIEWER])
    def test_a_lower_role_changes_nothing(self, unit, draft_activity, role):
        assert patch(make.client(role, unit), path_of(draft_activity), {"nada": 1}).status_code == 403
        assert delete(make.client(role, unit), path_of(draft_activity)).status_code == 403

    def test_an_activity_of_others_does_not_exist(self, draft_activity, sat):
        caller = make.client(Role.PLANNER, make.unit(sat))
        assert patch(caller, path_of(draft_activity), {"nada": 1}).status_code == 404
        assert delete(caller, path_of(draft_activity)).status_code == 404

    def test_a_stale_change_is_refused_with_the_activity_as_it_is(self, unit_planner, draft_activity):
        etag = get(unit_planner, path_of(draft_activity))["ETag"]
        patch(unit_planner, path_of(draft_activity), {"programmed": TWELVE}, {"If-Match": etag})
        answer = patch(unit_planner, path_of(draft_activity), {"name": "Otra"}, {"If-Match": etag})
        assert answer.status_code == 412
        assert answer.json()["current"]["programmed"] == TWELVE

    def test_another_name_may_not_be_taken(self, unit_planner, draft, unit, draft_activity):
        make.activity(draft, unit, name="Informes", mef_activity=draft_activity.mef_activity)
        answer = patch(unit_planner, path_of(draft_activity), {"name": "informes"})
        assert refusals(answer, 409) == [("activity_once_per_plan_and_unit", "name", None)]


class TestCancelling:
    def test_a_draft_s_activity_is_cancelled_with_zeros(self, unit_planner, draft_activity):
        shown = patch(unit_planner, path_of(draft_activity), {"is_cancelled": True}).json()
        assert (shown["is_cancelled"], shown["programmed"]) == (True, [0] * 12)
        assert revisions_of(draft_activity)[1:] == [(1, [0] * 12, 1, "U1")]

    @pytest.mark.parametrize("again", [{"is_cancelled": True}, {"is_cancelled": True, "programmed": [0] * 12}])
    def test_it_is_cancelled_once(self, unit_planner, draft_activity, again):
        patch(unit_planner, path_of(draft_activity), {"is_cancelled": True})
        assert patch(unit_planner, path_of(draft_activity), again).status_code == 200
        assert len(revisions_of(draft_activity)) == 2

    def test_it_comes_back_with_a_programme(self, unit_planner, draft_activity):
        patch(unit_planner, path_of(draft_activity), {"is_cancelled": True})
        answer = patch(unit_planner, path_of(draft_activity), {"is_cancelled": False})
        assert refusals(answer, 400) == [("programmed_required", "programmed", None)]
        shown = patch(unit_planner, path_of(draft_activity), {"is_cancelled": False, "programmed": TWELVE}).json()
        assert (shown["is_cancelled"], shown["programmed"]) == (False, TWELVE)

    def test_a_programme_alone_does_not_bring_it_back(self, unit_planner, draft_activity):
        patch(unit_planner, path_of(draft_activity), {"is_cancelled": True})
        answer = patch(unit_planner, path_of(draft_activity), {"programmed": TWELVE})
        assert refusals(answer, 409) == [("activity_cancelled", "programmed", None)]

    def test_it_is_not_cancelled_and_programmed_at_once(self, unit_planner, draft_activity):
        answer = patch(unit_planner, path_of(draft_activity), {"is_cancelled": True, "programmed": TWELVE})
        assert refusals(answer, 400) == [("contradiction", "programmed", None)]


class TestAfterApproval:
    @pytest.fixture
    def approved(self, sat, unit):
        return make.activity(make.plan(sat), unit, code="A1", name="Actas")

    def test_the_name_may_be_mended(self, unit_planner, approved):
        answer = patch(unit_planner, path_of(approved), {"name": "  Actas   firmadas "})
        assert (answer.status_code, answer.json()["name"]) == (200, "Actas firmadas")

    @for_each(
        "change",
        [
            {"code": "A2"},
            {"programmed": TWELVE},
            {"is_cancelled": True},
            {"accumulation": Accumulation.LAST},
            {"unit": "U2"},
            {"mef_activity": "M02"},
            {"measurement_unit": "UM02"},
            {"name": "Otro", "code": "A2"},
        ],
    )
    def test_anything_else_takes_a_version(self, unit_planner, approved, unit, change):
        make.unit(unit, "U2"), make.mef_activity("M02"), make.measurement_unit("UM02")
        answer = patch(unit_planner, path_of(approved), change)
        assert refusals(answer, 409) == [("plan_not_draft", None, None)]
        assert f"/plans/{approved.plan_id}/versions/" in answer.json()["detail"]

    def test_what_is_sent_as_it_is_changes_nothing(self, unit_planner, approved):
        same = {"code": "A1", "programmed": [2] * 12, "is_cancelled": False, "unit": "U1", "name": "Actas"}
        assert patch(unit_planner, path_of(approved), same).status_code == 200
        assert len(revisions_of(approved)) == 1

    def test_in_a_closed_plan_not_even_the_name(self, unit_planner, sat, unit):
        activity = make.activity(make.plan(sat, status=PlanStatus.CLOSED), unit)
        assert refusals(patch(unit_planner, path_of(activity), {"name": "Otro"}), 409) == [("plan_closed", None, None)]


class TestDeleting:
    def test_what_has_no_history_goes(self, unit_planner, draft, unit):
        activity = make.activity(draft, unit, programmed=None)
        answer = delete(unit_planner, path_of(activity))
        assert (answer.status_code, answer.content) == (204, b"")
        assert not Activity.objects.exists()

    def test_what_is_in_an_approved_plan_stays_and_says_what_to_do(self, unit_planner, sat, unit):
        answer = delete(unit_planner, path_of(make.activity(make.plan(sat), unit)))
        assert refusals(answer, 409) == [("in_use", None, None)]
        assert "metas registradas: 1" in answer.json()["detail"]
        assert "is_cancelled" in answer.json()["detail"]

    def test_a_stale_deletion_is_refused(self, unit_planner, draft, unit):
        activity = make.activity(draft, unit, programmed=None)
        assert delete(unit_planner, path_of(activity), headers={"If-Match": '"x"'}).status_code == 412
        assert Activity.objects.exists()
