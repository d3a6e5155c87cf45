"""`POST /progress/batch/`: many months, one verdict each in the order sent (api.md)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import PlanStatus
from activities.models import Activity, Figure, ProgressEntry
from tests import factories as make
from tests.activities.submitting import draft, entries, open_plan
from tests.api import post, refusals, refused
from units.choices import Role

pytestmark = pytest.mark.django_db


def item(activity: Any, month: int = 1, executed: Any = 2, **more: Any) -> dict[str, Any]:
    named = activity.pk if isinstance(activity, Activity) else activity
    return {"activity": named, "year": 2022, "month": month, "executed": executed, **more}


def send(caller: Any, items: Iterable[Any], mode: str = "partial", headers: Any = None, **more: Any) -> Any:
    return post(caller, "/progress/batch/", {"mode": mode, "items": list(items), **more}, headers)


def verdicts(answer: Any, status: int = 200) -> list[Any]:
    """Return for each item its status, or the codes of its errors."""
    assert answer.status_code == status, answer.content.decode()
    return [[e["code"] for e in found["errors"]] or found["status"] for found in answer.json()["items"]]


@pytest.fixture
def plan():
    return open_plan(make.institution("SAT"))


@pytest.fixture
def activity(plan):
    return make.activity(plan, code="A001", name="Informes")


@pytest.fixture
def reporter(plan):
    return make.client(Role.REPORTER, plan.institution)


class TestAnswer:
    def test_one_verdict_per_item_in_the_order_sent(self, activity, reporter):
        send(reporter, [item(activity, 3, 1), item(activity, 4, 1)])
        answer = send(reporter, [item(activity, 4, 1), item(activity, 1), item("A9"), item(activity, 3, 5)])
        reference = {"id": activity.pk, "code": "A001", "name": "Informes"}
        assert answer.status_code == 200
        body = answer.json()
        assert (body["dry_run"], body["mode"]) == (False, "partial")
        assert body["summary"] == {"created": 1, "updated": 1, "unchanged": 1, "rejected": 1}
        assert [list(found.values())[:5] for found in body["items"]] == [
            [0, "unchanged", reference, 4, 1],
            [1, "created", reference, 1, 1],
            [2, "rejected", None, 1, None],
            [3, "updated", reference, 3, 2],
        ]
        assert [found["errors"] for found in body["items"][:2]] == [[], []]
        error = body["items"][2]["errors"][0]
        assert (error["code"], error["field"], error["index"]) == ("unknown_activity", "activity", 2)
        assert "A9" in error["detail"]

    def test_figures_follow(self, plan, reporter):
        activities = [make.activity(plan, code=f"A{n}") for n in range(3)]
        items = [item(a, month, 10 * month + n) for n, a in enumerate(activities) for month in (1, 2, 12)]
        assert set(verdicts(send(reporter, items, "atomic"))) == {"created"}
        for n, activity in enumerate(activities):
            figure = Figure.objects.get(activity=activity)
            assert figure.executed == [10 + n, 20 + n, *[None] * 9, 120 + n]
            assert figure.entry_version == [1, 1, *[0] * 9, 1]

    def test_codes_and_ids_and_institutions_name_the_same(self, plan, activity, reporter):
        names = [
            item("A001", 1),
            item(activity, 2),
            item("A001", 3, institution="SAT"),
            item(activity, 4, institution=plan.institution.pk),
        ]
        assert verdicts(send(reporter, names)) == ["created"] * 4

    def test_exact_quantities(self, activity, reporter):
        send(reporter, [item(activity, 1, Decimal("12345678901.125")), item(activity, 2, orjson.Fragment("1e2"))])
        assert entries(activity, 1) == [Decimal("12345678901.125")]
        assert entries(activity, 2) == [100]


class TestModes:
    def test_partial_writes_the_good_ones(self, activity, reporter):
        assert verdicts(send(reporter, [item(activity, 1), item("A9"), item(activity, 2, -1)])) == [
            "created",
            ["unknown_activity"],
            ["invalid_quantity"],
        ]
        assert (entries(activity, 1), entries(activity, 2)) == ([2], [])

    @pytest.mark.parametrize("bad", [item("A9"), item("A001", 2, -1), item("A001", 2, 1, entry_version=7), 3])
    def test_atomic_with_any_rejection_writes_nothing_and_is_a_problem(self, activity, reporter, bad):
        answer = send(reporter, [item(activity, 1), bad], "atomic")
        assert answer["Content-Type"] == "application/problem+json"
        assert verdicts(answer, 400)[0] == "created"
        body = answer.json()
        assert body["summary"] == {"created": 1, "updated": 0, "unchanged": 0, "rejected": 1}
        assert body["errors"] == body["items"][1]["errors"]
        assert (body["mode"], body["dry_run"], body["status"]) == ("atomic", False, 400)
        assert not ProgressEntry.objects.exists()

    def test_atomic_is_what_happens_unless_partial_is_said(self, activity, reporter):
        assert post(reporter, "/progress/batch/", {"items": [item(activity), item("A9")]}).status_code == 400
        assert entries(activity) == []

    def test_atomic_without_a_rejection_writes_all(self, activity, reporter):
        answer = send(reporter, [item(activity, month) for month in range(1, 13)], "atomic")
        assert verdicts(answer) == ["created"] * 12
        assert ProgressEntry.objects.count() == 12

    @pytest.mark.parametrize("mode", ["atomic", "partial"])
    @pytest.mark.parametrize("with_bad", [False, True])
    def test_a_dry_run_says_the_very_same_and_writes_nothing(self, plan, activity, reporter, mode, with_bad):
        send(reporter, [item(activity, 3), item(activity, 4)])
        closed = make.activity(make.plan(make.institution("OTRA")), code="B1")
        caller = make.client(Role.REPORTER)
        items = [item(activity, 1), item(activity, 3), item(activity, 4, 9)]
        if with_bad:
            items += [item(closed), item(activity, 5, "x"), item(activity, 6), item("A001", 6, institution="SAT")]
            items += [item(activity, 7, 1, entry_version=3)]
        before = ProgressEntry.objects.count()
        dry = send(caller, items, mode, dry_run=True)
        assert ProgressEntry.objects.count() == before
        real = send(caller, items, mode)
        assert dry.status_code == real.status_code == (400 if with_bad and mode == "atomic" else 200)
        assert {**dry.json(), "dry_run": False} == real.json()
        assert (ProgressEntry.objects.count() > before) == (real.status_code == 200)


class TestCodes:
    """Every reason for which an item is rejected."""

    def test_outside_the_callers_units_it_is_unknown(self, plan, activity):
        elsewhere = make.client(Role.REPORTER, make.unit(plan.institution))
        answer = send(elsewhere, [item(activity), item("A001")])
        assert verdicts(answer) == [["unknown_activity"]] * 2
        assert "Informes" not in answer.content.decode()

    @pytest.mark.parametrize("name", [0, -1, 2**63, 2**70, 10**30, "", True, None, [], {}, 1.5])
    def test_names_that_cannot_be(self, activity, reporter, name):
        body = {**item(activity), "activity": orjson.Fragment(str(name)) if type(name) is int else name}
        assert verdicts(send(reporter, [body]))[0] in (["unknown_activity"], ["invalid"])

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

    @pytest.mark.parametrize(
        "number", ['"12"', "true", "1e400", "0.0001", "-0.001", "12345678901234567.123", "[]", "{}"]
    )
    def test_quantities(self, activity, reporter, number):
        answer = send(reporter, [item(activity, 1, orjson.Fragment(number)), item(activity, 2)])
        assert verdicts(answer) == [["invalid_quantity"], "created"]

    @pytest.mark.parametrize(
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
            ({"other": 1}, "unknown_field"),
        ],
    )
    def test_other_flaws(self, activity, reporter, change, code):
        (name,) = change
        answer = send(reporter, [{**item(activity), **change}])
        assert [(e["code"], e["field"]) for e in answer.json()["items"][0]["errors"]] == [(code, name)]

    @pytest.mark.parametrize("missing", ["activity", "year", "month", "executed"])
    def test_what_is_missing(self, activity, reporter, missing):
        body = item(activity)
        del body[missing]
        errors = send(reporter, [body]).json()["items"][0]["errors"]
        assert ("required", missing) in [(error["code"], error["field"]) for error in errors]

    def test_everything_wrong_with_an_item_is_said(self, activity, reporter):
        assert verdicts(send(reporter, [item("A9", 13, "x", reason=3)])) == [
            ["invalid", "invalid_quantity", "invalid", "unknown_activity"]
        ]
        assert verdicts(send(reporter, [item("A9", 13) | {"year": 0}])) == [["invalid", "invalid"]]


class TestWhole:
    def test_nan_refuses_the_whole(self, activity, reporter):
        answer = send(reporter, [item(activity, 1, orjson.Fragment("NaN")), item(activity, 2)])
        assert refused(answer, 400)[0][0] == "malformed_json"
        assert not ProgressEntry.objects.exists()

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({}, "items"),
            ({"items": []}, "items"),
            ({"items": {}}, "items"),
            ({"items": [1], "mode": "some"}, "mode"),
            ({"items": [1], "dry_run": "yes"}, "dry_run"),
            ({"items": [1], "more": 1}, "more"),
        ],
    )
    def test_a_wrong_body_is_named_by_its_field(self, reporter, body, field):
        assert [found for _, found, _ in refusals(post(reporter, "/progress/batch/", body), 400)] == [field]

    def test_more_than_5000_items_are_too_many(self, reporter):
        answer = post(reporter, "/progress/batch/", {"mode": "wrong too", "items": [1] * 5001})
        assert refused(answer, 413) == [("too_many_items", "items")]

    def test_a_body_over_the_limit_is_too_large(self, activity, reporter, settings):
        settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
        answer = send(reporter, [item(activity, reason="x" * 1000)])
        assert refused(answer, 413) == [("body_too_large", None)]

    @pytest.mark.parametrize(("role", "status"), [(Role.READER, 403), (Role.REPORTER, 200)])
    def test_who_reports_nowhere_may_not(self, plan, activity, role, status):
        assert send(make.client(role, plan.institution), [item(activity)]).status_code == status

    def test_without_a_key_nobody_may(self, activity):
        assert send(None, [item(activity)]).status_code == 401


def test_ten_items_and_five_thousand_take_as_many_statements(plan, reporter):
    activities = [make.activity(plan, code=f"A{n:03}") for n in range(20)]
    few = [item(activity, 1) for activity in activities[:10]]
    statements = []
    for items in (few, [item(f"A{n % 417:03}", n // 417 + 1, n % 3) for n in range(5000)]):
        with CaptureQueriesContext(connection) as found:
            answer = send(reporter, items)
        assert len(answer.json()["items"]) == len(items)
        statements.append(len(found))
    assert statements[0] == statements[1] <= 12


class TestIdempotency:
    KEY = {"Idempotency-Key": "lote-1"}

    def test_sent_again_it_is_answered_as_before_and_writes_nothing(self, activity, reporter):
        first = send(reporter, [item(activity)], headers=self.KEY)
        again = send(reporter, [item(activity)], headers=self.KEY)
        assert again.content == first.content
        assert again["Idempotency-Replayed"] == "true"
        assert entries(activity) == [2]

    @pytest.mark.parametrize("mode", ["atomic", "partial"])
    def test_after_a_rejection_the_mended_request_works_under_the_same_key(self, activity, reporter, mode):
        bad = send(reporter, [item(activity, 1, -1)], mode, self.KEY)
        assert bad.json()["summary"]["rejected"] == 1
        assert verdicts(send(reporter, [item(activity, 1, 1)], mode, self.KEY)) == ["created"]

    def test_a_dry_run_does_not_use_the_key_up(self, activity, reporter):
        send(reporter, [item(activity)], headers=self.KEY, dry_run=True)
        assert verdicts(send(reporter, [item(activity)], headers=self.KEY)) == ["created"]

    def test_another_list_under_the_key_is_refused(self, activity, reporter):
        send(reporter, [item(activity)], headers=self.KEY)
        answer = send(reporter, [item(activity, 2)], headers=self.KEY)
        assert refused(answer, 409) == [("idempotency_key_reused", None)]


def _as_person(person: Any, more: tuple[Role, Any], items: list[Any]) -> Any:
    """Send as a logged-in person who holds a second role."""
    from django.test import Client

    from units.models import Membership

    Membership.objects.create(user=person, role=more[0], unit=more[1])
    client = Client()
    client.force_login(person)
    body = orjson.dumps({"mode": "partial", "items": items})
    return client.post("/api/v1/progress/batch/", body, content_type="application/json")
