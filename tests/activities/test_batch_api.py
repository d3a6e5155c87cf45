"""`POST /progress/batch/`: many months, one verdict each in the order sent (api.md, "Batch")."""

from decimal import Decimal

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Figure, ProgressEntry
from tests import factories as make
from tests.activities.submitting import entries, open_plan, verdicts
from tests.activities.submitting import item_of as item
from tests.activities.submitting import send_batch as send
from tests.api import post, refusals, refused
from tests.in_one_state import for_each
from units.choices import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    return open_plan(make.institution("SAT"))


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

    @pytest.mark.parametrize("bad", [item("A9"), item("A001", 2, -1), item("A001", 2, 1, entry_version=7)])
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


class TestWhole:
    def test_nan_refuses_the_whole(self, activity, reporter):
        answer = send(reporter, [item(activity, 1, orjson.Fragment("NaN")), item(activity, 2)])
        assert refused(answer, 400)[0][0] == "malformed_json"
        assert not ProgressEntry.objects.exists()

    @for_each(
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
