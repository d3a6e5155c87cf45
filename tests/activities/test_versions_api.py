"""Modifying an approved plan: a version, whole or not at all (api.md, `/plans/{id}/versions/`)."""

import pytest

from activities.choices import PlanStatus
from activities.models import TargetRevision
from tests import factories as make
from tests.activities.planning import NEW, TWELVE, modify, target
from tests.api import codes, get, post, refusals, results
from tests.in_one_state import for_each
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db


def stored(number):
    """Return what a version stored: by activity code its target, the month of cancelling, and its unit."""
    rows = TargetRevision.objects.filter(version=number).select_related("activity", "unit")
    return {
        row.activity.code: ([int(quantity) for quantity in row.programmed], row.cancelled_from, row.unit.code)
        for row in rows
    }


def test_one_call_changes_adds_moves_and_cancels(planner, plan, world):
    answer = modify(
        planner,
        plan,
        resolution="RJ 2",
        effective_on="2022-07-01",
        targets=[target("A1")],
        add=[{**NEW, "code": "A9", "accumulation": "last"}],
        move=[{"activity": world["A2"].pk, "unit": "U2"}],
        cancel=[{"activity": "A3"}],
    )
    assert answer.status_code == 201
    assert (
        answer.json().items()
        >= {
            "number": 2,
            "resolution": "RJ 2",
            "reason": "Recorte",
            "effective_on": "2022-07-01",
        }.items()
    )
    assert stored(2) == {
        "A1": (TWELVE, None, "U1"),
        "A2": ([2] * 12, None, "U2"),
        "A3": ([2] * 6 + [0] * 6, 7, "U2"),
        "A9": (TWELVE, None, "U1"),
    }
    shown = {row["code"]: row for row in results(planner, "/activities/")}
    assert {code: (row["annual_target"], row["unit"]["code"]) for code, row in shown.items()} == {
        "A1": (66, "U1"),
        "A2": (24, "U2"),
        "A3": (12, "U2"),
        "A9": (11, "U1"),
    }
    assert (shown["A3"]["is_cancelled"], shown["A3"]["cancelled_from"]) == (True, 7)
    assert get(planner, answer["Location"].removeprefix("/api/v1")).json() == answer.json()


def test_what_stays_as_it_was_is_not_stored(planner, plan, world):
    answer = modify(
        planner,
        plan,
        targets=[target("A1"), target("A2", [2] * 12)],
        move=[{"activity": "A3", "unit": "U2"}],
    )
    assert answer.status_code == 201
    assert stored(2).keys() == {"A1"}


@for_each(
    "lists",
    [
        {},
        {"targets": [], "add": [], "move": [], "cancel": [], "correct": []},
        {"targets": [target("A1", [2] * 12)]},
        {"move": [{"activity": "A1", "unit": "U1"}]},
    ],
)
def test_a_modification_that_changes_nothing_is_refused(planner, plan, world, lists):
    assert refusals(modify(planner, plan, **lists), 400) == [("nothing_changes", None, None)]
    assert plan.versions.count() == 1


def test_a_target_and_a_move_of_one_activity_are_one_revision(planner, plan, world):
    modify(planner, plan, targets=[target("A1")], move=[{"activity": "A1", "unit": "U2"}])
    assert stored(2) == {"A1": (TWELVE, None, "U2")}


def test_a_cancelled_activity_comes_back_with_a_target(planner, plan, world):
    modify(planner, plan, cancel=[{"activity": "A1"}])
    assert refusals(modify(planner, plan, cancel=[{"activity": "A1"}]), 400)[0][0] == "nothing_changes"
    assert modify(planner, plan, targets=[target("A1", [0] * 12)]).status_code == 201
    assert stored(3) == {"A1": ([0] * 12, None, "U1")}


def test_a_cancelled_activity_moves_only_if_it_comes_back(planner, plan, world):
    modify(planner, plan, cancel=[{"activity": "A1"}])
    move = [{"activity": "A1", "unit": "U2"}]
    assert refusals(modify(planner, plan, move=move), 409) == [("activity_cancelled", "move.activity", 0)]
    assert modify(planner, plan, move=move, targets=[target("A1")]).status_code == 201


def test_a_new_activity_without_a_code_gets_the_next_free_one(planner, plan, world):
    second, third = {**NEW, "name": "Otra"}, {**NEW, "name": "Más", "code": "A007"}
    modify(planner, plan, add=[NEW, second, third])
    assert codes(planner, "/activities/") == ["A007", "A008", "A009", "A1", "A2", "A3"]


