"""`POST /progress/reviews/`: accepting and returning what was submitted (domain.md, rule 12)."""

from typing import Any

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activities.choices import PlanStatus, Verdict
from activities.models import Figure, Review
from activities.services.progress.reviewing import judge_reviews
from activities.services.progress.verdicts import column_of
from tests import factories as make
from tests.activities.submitting import history, month_of, open_plan, put, verdicts
from tests.api import get, post, refusals, refused
from units.access.grants import Access, Grant
from units.choices import Role


def item(activity: Any, month: int = 1, version: int = 1, verdict: str = "accept", **more: Any) -> dict[str, Any]:
    named = getattr(activity, "pk", activity)
    return {"activity": named, "year": 2022, "month": month, "entry_version": version, "verdict": verdict, **more}


def send(caller: Any, *items: Any, mode: str = "partial", headers: Any = None, **more: Any) -> Any:
    return post(caller, "/progress/reviews/", {"mode": mode, "items": list(items), **more}, headers)


@pytest.fixture
def plan():
    return open_plan(requires_review=True)


@pytest.fixture
def activity(plan):
    return make.activity(plan, code="A001")


@pytest.fixture
def reviewer(plan):
    return make.client(Role.REVIEWER, plan.institution)


@pytest.mark.django_db
class TestVerdicts:
    def test_an_accepted_entry_becomes_the_official_figure(self, activity, reviewer):
        make.entry(activity, executed=5, needs_review=True)
        answer = send(reviewer, item(activity))
        assert verdicts(answer) == ["accepted"]
        assert answer.json()["summary"] == {"accepted": 1, "returned": 0, "rejected": 0}
        month = month_of(reviewer, activity)
        assert (month["executed"], month["pending"], month["status"]) == (5, None, "accepted")

    def test_a_returned_one_leaves_the_official_figure_and_its_comment_is_in_the_history(self, activity, reviewer):
        make.entry(activity, executed=4)
        make.entry(activity, executed=5, needs_review=True)
        assert verdicts(send(reviewer, item(activity, 1, 2, "return", comment=" Falta el informe "))) == ["returned"]
        month = month_of(reviewer, activity)
        assert (month["executed"], month["pending"], month["status"]) == (4, None, "returned")
        assert [review["comment"] for review in history(reviewer, activity)[1]["reviews"]] == ["Falta el informe"]

    def test_many_at_once_in_the_order_sent(self, plan, reviewer):
        activities = [make.activity(plan) for _ in range(3)]
        for activity in activities:
            make.entry(activity, 2, 7, needs_review=True)
        sent = [item(a, 2, 1, "return" if n == 1 else "accept", comment="No") for n, a in enumerate(activities)]
        answer = send(reviewer, *sent, mode="atomic")
        assert verdicts(answer) == ["accepted", "returned", "accepted"]
        assert [found["activity"]["id"] for found in answer.json()["items"]] == [a.pk for a in activities]
        assert [Figure.objects.get(activity=a).executed[1] for a in activities] == [7, None, 7]

    @pytest.mark.parametrize("comment", [{}, {"comment": ""}, {"comment": "  "}, {"comment": None}])
    def test_a_return_needs_a_comment(self, activity, reviewer, comment):
        make.entry(activity, needs_review=True)
        assert verdicts(send(reviewer, item(activity, 1, 1, "return", **comment))) == [["comment_required"]]

    @pytest.mark.parametrize("verdict", ["accepted", "", None, 1, [], True])
    def test_there_are_two_verdicts(self, activity, reviewer, verdict):
        make.entry(activity, needs_review=True)
        assert verdicts(send(reviewer, item(activity, 1, 1, verdict))) == [["invalid_choice"]]

    @pytest.mark.parametrize("missing", ["activity", "year", "month", "entry_version", "verdict"])
    def test_what_is_missing(self, activity, reviewer, missing):
        body = item(activity)
        del body[missing]
        assert refusals(send(reviewer, item(activity), body), 400) == [("required", missing, 1)]


