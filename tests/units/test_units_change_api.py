"""Units change: deactivating one with work to do, merging two, and whose sight a move changes."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from activities.choices import PlanStatus
from activities.models import Activity
from tests import factories as make
from tests import many
from tests.api import get, patch, refused
from tests.following import session
from units.choices import Role
from units.models import ChangeSet, Membership, Unit

OFF = {"is_active": False}
WHY = "Se fusionó con LEGAL (R.J. 12-2022)"


@pytest.fixture
def activity(unit: Unit) -> Activity:
    return make.activity(make.plan(unit.institution), unit, code="A1", name="INFORMES")


def at(unit: Unit) -> str:
    return f"/units/{unit.pk}/"


@pytest.mark.django_db
class TestDeactivating:
    def test_one_with_live_activities_is_refused_and_they_are_named(
        self, unit: Unit, planner: make.Caller, activity: Activity
    ) -> None:
        answer = patch(planner, at(unit), OFF)
        assert refused(answer, 409) == [("unit_has_live_activities", "is_active"), ("live_activity", "is_active")]
        assert answer.json()["activities"] == [
            {"id": activity.pk, "code": "A1", "name": "INFORMES", "year": activity.plan.year}
        ]
        assert "INFORMES" in answer.json()["errors"][1]["detail"]
        unit.refresh_from_db()
        assert unit.is_active

    def test_many_are_counted(self, unit: Unit, planner: make.Caller) -> None:
        plan = make.plan(unit.institution)
        many.activities(plan, {f"A{number}": f"Actividad {number}" for number in range(101)}, unit)
        told = patch(planner, at(unit), OFF).json()
        assert (len(told["errors"]), len(told["activities"]), told["more_errors"]) == (100, 99, 2)
        assert "vigentes: 101" in told["detail"]

    @pytest.mark.parametrize("reason", [{}, {"reason": " "}])
    def test_force_takes_a_reason(
        self, unit: Unit, planner: make.Caller, activity: Activity, reason: dict[str, str]
    ) -> None:
        assert refused(patch(planner, at(unit), {**OFF, "force": True, **reason}), 400)[0][1] == "reason"

    def test_a_trial_gives_the_same_verdict_and_changes_nothing(
        self, unit: Unit, planner: make.Caller, activity: Activity
    ) -> None:
        assert patch(planner, at(unit), {**OFF, "dry_run": True}).status_code == 409
        answer = patch(planner, at(unit), {**OFF, "force": True, "reason": WHY, "dry_run": True})
        assert (answer.status_code, answer.json()["is_active"]) == (200, False)
        assert get(planner, at(unit)).json()["is_active"]

    def test_what_is_closed_cancelled_or_of_another_unit_is_not_live(self, unit: Unit, planner: make.Caller) -> None:
        make.activity(make.plan(unit.institution, 2021, status=PlanStatus.CLOSED), unit)
        plan = make.plan(unit.institution)
        make.activity(plan, make.unit(unit.institution))
        make.activity(plan, make.unit(unit))
        assert patch(planner, at(unit), OFF).status_code == 200

    @pytest.mark.parametrize(("reported", "status"), [((), 409), ((1,), 409), ((1, 2), 200)])
    def test_a_cancelled_one_is_live_while_its_earlier_months_are_owed(
        self, unit: Unit, planner: make.Caller, reported: tuple[int, ...], status: int
    ) -> None:
        plan = make.plan(unit.institution)
        activity = make.activity(plan, unit)
        make.version(plan, number=2)
        make.target(activity, [2, 2, *[0] * 10], version=2, cancelled_from=3)
        for month in reported:
            make.entry(activity, month)
        answer = patch(planner, at(unit), OFF)
        assert answer.status_code == status
        assert [row["id"] for row in answer.json().get("activities", ())] == [activity.pk] * (status == 409)

    def test_one_that_waits_for_its_review_is_live_and_one_that_was_struck_out_is_not(
        self, unit: Unit, planner: make.Caller
    ) -> None:
        plan = make.plan(unit.institution)
        activity = make.activity(plan, unit)
        make.version(plan, number=2)
        make.target(activity, [2, *[0] * 11], version=2, cancelled_from=2)
        entry = make.entry(activity, needs_review=True)
        assert patch(planner, at(unit), OFF).status_code == 409
        make.review(entry)
        draft = make.plan(unit.institution, 2023, status=PlanStatus.DRAFT)
        Activity.objects.filter(pk=make.activity(draft, unit).pk).update(is_struck_out=True)
        assert patch(planner, at(unit), OFF).status_code == 200

    def test_those_of_a_draft_are_live(self, unit: Unit, planner: make.Caller) -> None:
        make.activity(make.plan(unit.institution, status=PlanStatus.DRAFT), unit)
        assert patch(planner, at(unit), OFF).status_code == 409

    def test_whoever_is_inactive_already_stays_so(self, planner: make.Caller, activity: Activity, unit: Unit) -> None:
        Unit.objects.filter(pk=unit.pk).update(is_active=False)
        assert patch(planner, at(unit), {**OFF, "name": "OTRO"}).status_code == 200


@pytest.mark.usefixtures("committed")
def test_with_force_and_a_reason_it_is_done_and_the_reason_stays(
    unit: Unit, planner: make.Caller, activity: Activity
) -> None:
    answer = patch(planner, at(unit), {**OFF, "force": True, "reason": WHY})
    assert (answer.status_code, answer.json()["is_active"]) == (200, False)
    assert ChangeSet.objects.latest("pk").cause == WHY


@pytest.mark.django_db
class TestMerging:
    @pytest.fixture
    def legal(self, sat: Unit) -> Unit:
        return make.unit(sat, "U2", "LEGAL")

    def test_the_name_of_a_live_unit_is_its_own(self, unit: Unit, legal: Unit, planner: make.Caller) -> None:
        assert refused(patch(planner, at(legal), {"aliases": [unit.name]}), 409) == [("duplicate_name", "aliases")]

    def test_that_of_one_that_is_no_more_may_be_its_successors(
        self, unit: Unit, legal: Unit, planner: make.Caller
    ) -> None:
        assert patch(planner, at(unit), OFF).status_code == 200
        assert patch(planner, at(legal), {"aliases": [unit.name]}).json()["aliases"] == [unit.name]
        assert get(planner, at(unit)).json()["name"] == unit.name

    def test_it_is_not_activated_again_under_a_name_that_is_anothers(
        self, unit: Unit, legal: Unit, planner: make.Caller
    ) -> None:
        patch(planner, at(unit), OFF)
        patch(planner, at(legal), {"aliases": [unit.name]})
        assert refused(patch(planner, at(unit), {"is_active": True}), 409) == [("duplicate_name", "name")]
        renamed = patch(planner, at(unit), {"is_active": True, "name": "PLANIFICACIÓN Y MÉTODOS"})
        assert renamed.status_code == 200

    def test_its_own_name_is_not_another_name_of_it(self, unit: Unit, planner: make.Caller) -> None:
        patch(planner, at(unit), OFF)
        assert patch(planner, at(unit), {"aliases": [unit.name]}).status_code == 400

    def test_only_one_has_it_as_another_name(self, sat: Unit, unit: Unit, legal: Unit, planner: make.Caller) -> None:
        patch(planner, at(unit), OFF)
        patch(planner, at(legal), {"aliases": [unit.name]})
        third = make.unit(sat, "U3", "SISTEMAS")
        assert refused(patch(planner, at(third), {"aliases": [unit.name]}), 409) == [("duplicate_name", "aliases")]


@pytest.mark.django_db
class TestMoving:
    @pytest.fixture
    def organs(self, sat: Unit, unit: Unit) -> tuple[Unit, Unit]:
        """Where PLANIFICACIÓN is, and where it goes."""
        here, there = make.organ(sat, "O1"), make.organ(sat, "O2")
        Unit.objects.filter(pk=unit.pk).update(parent=here)
        return here, there

    def move(self, caller: Any, unit: Unit, **more: Any) -> Any:
        answer = patch(caller, at(unit), {"parent": "O2", **more})
        assert answer.status_code == 200, answer.content
        return answer.json()["sight"]

    def test_it_says_which_keys_and_people_gain_and_lose_sight(
        self, unit: Unit, organs: tuple[Unit, Unit], planner: make.Caller
    ) -> None:
        before, after = make.client(Role.REPORTER, organs[0]), make.client(Role.READER, organs[1])
        rosa = User.objects.create_user("rosa")
        held = Membership.objects.create(user=rosa, role=Role.REVIEWER, unit=organs[0])
        told = self.move(planner, unit)
        assert told["gained"] == {
            "clients": [
                {
                    "id": after.client.pk,
                    "name": after.client.name,
                    "role": "reader",
                    "unit": {"id": organs[1].pk, "code": "O2", "name": organs[1].name},
                }
            ],
            "people": [],
            "not_shown": 0,
        }
        assert [each["id"] for each in told["lost"]["clients"]] == [before.client.pk]
        assert [(each["id"], each["user"], each["role"]) for each in told["lost"]["people"]] == [
            (held.pk, "rosa", "reviewer")
        ]

    def test_a_trial_says_the_same_and_moves_nothing(
        self, unit: Unit, organs: tuple[Unit, Unit], planner: make.Caller
    ) -> None:
        make.client(Role.REPORTER, organs[0])
        tried = self.move(planner, unit, dry_run=True)
        assert get(planner, at(unit)).json()["parent"]["code"] == "O1"
        assert self.move(planner, unit) == tried

    def test_who_sees_it_on_both_ways_is_not_named(
        self, sat: Unit, unit: Unit, organs: tuple[Unit, Unit], planner: make.Caller
    ) -> None:
        for place in (sat, unit, None):
            make.client(Role.READER, place)
        for name, places in (("ana", [organs[0], organs[1]]), ("eva", [organs[0], sat]), ("luz", [organs[0], None])):
            person = User.objects.create_user(name)
            for place in places:
                Membership.objects.create(user=person, role=Role.READER, unit=place)
        nobody = {"clients": [], "people": [], "not_shown": 0}
        assert self.move(planner, unit) == {"gained": nobody, "lost": nobody}

    def test_a_key_that_opens_nothing_is_not_named(
        self, unit: Unit, organs: tuple[Unit, Unit], planner: make.Caller
    ) -> None:
        revoked, expired = (make.client(Role.READER, organs[0]).client for _ in range(2))
        revoked.revoked_at, expired.expires_at = timezone.now(), timezone.now() - timedelta(seconds=1)
        revoked.save()
        expired.save()
        assert self.move(planner, unit)["lost"]["clients"] == []

    def test_those_whom_the_caller_does_not_administer_are_counted(self, sat: Unit, unit: Unit) -> None:
        above, below = make.organ(sat, "O0"), make.organ(sat, "O9")
        here, there = make.unit(above, "H"), make.unit(below, "O2")
        Unit.objects.filter(pk=unit.pk).update(parent=here)
        make.client(Role.READER, above)
        caller = make.client(Role.PLANNER, here)
        other = User.objects.create_user("dos")
        for place in (here, there):
            Membership.objects.create(user=other, role=Role.PLANNER, unit=place)
        told = self.move(session(other), unit)
        assert (told["lost"]["not_shown"], [each["id"] for each in told["lost"]["clients"]]) == (1, [caller.client.pk])

    def test_a_change_without_a_move_changes_nobodys_sight(
        self, unit: Unit, organs: tuple[Unit, Unit], planner: make.Caller
    ) -> None:
        assert patch(planner, at(unit), {"name": "OTRO"}).json()["sight"] is None