class TestRefusals:
    @for_each(
        ("lists", "expected"),
        [
            ({"targets": [target("A1"), target("A77")]}, ("unknown_activity", "targets.activity", 1)),
            ({"targets": [target(2**62)]}, ("unknown_activity", "targets.activity", 0)),
            ({"targets": [target(-1)]}, ("unknown_activity", "targets.activity", 0)),
            ({"targets": [target(None)]}, ("null", "targets.activity", 0)),
            ({"targets": [target(True)]}, ("invalid_name", "targets.activity", 0)),
            ({"targets": [target("A1", TWELVE[1:])]}, ("min_length", "targets.programmed", 0)),
            (
                {"targets": [target("A2"), target("A1", ["1", *TWELVE[1:]])]},
                ("invalid_quantity", "targets.programmed[0]", 1),
            ),
            ({"targets": [{"activity": "A1"}]}, ("required", "targets.programmed", 0)),
            ({"targets": [{**target("A1"), "unit": "U1"}]}, ("unknown_field", "targets.unit", 0)),
            ({"targets": {}}, ("not_a_list", "targets", None)),
            ({"move": [{"activity": "A1", "unit": "NADA"}]}, ("unknown_unit", "move.unit", 0)),
            ({"move": [{"activity": "A77", "unit": "U1"}]}, ("unknown_activity", "move.activity", 0)),
            ({"cancel": [{"activity": "A77"}]}, ("unknown_activity", "cancel.activity", 0)),
            ({"cancel": ["A1"]}, ("invalid", "cancel", 0)),
            ({"add": [{**NEW, "unit": 2**62}]}, ("unknown_unit", "add.unit", 0)),
            ({"add": [{**NEW, "mef_activity": "NADA"}]}, ("unknown_mef_activity", "add.mef_activity", 0)),
            ({"add": [{**NEW, "measurement_unit": 0}]}, ("unknown_measurement_unit", "add.measurement_unit", 0)),
            ({"add": [{**NEW, "name": ""}]}, ("blank", "add.name", 0)),
            ({"add": [{**NEW, "accumulation": "max"}]}, ("invalid_choice", "add.accumulation", 0)),
            ({"cancel": [{"activity": "A1"}], "year": 2022}, ("unknown_field", "year", None)),
            ({"cancel": [{"activity": "A1"}], "reason": " "}, ("blank", "reason", None)),
            ({"cancel": [{"activity": "A1"}], "reason": None}, ("null", "reason", None)),
            ({"cancel": [{"activity": "A1"}], "effective_on": "2022-02-30"}, ("invalid", "effective_on", None)),
            ({"cancel": [{"activity": "A1"}], "resolution": "x" * 201}, ("max_length", "resolution", None)),
        ],
    )
    def test_wrong_data_is_refused_by_item_and_field(self, planner, plan, world, lists, expected):
        assert refusals(modify(planner, plan, **lists), 400) == [expected]
        assert (plan.versions.count(), TargetRevision.objects.count()) == (1, 3)

    def test_the_reason_is_required(self, planner, plan, world):
        answer = post(planner, f"/plans/{plan.pk}/versions/", {"cancel": [{"activity": "A1"}]})
        assert refusals(answer, 400) == [("required", "reason", None)]

    def test_everything_wrong_is_said_at_once_and_nothing_is_written(self, planner, plan, world):
        answer = modify(
            planner, plan, targets=[target("A1"), target("X1")], cancel=[{"activity": "X2"}], add=[{**NEW, "unit": "X"}]
        )
        assert refusals(answer, 400) == [
            ("unknown_activity", "targets.activity", 1),
            ("unknown_activity", "cancel.activity", 0),
            ("unknown_unit", "add.unit", 0),
        ]
        assert "X1" in answer.json()["errors"][0]["detail"]
        assert stored(2) == {}

    def test_all_copies_of_a_repeated_activity_are_refused_however_it_is_named(self, planner, plan, world):
        answer = modify(planner, plan, targets=[target("A1"), target("A2"), target(world["A1"].pk)])
        assert refusals(answer, 400) == [("duplicate_item", "targets.activity", place) for place in (0, 2)]

    @pytest.mark.parametrize("other", [{"targets": [target("A1")]}, {"move": [{"activity": "A1", "unit": "U2"}]}])
    def test_an_activity_is_not_cancelled_and_changed_at_once(self, planner, plan, world, other):
        answer = modify(planner, plan, cancel=[{"activity": "A1"}], **other)
        (name,) = other
        assert refusals(answer, 400) == [
            ("contradiction", f"{name}.activity", 0),
            ("contradiction", "cancel.activity", 0),
        ]

    def test_a_code_is_given_once(self, planner, plan, world):
        twins = [{**NEW, "code": "A9"}, {**NEW, "code": "A9", "name": "Otra"}]
        assert refusals(modify(planner, plan, add=twins), 409) == [("activity_code_once_per_plan", "add.code", 1)]
        answer = modify(planner, plan, add=[{**NEW, "code": "A1"}])
        assert refusals(answer, 409) == [("activity_code_once_per_plan", "add.code", 0)]

    def test_a_name_is_given_once_in_unit_and_mef_activity(self, planner, plan, world):
        twins = [NEW, {**NEW, "name": " CAMPAÑA "}]
        assert refusals(modify(planner, plan, add=twins), 409) == [("activity_once_per_plan_and_unit", "add.name", 1)]

    def test_a_move_does_not_make_two_activities_one(self, planner, plan, world):
        there, mef = Unit.objects.get(code="U2"), world["A1"].mef_activity
        make.activity(plan, there, [1] * 12, "A9", "Actividad A1", mef)
        move = [{"activity": "A1", "unit": "U2"}]
        answer = modify(planner, plan, move=move)
        assert refusals(answer, 409) == [("activity_once_per_plan_and_unit", "move.unit", 0)]
        assert answer.json()["detail"].endswith(": A9.")
        both = [{"activity": "A9", "unit": "SAT"}, *move]
        answer = modify(planner, plan, move=both)
        assert refusals(answer, 409) == [("activity_once_per_plan_and_unit", "move.unit", 1)]
        assert answer.json()["detail"].endswith("Cámbiela antes, en otra versión.")
        assert [modify(planner, plan, move=[item]).status_code for item in both] == [201, 201]

    def test_two_moves_do_not_make_two_activities_one(self, sat, planner, plan, world):
        make.activity(plan, sat, [1] * 12, "A9", "Actividad A1", world["A1"].mef_activity)
        both = [{"activity": "A9", "unit": "U2"}, {"activity": "A1", "unit": "U2"}]
        assert refusals(modify(planner, plan, move=both), 409) == [("activity_once_per_plan_and_unit", "move.unit", 1)]

    def test_a_place_that_a_move_frees_is_free(self, planner, plan, world):
        again = {**NEW, "name": "Actividad A1", "mef_activity": world["A1"].mef_activity_id}
        assert refusals(modify(planner, plan, add=[again]), 409) == [("activity_once_per_plan_and_unit", "add.name", 0)]
        assert modify(planner, plan, add=[again], move=[{"activity": "A1", "unit": "U2"}]).status_code == 201

    def test_an_inactive_unit_is_charged_with_nothing_more(self, planner, plan, world):
        Unit.objects.filter(code="U2").update(is_active=False)
        answer = modify(planner, plan, add=[{**NEW, "unit": "U2"}], move=[{"activity": "A1", "unit": "U2"}])
        assert refusals(answer, 409) == [("unit_inactive", "move.unit", 0), ("unit_inactive", "add.unit", 0)]
        assert modify(planner, plan, targets=[target("A3")]).status_code == 201

    def test_a_unit_or_an_activity_of_another_institution_does_not_exist(self, plan, world):
        foreign = make.activity(code="B1")
        for lists, code in (
            ({"move": [{"activity": "A1", "unit": foreign.unit.code}]}, "unknown_unit"),
            ({"cancel": [{"activity": foreign.pk}]}, "unknown_activity"),
        ):
            assert [found for found, *_ in refusals(modify(make.client(Role.PLANNER), plan, **lists), 400)] == [code]

    @pytest.mark.parametrize(
        ("status", "code"), [(PlanStatus.DRAFT, "plan_not_approved"), (PlanStatus.CLOSED, "plan_closed")]
    )
    def test_only_an_approved_plan_is_modified(self, sat, planner, status, code):
        plan = make.plan(sat, 2021, status)
        make.activity(plan, code="A1")
        assert refusals(modify(planner, plan, targets=[target("A1")]), 409) == [(code, None, None)]

    def test_wrong_data_is_said_before_the_state_that_forbids_it(self, sat, planner):
        plan = make.plan(sat, 2021, PlanStatus.CLOSED)
        assert refusals(modify(planner, plan, targets=[target("A1")]), 400)[0][0] == "unknown_activity"
        assert refusals(modify(planner, plan), 400)[0][0] == "nothing_changes"

    @pytest.mark.parametrize("role", Role)
    def test_who_plans_a_unit_alone_does_not_modify_the_plan(self, plan, world, role):
        assert modify(make.client(role, Unit.objects.get(code="U1")), plan, nada=1).status_code == 403

    @pytest.mark.parametrize("role", [Role.READER, Role.REPORTER, Role.REVIEWER])
    def test_a_lower_role_does_not_modify_it(self, sat, plan, role):
        assert modify(make.client(role, sat), plan, nada=1).status_code == 403

    def test_a_stale_modification_is_refused(self, planner, plan, world):
        answer = modify(planner, plan, {"If-Match": '"x"'}, targets=[target("A1")])
        assert answer.status_code == 412
        assert answer.json()["current"]["id"] == plan.pk
        assert plan.versions.count() == 1
        etag = get(planner, f"/plans/{plan.pk}/")["ETag"]
        assert modify(planner, plan, {"If-Match": etag}, targets=[target("A1")]).status_code == 201