@pytest.mark.django_db
class TestRejected:
    @pytest.mark.parametrize("version", [0, 1, 3])
    def test_only_the_newest_entry_is_reviewed(self, activity, reviewer, version):
        make.entry(activity, needs_review=True)
        make.entry(activity, executed=3, needs_review=True)
        assert verdicts(send(reviewer, item(activity, 1, version))) == [["version_conflict"]]
        assert not Review.objects.exists()

    def test_what_needs_no_review_is_not_reviewed(self, activity, reviewer):
        make.entry(activity)
        assert verdicts(send(reviewer, item(activity), item(activity, 2, 0))) == [["not_submitted"]] * 2

    @pytest.mark.parametrize("verdict", Verdict)
    def test_nothing_is_reviewed_twice(self, activity, reviewer, verdict):
        make.review(make.entry(activity, needs_review=True), verdict, "No")
        assert verdicts(send(reviewer, item(activity))) == [["not_submitted"]]

    def test_all_copies_of_a_duplicate(self, activity, reviewer):
        make.entry(activity, needs_review=True)
        answer = send(reviewer, item(activity), item("A001", 1, 1, "return", comment="No"))
        assert verdicts(answer) == [["duplicate_item"]] * 2

    def test_what_is_out_of_sight_is_unknown(self, plan, activity):
        make.entry(activity, needs_review=True)
        elsewhere = make.client(Role.REVIEWER, make.unit(plan.institution))
        assert verdicts(send(elsewhere, item(activity), item("A001"))) == [["unknown_activity"]] * 2

    def test_a_closed_plan_takes_no_verdicts(self, plan, activity, reviewer):
        make.entry(activity, needs_review=True)
        plan.status = PlanStatus.CLOSED
        plan.save()
        assert verdicts(send(reviewer, item(activity))) == [["plan_closed"]]

    def test_atomic_with_any_rejection_writes_nothing_and_is_a_problem(self, activity, reviewer):
        make.entry(activity, needs_review=True)
        answer = send(reviewer, item(activity), item(activity, 2), mode="atomic")
        assert verdicts(answer, 400) == ["accepted", ["version_conflict"]]
        assert answer.json()["errors"] == answer.json()["items"][1]["errors"]
        assert not Review.objects.exists()

    def test_nothing_is_written_also_where_no_refusal_undoes_it(self, activity):
        make.entry(activity, needs_review=True)
        anywhere = Access(actor="client:prueba", grants=(Grant(Role.REVIEWER, None),))
        good = {"id": activity.pk, "year": 2022, "month": 1, "said": "accept", "comment": "", "expected": 1}
        for items, written in ([good, good | {"month": 2}], 0), ([good], 1):
            assert judge_reviews(column_of(items), access=anywhere, partly=False).statuses[0] == "accepted"
            assert Review.objects.count() == written

    def test_partial_writes_the_good_ones(self, activity, reviewer):
        make.entry(activity, needs_review=True)
        assert verdicts(send(reviewer, item(activity), item(activity, 2))) == ["accepted", ["version_conflict"]]
        assert Review.objects.count() == 1

    @pytest.mark.parametrize("mode", ["atomic", "partial"])
    def test_a_dry_run_says_the_very_same_and_writes_nothing(self, activity, reviewer, mode):
        make.entry(activity, needs_review=True)
        sent = [item(activity), item(activity, 2), item("A9")]
        dry = send(reviewer, *sent, mode=mode, dry_run=True)
        assert not Review.objects.exists()
        real = send(reviewer, *sent, mode=mode)
        assert (dry.status_code, {**dry.json(), "dry_run": False}) == (real.status_code, real.json())

    def test_more_than_5000_items_are_too_many(self, reviewer):
        assert refused(send(reviewer, *[1] * 5001), 413) == [("too_many_items", "items")]

    def test_an_unknown_field_is_refused(self, reviewer):
        assert [code for code, _, _ in refusals(send(reviewer, 1, other=2), 400)] == ["unknown_field"]

    @pytest.mark.parametrize(("role", "status"), [(Role.READER, 403), (Role.REPORTER, 403), (Role.PLANNER, 200)])
    def test_it_takes_a_reviewer(self, plan, activity, role, status):
        make.entry(activity, needs_review=True)
        assert send(make.client(role, plan.institution), item(activity)).status_code == status

    def test_where_the_caller_only_reads_it_is_denied(self, plan, activity):
        unit = make.unit(plan.institution)
        reviewed = make.activity(plan, unit, code="W")
        for each in (activity, reviewed):
            make.entry(each, needs_review=True)
        person = make.person(Role.READER, plan.institution)
        person.memberships.create(role=Role.REVIEWER, unit=unit)
        browser = Client()
        browser.force_login(person)
        body = orjson.dumps({"mode": "partial", "items": [item(activity), item(reviewed)]})
        answer = browser.post("/api/v1/progress/reviews/", body, content_type="application/json")
        assert verdicts(answer) == [["permission_denied"], "accepted"]
        assert [review.entry.activity for review in Review.objects.all()] == [reviewed]

    def test_ten_and_a_thousand_take_as_many_statements(self, activity, reviewer):
        statements = []
        for items in ([item(activity, 1, n) for n in range(10)], [item(activity, 1, n) for n in range(1000)]):
            with CaptureQueriesContext(connection) as found:
                send(reviewer, *items)
            statements.append(len(found))
        assert statements[0] == statements[1] <= 12


