"""What a version corrects of an activity: measurement unit, MEF activity, accumulation (domain.md, rule 8)."""

import pytest

from activities.choices import Accumulation, PlanStatus
from activities.models import Activity, MeasurementUnit
from tests import factories as make
from tests.activities.planning import NEW, modify, revisions_of, target
from tests.api import get, refusals, results
from tests.in_one_state import for_each

pytestmark = pytest.mark.django_db


def correct(caller, plan, *items, **lists):
    return modify(caller, plan, correct=list(items), **lists)


def of(code, **more):
    return {"activity": code, **more}


@pytest.fixture
def other():
    return make.mef_activity("M02", "OTRA"), make.measurement_unit("UM02", "INFORMES")


def test_it_corrects_what_an_activity_is_counted_by(planner, plan, world, other):
    make.entry(world["A1"], 1, 1)
    answer = correct(planner, plan, of("A1", mef_activity="M02", measurement_unit=other[1].pk, accumulation="last"))
    assert answer.status_code == 201
    shown = get(planner, f"/activities/{world['A1'].pk}/").json()
    assert (shown["mef_activity"]["code"], shown["measurement_unit"]["code"]) == ("M02", "UM02")
    assert (shown["accumulation"], shown["annual_target"]) == ("last", 2)
    assert get(planner, f"/activities/{world['A1'].pk}/progress/").json()["progress"] == 50
    assert revisions_of(world["A1"]) == [(1, [2] * 12, None, "U1"), (2, [2] * 12, None, "U1")]


def test_the_version_s_page_says_what_was_and_what_is(planner, plan, world, other):
    before = world["A1"].mef_activity
    answer = correct(
        planner, plan, of("A1", mef_activity="M02", accumulation="last"), of("A2", accumulation="average"),
        targets=[target("A3")],
    )  # fmt: skip
    changes = {row["activity"]["code"]: row for row in answer.json()["changes"]}
    assert {code: row["kind"] for code, row in changes.items()} == {
        "A1": "corrected",
        "A2": "corrected",
        "A3": "changed",
    }
    assert changes["A1"]["corrected"] == {
        "measurement_unit": None,
        "mef_activity": {
            "before": {"id": before.pk, "code": before.code, "name": before.name},
            "after": {"id": other[0].pk, "code": "M02", "name": "OTRA"},
        },
        "accumulation": {"before": "sum", "after": "last"},
    }
    assert changes["A2"]["corrected"]["accumulation"] == {"before": "sum", "after": "average"}
    assert (changes["A3"]["corrected"], changes["A1"]["difference"]) == (None, [0] * 12)
    assert get(planner, answer["Location"].removeprefix("/api/v1")).json() == answer.json()


def test_an_entry_of_the_catalogue_that_is_gone_since_is_named_as_it_was(planner, plan, world, other):
    gone = world["A1"].measurement_unit
    made = correct(planner, plan, of("A1", measurement_unit="UM02"))
    MeasurementUnit.objects.get(pk=gone.pk).delete()
    shown = get(planner, made["Location"].removeprefix("/api/v1")).json()
    named = {"id": gone.pk, "code": gone.code, "name": gone.name}
    assert shown["changes"][0]["corrected"]["measurement_unit"]["before"] == named


def test_a_cancelled_activity_is_corrected_too_also_at_once(planner, plan, world, other):
    ends = {"cancel": [{"activity": "A1", "from_month": 7}]}
    page = correct(planner, plan, of("A1", measurement_unit="UM02"), **ends).json()["changes"][0]
    assert (page["kind"], page["cancelled_from"]) == ("cancelled", 7)
    assert page["corrected"]["measurement_unit"]["after"]["code"] == "UM02"
    page = correct(planner, plan, of("A1", accumulation="last")).json()["changes"][0]
    assert (page["kind"], page["cancelled_from"]) == ("corrected", 7)


def test_by_version_only_the_programme_is_chosen(planner, plan, world, other):
    correct(planner, plan, of("A1", measurement_unit="UM02"), targets=[target("A1", [5] * 12)])
    rows = results(planner, "/reports/matrix/", year=2022, institution="SAT", version="initial")
    [row] = [row for row in rows if row["activity"]["code"] == "A1"]
    assert (row["measurement_unit"]["code"], row["annual_target"]) == ("UM02", 24)


