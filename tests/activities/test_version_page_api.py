"""What a version's page says rose and fell, and which months had closed by then."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import PlanVersion
from tests import factories as make
from tests.activities.planning import NEW, TWELVE, modify, target
from tests.api import get, refused_fields
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.django_db


class TestPage:
    """What a version's page says rose and fell."""

    @pytest.fixture
    def modified(self, planner, plan, world):
        answer = modify(
            planner,
            plan,
            targets=[target("A1", [5, *[2] * 10, 0])],
            move=[{"activity": "A2", "unit": "U2"}],
            cancel=[{"activity": "A3", "from_month": 4}],
            add=[{**NEW, "code": "A9"}],
        )
        return f"/plans/{plan.pk}/versions/{answer.json()['id']}/"

    def test_it_shows_what_rose_and_fell_by_activity_and_month(self, planner, modified):
        page = get(planner, modified).json()
        changes = {change["activity"]["code"]: change for change in page["changes"]}
        assert {code: change["kind"] for code, change in changes.items()} == {
            "A1": "changed",
            "A2": "moved",
            "A3": "cancelled",
            "A9": "added",
        }
        assert changes["A1"]["before"] == [2] * 12
        assert changes["A1"]["after"] == [5, *[2] * 10, 0]
        assert changes["A1"]["difference"] == [3, *[0] * 10, -2]
        assert changes["A3"]["difference"] == [0] * 3 + [-2] * 9
        assert {code: change["cancelled_from"] for code, change in changes.items() if change["cancelled_from"]} == {
            "A3": 4
        }
        assert (changes["A9"]["before"], changes["A9"]["difference"]) == ([0] * 12, TWELVE)
        assert (changes["A2"]["from_unit"]["code"], changes["A2"]["to_unit"]["code"]) == ("U1", "U2")
        assert changes["A2"]["difference"] == [0] * 12
        assert changes["A1"]["from_unit"] is changes["A1"]["to_unit"] is None

    def test_it_says_of_what_it_shows_only_a_part(self, sat, modified, world):
        reader = make.client(Role.READER, Unit.objects.get(code="U1"))
        page = get(reader, modified).json()
        assert [change["activity"]["code"] for change in page["changes"]] == ["A1", "A9"]
        assert [unit["code"] for unit in page["scope"]["units"]] == ["U1"]
        mover = make.client(Role.READER, Unit.objects.get(code="U2"))
        moved = next(change for change in get(mover, modified).json()["changes"] if change["kind"] == "moved")
        assert (moved["from_unit"], moved["to_unit"]["code"]) == (None, "U2")
        assert get(make.client(), modified).json()["scope"] == {"installation": True, "units": []}

    def test_each_version_is_compared_with_the_one_before(self, planner, plan, modified):
        answer = modify(planner, plan, targets=[target("A1", [6, *[2] * 10, 0]), target("A3", [1] * 12)])
        first, third = answer.json()["changes"]
        assert (first["before"][0], first["after"][0], first["difference"][0]) == (5, 6, 1)
        assert (third["kind"], third["cancelled_from"]) == ("restored", None)
        assert (third["before"], third["after"]) == ([2] * 3 + [0] * 9, [1] * 12)
        assert get(planner, modified).json()["changes"][0]["after"][0] == 5

    def test_the_initial_version_adds_what_the_draft_had(self, planner, plan, world):
        make.target(make.activity(plan, code="A8"), [0] * 12, is_cancelled=True)
        page = get(planner, f"/plans/{plan.pk}/versions/{plan.versions.get().pk}/").json()
        assert [(row["activity"]["code"], row["kind"]) for row in page["changes"]] == [
            ("A1", "added"),
            ("A2", "added"),
            ("A3", "added"),
        ]

    def test_it_costs_the_same_queries_whatever_it_changed(self, planner, plan, world, modified):
        get(planner, modified)
        counts = []
        for lists in ({"targets": [target("A1")]}, {"add": [{**NEW, "name": f"Alta {n}"} for n in range(30)]}):
            made = modify(planner, plan, **lists)
            with CaptureQueriesContext(connection) as queries:
                get(planner, made["Location"].removeprefix("/api/v1"))
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestClosedMonths:
    """Which changed months had closed, in Lima, when the version was recorded."""

    def page(self, planner, plan):
        version = PlanVersion.objects.get(plan=plan, number=2)
        return get(planner, f"/plans/{plan.pk}/versions/{version.pk}/").json()["changes"][0]["closed_months"]

    def test_changed_months_that_had_closed_are_marked_and_others_are_not(self, planner, sat):
        plan = make.plan(sat, 2022)
        make.activity(plan, code="A1")
        modify(planner, plan, targets=[target("A1", [2, 3, *[2] * 9, 3])])
        assert self.page(planner, plan) == [2, 12]

    def test_of_a_cancelled_activity_those_are_marked_that_lost_their_programme(self, planner, sat):
        plan = make.plan(sat, 2022)
        make.activity(plan, code="A1", programmed=[2] * 10 + [0] * 2)
        modify(planner, plan, cancel=[{"activity": "A1", "from_month": 9}])
        assert self.page(planner, plan) == [9, 10]

    def test_a_month_to_come_is_not(self, planner, sat):
        plan = make.plan(sat, 2190)
        make.activity(plan, code="A1")
        modify(planner, plan, targets=[target("A1")])
        assert self.page(planner, plan) == []

    @pytest.mark.parametrize(("days", "marked"), [(0, []), (-1, [1])])
    def test_the_day_it_closes_is_still_open(self, planner, sat, days, marked):
        plan = make.plan(sat, 2190)
        make.activity(plan, code="A1")
        with connection.cursor() as cursor:
            cursor.execute("SELECT (now() AT TIME ZONE 'America/Lima')::date + %s", [days])
            day = cursor.fetchone()[0]
        plan.periods.filter(month=1).update(opens_on=date(2000, 1, 1), due_on=day, closes_on=day)
        modify(planner, plan, targets=[target("A1")])
        assert self.page(planner, plan) == marked


class TestParts:
    def test_a_part_of_the_changes_is_shown_with_how_many_there_are(self, sat, planner, plan):
        for code in ("B3", "B1", "B2"):
            make.activity(plan, sat, code=code)
        version = plan.versions.get(number=1)
        path = f"/plans/{plan.pk}/versions/{version.pk}/"
        whole = get(planner, path).json()
        codes = [change["activity"]["code"] for change in whole["changes"]]
        assert codes == sorted(codes)
        assert whole["changes_count"] == len(codes) >= 3
        part = get(planner, path, changes_offset=1, changes_limit=2).json()
        assert part["changes"] == whole["changes"][1:3]
        assert part["changes_count"] == len(codes)
        assert get(planner, path, changes_limit=0).json()["changes"] == []
        assert get(planner, path, changes_offset=len(codes)).json()["changes"] == []

    def test_what_is_no_number_is_refused(self, planner, plan):
        path = f"/plans/{plan.pk}/versions/{plan.versions.get(number=1).pk}/"
        assert sorted(refused_fields(get(planner, path, changes_limit="x", changes_offset=-1))) == [
            "changes_limit",
            "changes_offset",
        ]
