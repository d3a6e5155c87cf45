"""Merging a unit into another (docs/decisions/0046): what goes over, what stays, and what forbids it."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import PlanStatus
from activities.models import Activity, TargetRevision
from tests import factories as make
from tests import many
from tests.api import codes, get, patch, post, refused
from tests.made_once import as_made
from units.choices import Role
from units.models import Membership, Unit

pytestmark = pytest.mark.django_db
_LATER = date(2199, 12, 31)


@pytest.fixture(scope="module")
def made_world(module_transaction: None) -> SimpleNamespace:
    made = SimpleNamespace(institution=make.institution("SAT", "SAT LIMA"))
    made.organ, made.other = make.organ(made.institution, "G1"), make.organ(made.institution, "G2")
    made.unit, made.into = make.unit(made.organ, "U7", "ESTADÍSTICA"), make.unit(made.other, "U1", "PLANIFICACIÓN")
    make.alias(made.unit, "ESTADISTICAS")
    made.plan = make.plan(made.institution, 2022, requires_review=True)
    made.activity = make.activity(made.plan, made.unit, code="A1", name="CENSO")
    make.entry(made.activity, executed=2)
    make.entry(made.activity, month=2, needs_review=True)
    made.planner = make.client(Role.PLANNER, made.institution)
    make.settle()
    return made


@pytest.fixture
def world(made_world: SimpleNamespace) -> SimpleNamespace:
    return as_made(made_world)


def merge(world: SimpleNamespace, status: int = 200, **body: Any) -> Any:
    sent = {"into": "U1", "reason": "Reorganización", **body}
    answer = post(world.planner, f"/units/{world.unit.pk}/merge/", sent)
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def merge_refused(world: SimpleNamespace, status: int = 409, **body: Any) -> Any:
    answer = post(world.planner, f"/units/{world.unit.pk}/merge/", {"into": "U1", "reason": "Reorganización", **body})
    return refused(answer, status)


class TestWhatGoesOver:
    def test_activities_of_approved_plans_go_over_in_one_version_with_their_figures(self, world):
        cancelled = make.activity(world.plan, world.unit, programmed=None, code="A2", name="ENCUESTA")
        make.target(cancelled, [2] * 3 + [0] * 9, cancelled_from=4)
        told = merge(world, resolution="R.J. 12", effective_on="2022-07-01")
        assert told["plans"] == [
            {
                "plan": get(world.planner, "/activities/", code="A1").json()["results"][0]["plan"],
                "activities": 2,
                "version": 2,
            }
        ]
        assert told["in_review"] == 1
        assert codes(world.planner, "/activities/", unit="U1") == ["A1", "A2"]
        assert codes(world.planner, "/activities/", unit="U7") == []
        version = world.plan.versions.get(number=2)
        assert (version.resolution, version.reason, version.effective_on) == (
            "R.J. 12",
            "Reorganización",
            date(2022, 7, 1),
        )
        world.activity.refresh_from_db()
        assert world.activity.entries.count() == 2
        assert TargetRevision.objects.get(activity=cancelled, version=2).cancelled_from == 4

    def test_a_draft_s_activities_go_over_with_their_targets_and_without_a_version(self, world):
        draft = make.plan(world.institution, 2023, PlanStatus.DRAFT)
        drafted = make.activity(draft, world.unit, code="B1")
        bare = make.activity(draft, world.unit, programmed=None, code="B2")
        assert [(each["activities"], each["version"]) for each in merge(world)["plans"]] == [(1, 2), (2, None)]
        assert set(Activity.objects.filter(plan=draft).values_list("unit", flat=True)) == {world.into.pk}
        latest = drafted.revisions.latest("pk")
        assert (latest.unit_id, latest.version, list(latest.programmed)) == (world.into.pk, 1, [2] * 12)
        assert not bare.revisions.exists()

    def test_a_closed_year_stays_whose_it_was(self, world):
        closed = make.plan(world.institution, 2021, PlanStatus.CLOSED)
        make.activity(closed, world.unit, code="V1")
        assert [each["plan"]["year"] for each in merge(world)["plans"]] == [2022]
        assert codes(world.planner, "/activities/", unit="U7", year=2021) == ["V1"]
        assert codes(world.planner, "/activities/", within="U1", year=2021) == ["V1"]

    def test_units_below_move_and_the_unit_stays_below_the_other_inactive(self, world):
        below = make.unit(world.unit, "U71")
        told = merge(world)
        assert [each["code"] for each in told["units"]] == ["U71"]
        assert (told["unit"]["is_active"], told["unit"]["parent"]["code"], told["unit"]["aliases"]) == (False, "U1", [])
        below.refresh_from_db()
        assert below.path == [world.institution.pk, world.other.pk, world.into.pk, below.pk]

    def test_its_names_and_its_code_are_other_names_of_the_unit_it_went_into(self, world):
        make.alias(world.into, "OPP")
        merge(world)
        assert sorted(get(world.planner, f"/units/{world.into.pk}/").json()["aliases"]) == [
            "ESTADISTICAS", "ESTADÍSTICA", "OPP", "U7",
        ]  # fmt: skip
        assert codes(world.planner, "/units/", search="u7", is_active="true") == ["U1"]

    def test_roles_hold_on_the_other_unit_and_who_has_one_there_keeps_the_higher(self, world):
        alone, lower, higher = (make.person(Role.REPORTER, world.unit) for _ in range(3))
        Membership.objects.create(user=lower, role=Role.READER, unit=world.into)
        Membership.objects.create(user=higher, role=Role.REVIEWER, unit=world.into)
        told = merge(world)
        assert {each["user"]: each["role"] for each in told["people"]} == {
            alone.username: "reporter", lower.username: "reporter", higher.username: "reviewer",
        }  # fmt: skip
        held = Membership.objects.filter(user__in=[alone, lower, higher])
        assert set(held.values_list("unit", flat=True)) == {world.into.pk}
        assert held.count() == 3

    def test_keys_hold_on_the_other_unit_and_work_but_for_those_revoked(self, world):
        caller = make.client(Role.REPORTER, world.unit)
        gone = make.client(Role.REPORTER, world.unit).client
        gone.revoked_at = gone.created_at
        gone.save(update_fields=["revoked_at"])
        told = merge(world)
        assert [(each["name"], each["unit"]["code"]) for each in told["clients"]] == [(caller.client.name, "U1")]
        assert codes(caller, "/activities/") == ["A1"]
        gone.refresh_from_db()
        assert gone.unit == world.unit

    def test_months_that_were_opened_again_stay_open_for_as_long(self, world):
        for month, unit, until in [(1, world.unit, _LATER), (2, world.unit, _LATER), (2, world.into, _LATER)]:
            make.reopening(world.plan, month, unit, until)
        make.reopening(world.plan, 3, world.unit, date(2022, 5, 30))
        make.withdrawal(make.reopening(world.plan, 4, world.unit, _LATER))
        assert merge(world)["reopenings"] == 1
        carried = world.into.reopenings.get(period__month=1)
        assert (carried.until, carried.reason) == (_LATER, "Falta sustento (de ESTADÍSTICA, que se fusionó)")
        reporter = make.client(Role.REPORTER, world.into)
        item = {"activity": world.activity.pk, "year": 2022, "month": 1, "executed": 5, "entry_version": 1}
        answer = post(reporter, "/progress/batch/", {"mode": "atomic", "items": [item]})
        assert answer.status_code == 200, answer.content.decode()


class TestTheOldCode:
    def test_it_leads_to_the_other_unit_in_bodies_and_its_id_does_not(self, world):
        merge(world)
        draft = make.plan(world.institution, 2023, PlanStatus.DRAFT)
        body = {
            "plan": draft.pk, "unit": "U7", "mef_activity": world.activity.mef_activity.pk, "name": "OTRA",
            "measurement_unit": world.activity.measurement_unit.pk,
        }  # fmt: skip
        assert post(world.planner, "/activities/", body).json()["unit"]["code"] == "U1"
        by_id = post(world.planner, "/activities/", {**body, "unit": world.unit.pk, "name": "TERCERA"})
        assert refused(by_id, 409) == [("unit_inactive", "unit")]

    def test_it_leads_there_in_a_version_too(self, world):
        other = make.activity(world.plan, world.organ, code="A9")
        merge(world)
        moved = {"reason": "R", "move": [{"activity": other.pk, "unit": "U7"}]}
        assert post(world.planner, f"/plans/{world.plan.pk}/versions/", moved).status_code == 201
        other.refresh_from_db()
        assert other.unit == world.into

    def test_it_leads_on_where_the_other_unit_was_merged_in_its_turn(self, world):
        merge(world)
        last = make.unit(world.organ, "U2", "PRESUPUESTO")
        body = {"into": last.pk, "reason": "Otra vez"}
        assert post(world.planner, f"/units/{world.into.pk}/merge/", body).status_code == 200
        assert self._given_a_key_of(world, "U7") == "U2"

    def test_it_leads_nowhere_once_the_other_unit_is_inactive_too(self, world):
        merge(world)
        Unit.objects.filter(pk=world.into.pk).update(is_active=False)
        assert self._given_a_key_of(world, "U7") == "U7"

    def test_that_of_an_active_unit_is_its_own_also_where_another_is_called_so(self, world):
        make.alias(world.into, "U7")
        assert self._given_a_key_of(world, "U7") == "U7"

    @staticmethod
    def _given_a_key_of(world: SimpleNamespace, code: str) -> Any:
        answer = post(world.planner, "/clients/", {"name": "Tablero", "role": "reader", "unit": code})
        return answer.json()["unit"]["code"]

    def test_who_does_not_see_the_other_unit_is_not_led_there(self, world):
        merge(world)
        Unit.objects.filter(pk=world.unit.pk).update(parent=world.organ)
        planner = make.client(Role.PLANNER, world.organ)
        answer = post(planner, "/units/", {"code": "N", "name": "N", "kind": "organic_unit", "parent": "U7"})
        assert refused(answer, 409) == [("parent_inactive", "parent")]

    def test_a_unit_is_not_active_again_while_its_name_is_the_other_s(self, world):
        merge(world)
        answer = get(world.planner, f"/units/{world.unit.pk}/")
        assert not answer.json()["is_active"]
        again = patch(world.planner, f"/units/{world.unit.pk}/", {"is_active": True})
        assert refused(again, 409) == [("duplicate_name", "name")]


class TestWhatForbidsIt:
    def test_every_activity_that_both_have_is_named(self, world):
        for code, plan in [("C1", world.plan), ("C2", make.plan(world.institution, 2023, PlanStatus.DRAFT))]:
            first = make.activity(plan, world.unit, code=code, name="INFORME")
            make.activity(plan, world.into, code=f"{code}X", name="Informe", mef_activity=first.mef_activity)
        closed = make.plan(world.institution, 2021, PlanStatus.CLOSED)
        first = make.activity(closed, world.unit, name="INFORME")
        make.activity(closed, world.into, name="INFORME", mef_activity=first.mef_activity)
        answer = post(world.planner, f"/units/{world.unit.pk}/merge/", {"into": "U1", "reason": "R"})
        assert refused(answer, 409) == [("activity_once_per_plan_and_unit", "into")] * 2
        details = [error["detail"] for error in answer.json()["errors"]]
        assert ["(C1) del plan 2022" in details[0], "(C2) del plan 2023" in details[1]] == [True, True]

    def test_a_unit_goes_neither_into_itself_nor_into_one_below_it(self, world):
        below = make.unit(world.unit)
        for into in (world.unit, below):
            assert merge_refused(world, into=into.pk) == [("unit_tree_has_no_cycle", "into")]

    def test_it_goes_into_an_active_one_of_its_institution(self, world):
        planner = make.client(Role.PLANNER)
        other = make.unit(code="X1")
        answer = post(planner, f"/units/{world.unit.pk}/merge/", {"into": other.pk, "reason": "R"})
        assert refused(answer, 409) == [("unit_stays_in_institution", "into")]
        idle = make.unit(world.other, "U9")
        Unit.objects.filter(pk=idle.pk).update(is_active=False)
        assert merge_refused(world, into="U9") == [("unit_inactive", "into")]
        answer = post(planner, f"/units/{world.institution.pk}/merge/", {"into": "U1", "reason": "R"})
        assert refused(answer, 409) == [("institution_stays", None)]

    def test_a_second_time_says_that_it_was_done(self, world):
        merge(world)
        answer = post(world.planner, f"/units/{world.unit.pk}/merge/", {"into": "U1", "reason": "R"})
        assert refused(answer, 409) == [("unit_inactive", None)]
        assert answer.json()["detail"] == "La unidad U7 ya se fusionó con U1."

    def test_a_code_that_is_the_name_of_another_unit_stands_in_the_way(self, world):
        make.unit(world.other, "U8", "U7")
        assert merge_refused(world) == [("duplicate_name", "aliases")]

    def test_it_takes_a_reason_and_a_planner_of_the_institution(self, world):
        assert merge_refused(world, 400, reason=" ") == [("blank", "reason")]
        planner = make.client(Role.PLANNER, world.organ)
        body = {"into": world.other.pk, "reason": "R"}
        assert post(planner, f"/units/{world.unit.pk}/merge/", body).status_code == 403

    def test_who_saw_it_otherwise_is_told(self, world):
        etag = get(world.planner, f"/units/{world.unit.pk}/")["ETag"]
        Unit.objects.filter(pk=world.unit.pk).update(name="OTRA")
        body, said = {"into": "U1", "reason": "R"}, {"If-Match": etag}
        assert post(world.planner, f"/units/{world.unit.pk}/merge/", body, said).status_code == 412


class TestSayingFirst:
    def test_a_trial_tells_what_the_act_does_and_changes_nothing(self, world):
        make.unit(world.unit, "U71")
        loses, gains = make.client(Role.READER, world.organ).client, make.client(Role.READER, world.other).client
        make.person(Role.REPORTER, world.unit)
        tried = merge(world, dry_run=True)
        assert codes(world.planner, "/activities/", unit="U7") == ["A1"]
        assert [each["id"] for each in tried["sight"]["lost"]["clients"]] == [loses.pk]
        assert [each["id"] for each in tried["sight"]["gained"]["clients"]] == [gains.pk]
        assert merge(world) == tried

    def test_its_cost_does_not_grow_with_the_activities(self, world):
        def cost() -> int:
            with CaptureQueriesContext(connection) as queries:
                merge(world, dry_run=True)
            return len(queries)

        first = cost()
        many.activities(world.plan, {f"N{number}": f"Otra {number}" for number in range(30)}, world.unit)
        assert cost() == first