class TestRefusals:
    @for_each(
        ("items", "expected"),
        [
            ([of("A77", accumulation="last")], ("unknown_activity", "correct.activity", 0)),
            ([of("A1", mef_activity="NADA")], ("unknown_mef_activity", "correct.mef_activity", 0)),
            ([of("A1", accumulation="last"), of("A2", measurement_unit=0)],
             ("unknown_measurement_unit", "correct.measurement_unit", 1)),
            ([of("A1", accumulation="max")], ("invalid_choice", "correct.accumulation", 0)),
            ([of("A1", accumulation=None)], ("null", "correct.accumulation", 0)),
            ([of("A1", unit="U2")], ("unknown_field", "correct.unit", 0)),
            ([of("A1", accumulation="sum")], ("nothing_changes", None, None)),
            ([of("A1")], ("nothing_changes", None, None)),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_said_by_item_and_nothing_is_written(self, planner, plan, world, items, expected):
        assert refusals(correct(planner, plan, *items), 400) == [expected]
        assert plan.versions.count() == 1
        assert set(Activity.objects.values_list("accumulation", flat=True)) == {Accumulation.SUM}

    def test_what_it_is_already_is_no_correction(self, planner, plan, world):
        said = {name: getattr(world["A1"], name).code for name in ("mef_activity", "measurement_unit")}
        assert refusals(correct(planner, plan, of("A1", **said)), 400) == [("nothing_changes", None, None)]

    def test_all_copies_of_a_repeated_activity(self, planner, plan, world):
        answer = correct(planner, plan, of("A1", accumulation="last"), of(world["A1"].pk, accumulation="average"))
        assert refusals(answer, 400) == [("duplicate_item", "correct.activity", place) for place in (0, 1)]

    def test_a_correction_is_recorded_with_the_rest_or_not_at_all(self, planner, plan, world, other):
        answer = correct(planner, plan, of("A1", accumulation="last"), add=[{**NEW, "code": "A1"}])
        assert refusals(answer, 409) == [("activity_code_once_per_plan", "add.code", 0)]
        assert Activity.objects.get(code="A1").accumulation == "sum"

    def test_it_does_not_make_two_activities_one(self, planner, plan, world, other):
        first = world["A1"]
        make.activity(plan, first.unit, code="A9", name=first.name, mef_activity=other[0])
        answer = correct(planner, plan, of("A1", mef_activity="M02"))
        assert refusals(answer, 409) == [("activity_once_per_plan_and_unit", "correct.mef_activity", 0)]
        swap = of("A9", mef_activity=first.mef_activity_id), of("A1", mef_activity="M02")
        answer = correct(planner, plan, *swap)
        assert [code for code, *_ in refusals(answer, 409)] == ["activity_once_per_plan_and_unit"] * 2
        assert answer.json()["errors"][0]["detail"].endswith("Cámbiela antes, en otra versión.")

    def test_a_move_and_a_correction_together_do_not_either(self, planner, plan, world, other):
        first = world["A1"]
        make.activity(plan, world["A3"].unit, code="A9", name=first.name, mef_activity=other[0])
        both = of("A1", mef_activity="M02"), {"move": [{"activity": "A1", "unit": "U2"}]}
        answer = correct(planner, plan, both[0], **both[1])
        assert refusals(answer, 409) == [("activity_once_per_plan_and_unit", "move.unit", 0)]
        assert correct(planner, plan, both[0]).status_code == 201

    def test_a_place_that_a_correction_frees_is_free(self, planner, plan, world, other):
        again = {**NEW, "name": world["A1"].name, "mef_activity": world["A1"].mef_activity_id}
        assert modify(planner, plan, add=[again]).status_code == 409
        assert correct(planner, plan, of("A1", mef_activity="M02"), add=[again]).status_code == 201

    def test_only_an_approved_plan_s(self, sat, planner):
        plan = make.plan(sat, 2021, PlanStatus.DRAFT)
        make.activity(plan, code="A1")
        answer = correct(planner, plan, of("A1", accumulation="last"))
        assert refusals(answer, 409) == [("plan_not_approved", None, None)]
