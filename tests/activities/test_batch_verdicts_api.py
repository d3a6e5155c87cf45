"""`POST /progress/batch/`: every reason for which an item is rejected (api.md, "Batch")."""

from datetime import date
from typing import Any

import orjson
import pytest
from django.test import Client

from activities.choices import PlanStatus
from tests import factories as make
from tests.activities.submitting import draft, entries, open_plan, verdicts
from tests.activities.submitting import item_of as item
from tests.activities.submitting import send_batch as send
from tests.in_one_state import for_each
from units.choices import Role
from units.models import Membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return open_plan(make.institution("SAT"))


class TestCodes:
    """Every reason for which an item is rejected."""

    def test_outside_the_callers_units_it_is_unknown(self, plan, activity):
        elsewhere = make.client(Role.REPORTER, make.unit(plan.institution))
        answer = send(elsewhere, [item(activity), item("A001")])
        assert verdicts(answer) == [["unknown_activity"]] * 2
        assert "Informes" not in answer.content.decode()

    @for_each("name", [0, -1, 2**63, 2**70, 10**30, "", True, None, [], {}, 1.5])
    def test_names_that_cannot_be(self, activity, reporter, name):
        body = {**item(activity), "activity": orjson.Fragment(str(name)) if type(name) is int else name}
        assert verdicts(send(reporter, [body]))[0] in (["unknown_activity"], ["invalid"])

    @for_each("count", [1, 3])
    def test_a_list_that_names_nothing_at_all(self, activity, reporter, count):
        nothing = {**item(activity), "activity": None, "year": None}
        assert verdicts(send(reporter, [nothing] * count)) == [["invalid", "invalid"]] * count

    def test_in_another_year_it_is_unknown(self, activity, reporter):
        for name in (activity.pk, "A001"):
            assert verdicts(send(reporter, [{**item(name), "year": 2023}])) == [["unknown_activity"]]

    def test_under_another_institution_it_is_unknown(self, activity, reporter):
        for name in (activity, "A001"):
            assert verdicts(send(reporter, [item(name, institution="OTRA")])) == [["unknown_activity"]]

    def test_a_code_of_several_institutions_needs_one(self, activity):
        make.activity(open_plan(make.institution("OTRA")), code="A001")
        caller = make.client(Role.REPORTER)
        assert verdicts(send(caller, [item("A001"), item("A001", institution="OTRA")])) == [
            ["institution_required"],
            "created",
        ]

    def test_a_code_of_another_institution_out_of_sight_does_not_matter(self, activity, reporter):
        make.activity(open_plan(make.institution("OTRA")), code="A001")
        assert verdicts(send(reporter, [item("A001")])) == ["created"]

    def test_where_the_caller_only_reads_it_is_denied(self, plan):
        unit = make.unit(plan.institution)
        person_reads, person_writes = make.activity(plan, code="R"), make.activity(plan, unit, code="W")
        answer = _as_person(
            make.person(Role.READER, plan.institution), (Role.REPORTER, unit), [item(person_reads), item(person_writes)]
        )
        assert verdicts(answer) == [["permission_denied"], "created"]

    def test_all_copies_of_a_duplicate(self, activity, reporter):
        items = [item(activity, 1, 2), item("A001", 1, 3), item(activity, 2), item("A001", 1, "x")]
        assert verdicts(send(reporter, items)) == [
            ["duplicate_item"],
            ["duplicate_item"],
            "created",
            ["invalid_quantity", "duplicate_item"],
        ]
        assert entries(activity, 1) == []

    def test_version_conflict(self, activity, reporter):
        send(reporter, [item(activity, 1)])
        answer = send(reporter, [item(activity, 1, 3, entry_version=0), item(activity, 2, entry_version=0)])
        assert verdicts(answer) == [["version_conflict"], "created"]
        assert answer.json()["items"][0]["entry_version"] == 1

    @pytest.mark.parametrize(("make_plan", "code"), [(draft, "plan_not_approved"), (None, "plan_closed")])
    def test_the_plan(self, make_plan, code):
        plan = make_plan() if make_plan else make.plan(status=PlanStatus.CLOSED)
        caller = make.client(Role.REPORTER, plan.institution)
        assert verdicts(send(caller, [item(make.activity(plan))])) == [[code]]

    def test_the_window(self, plan, activity, reporter):
        plan.periods.filter(month=1).update(due_on=date(2022, 2, 10), closes_on=date(2022, 2, 15))
        future = date(2100, 1, 1)
        plan.periods.filter(month=2).update(opens_on=future, due_on=future, closes_on=future)
        assert verdicts(send(reporter, [item(activity, 1), item(activity, 2)])) == [
            ["period_closed"],
            ["period_not_open"],
        ]

    def test_reasons(self, plan, activity, reporter):
        plan.tolerance_percent = 10
        plan.save()
        items = [item(activity, 1, 9), item(activity, 2, 9, reason="Más pedidos"), item(activity, 3, None)]
        assert verdicts(send(reporter, items)) == [["reason_required"], "created", ["reason_required"]]

    @for_each("number", ['"12"', "true", "1e400", "0.0001", "-0.001", "12345678901234567.123", "[]", "{}"])
    def test_quantities(self, activity, reporter, number):
        answer = send(reporter, [item(activity, 1, orjson.Fragment(number)), item(activity, 2)])
        assert verdicts(answer) == [["invalid_quantity"], "created"]

    @for_each(
        ("change", "code"),
        [
            ({"month": 0}, "invalid"),
            ({"month": 13}, "invalid"),
            ({"month": "3"}, "invalid"),
            ({"month": None}, "invalid"),
            ({"year": "2022"}, "invalid"),
            ({"year": 10**18}, "invalid"),
            ({"entry_version": -1}, "invalid"),
            ({"reason": 1}, "invalid"),
            ({"evidence_url": "nada"}, "invalid_url"),
        ],
    )
    def test_other_flaws(self, activity, reporter, change, code):
        (name,) = change
        answer = send(reporter, [{**item(activity), **change}])
        assert [(e["code"], e["field"]) for e in answer.json()["items"][0]["errors"]] == [(code, name)]

    def test_everything_wrong_with_an_item_is_said(self, activity, reporter):
        assert verdicts(send(reporter, [item("A9", 13, "x", reason=3)])) == [
            ["invalid", "invalid_quantity", "invalid", "unknown_activity"]
        ]
        assert verdicts(send(reporter, [item("A9", 13) | {"year": 0}])) == [["invalid", "invalid"]]


def _as_person(person: Any, more: tuple[Role, Any], items: list[Any]) -> Any:
    """Send as a logged-in person who holds a second role."""
    Membership.objects.create(user=person, role=more[0], unit=more[1])
    client = Client()
    client.force_login(person)
    body = orjson.dumps({"mode": "partial", "items": items})
    return client.post("/api/v1/progress/batch/", body, content_type="application/json")