@pytest.mark.usefixtures("committed")
class TestOwn:
    """Each request in a transaction of its own: who submitted is in its change set."""

    def test_nobody_reviews_what_they_submitted(self):
        activity = make.activity(open_plan(requires_review=True))
        one, other = (make.client(Role.REVIEWER, activity.unit) for _ in range(2))
        assert put(one, activity, executed=2).status_code == 200
        assert verdicts(send(one, item(activity))) == [["own_entry"]]
        assert month_of(one, activity)["status"] == "submitted"
        assert verdicts(send(other, item(activity))) == ["accepted"]

    def test_a_correction_is_its_submitters_own_whoever_submitted_before(self):
        activity = make.activity(open_plan(requires_review=True))
        one, other = (make.client(Role.REVIEWER, activity.unit) for _ in range(2))
        put(one, activity, executed=2)
        put(other, activity, executed=3)
        assert verdicts(send(other, item(activity, version=2))) == [["own_entry"]]
        assert verdicts(send(one, item(activity, version=2))) == ["accepted"]

    def test_a_person_does_not_review_their_own_either(self, client):
        activity = make.activity(open_plan(requires_review=True))
        client.force_login(make.person(Role.REVIEWER, activity.unit))
        path, body = "/api/v1/progress/reviews/", {"mode": "partial", "items": [item(activity)]}
        month = f"/api/v1/activities/{activity.pk}/progress/1/"
        assert client.put(month, {"executed": 2}, content_type="application/json").status_code == 200
        assert verdicts(client.post(path, body, content_type="application/json")) == [["own_entry"]]
        client.force_login(make.person(Role.REVIEWER, activity.unit))
        assert verdicts(client.post(path, body, content_type="application/json")) == ["accepted"]

    def test_history_says_who_when_from_which_client_and_why(self):
        activity = make.activity(open_plan(requires_review=True))
        reporter, reviewer = make.client(Role.REPORTER, activity.unit), make.client(Role.REVIEWER, activity.unit)
        put(reporter, activity, executed=2)
        put(reporter, activity, executed=5, reason="Uno más", evidence_url="https://a.example/1")
        send(reviewer, item(activity, version=2, verdict="return", comment="Falta el informe"))
        first, second = history(reporter, activity)
        assert [first["executed"], second["executed"]] == [2, 5]
        assert [first["status"], second["status"]] == ["submitted", "returned"]
        assert (second["reason"], second["evidence_url"], second["origin"]) == ("Uno más", "https://a.example/1", "api")
        assert second["client"] == {"id": reporter.client.pk, "name": reporter.client.name}
        assert second["by"] == f"client:{reporter.client.name}"
        assert first["at"] < second["at"] < second["reviews"][0]["at"]
        assert second["reviews"][0]["by"] == f"client:{reviewer.client.name}"
        assert second["reviews"][0]["comment"] == "Falta el informe"

    def test_a_verdict_reaches_the_feed_of_changes(self):
        activity = make.activity(open_plan(requires_review=True))
        reporter, reviewer = make.client(Role.REPORTER, activity.unit), make.client(Role.REVIEWER, activity.unit)
        cursor = put(reporter, activity, executed=2)["Change-Cursor"]
        send(reviewer, item(activity, verdict="return", comment="Falta el informe"))
        (change,) = get(reporter, "/changes/", after=cursor).json()["results"]
        assert (change["entity"], change["operation"]) == ("review", "created")
        assert change["activity"] == activity.pk
        assert (change["after"]["verdict"], change["after"]["comment"]) == ("return", "Falta el informe")
