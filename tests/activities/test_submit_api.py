"""`PUT /activities/{id}/progress/{month}/`: what a unit reports of a month (domain.md, rules 2, 11 and 12)."""

from decimal import Decimal
from typing import Any

import orjson
import pytest

from activities.choices import PlanStatus, Verdict
from activities.models import ProgressEntry
from poi_api.http.exact_json import loads
from tests import factories as make
from tests.activities.submitting import draft, entries, month_of, open_plan, put
from tests.api import get, refused, send
from tests.in_one_state import for_each
from units.choices import Role
from units.models import ChangeSet

pytestmark = pytest.mark.django_db
LINK = "https://intranet.example/informe?id=3"


@pytest.fixture
def activity():
    return make.activity(open_plan())


@pytest.fixture
def reporter(activity):
    return make.client(Role.REPORTER, activity.unit)


def test_a_first_figure_is_created_and_the_answer_is_the_month(activity, reporter):
    answer = put(reporter, activity, 3, executed=2, evidence_url=LINK, reason=" Como estaba previsto ")
    assert answer.status_code == 200, answer.content
    assert answer.json() == {
        "month": 3,
        "programmed": 2,
        "executed": 2,
        "pending": None,
        "status": "accepted",
        "late": False,
        "entry_version": 1,
        "reason": "Como estaba previsto",
        "evidence_url": LINK,
        "result": "created",
    }
    shown = get(reporter, f"/activities/{activity.pk}/progress/3/")
    assert {**shown.json(), "result": "created"} == answer.json()
    assert shown["ETag"] == answer["ETag"]
    assert ChangeSet.objects.latest("position").cause == ""  # the reason is the figure's


def test_a_correction_is_a_new_entry_and_says_updated(activity, reporter):
    put(reporter, activity, executed=2)
    answer = put(reporter, activity, executed=3, entry_version=1).json()
    assert (answer["result"], answer["entry_version"], answer["executed"]) == ("updated", 2, 3)
    assert entries(activity) == [2, 3]


@pytest.mark.parametrize(
    "body",
    [{"executed": 2}, {"executed": 2, "reason": "", "evidence_url": ""}, {"executed": 2, "entry_version": 1}],
)
def test_unchanged_content_makes_no_entry(activity, reporter, body):
    put(reporter, activity, executed=2)
    answer = put(reporter, activity, **body)
    assert (answer.status_code, answer.json()["result"], answer.json()["entry_version"]) == (200, "unchanged", 1)
    assert len(entries(activity)) == 1


@pytest.mark.parametrize("change", [{"executed": 3}, {"reason": "otro"}, {"evidence_url": "http://otro.example"}])
def test_whatever_changes_makes_an_entry(activity, reporter, change):
    before: dict[str, Any] = {"executed": 2, "reason": "uno", "evidence_url": LINK}
    put(reporter, activity, **before)
    assert put(reporter, activity, **{**before, **change}).json()["result"] == "updated"


@pytest.mark.parametrize("change", [{"executed": 3}, {"reason": "otro"}, {"evidence_url": "http://otro.example"}])
def test_what_waits_for_its_review_is_compared_too(change):
    activity = make.activity(open_plan(requires_review=True))
    reporter = make.client(Role.REPORTER)
    before: dict[str, Any] = {"executed": 2, "reason": "uno", "evidence_url": LINK}
    put(reporter, activity, **before)
    assert put(reporter, activity, **before).json()["result"] == "unchanged"
    assert put(reporter, activity, **{**before, **change}).json()["result"] == "updated"


def test_after_a_return_the_same_content_is_submitted_again():
    activity = make.activity(open_plan(requires_review=True))
    reporter = make.client(Role.REPORTER, activity.unit)
    put(reporter, activity, executed=2)
    make.review(ProgressEntry.objects.get(), Verdict.RETURN, "Falta el informe")
    answer = put(reporter, activity, executed=2).json()
    assert (answer["result"], answer["status"], answer["entry_version"]) == ("updated", "submitted", 2)


def test_the_official_figure_stays_while_a_correction_waits():
    plan = open_plan()
    activity = make.activity(plan)
    reporter = make.client(Role.REPORTER, activity.unit)
    put(reporter, activity, executed=2)
    plan.requires_review = True
    plan.save()
    answer = put(reporter, activity, executed=7).json()
    assert answer["executed"] == 2
    assert (answer["pending"], answer["status"]) == ({"executed": 7, "entry_version": 2}, "submitted")


class TestWithdrawal:
    def test_null_with_a_reason_withdraws_the_figure(self, activity, reporter):
        put(reporter, activity, executed=2)
        answer = put(reporter, activity, executed=None, reason="Era de otra unidad").json()
        assert (answer["result"], answer["executed"], answer["entry_version"]) == ("updated", None, 2)
        assert entries(activity) == [2, None]

    @pytest.mark.parametrize("reason", ["", "   ", None])
    def test_it_needs_a_reason(self, activity, reporter, reason):
        put(reporter, activity, executed=2)
        assert refused(put(reporter, activity, executed=None, reason=reason), 400) == [("reason_required", "reason")]
        assert entries(activity) == [2]

    def test_where_there_is_nothing_it_changes_nothing(self, activity, reporter):
        answer = put(reporter, activity, executed=None, reason="Nada que registrar").json()
        assert (answer["result"], answer["entry_version"], answer["status"]) == ("unchanged", 0, "unreported")

    def test_a_withdrawn_month_can_be_reported_again(self, activity, reporter):
        put(reporter, activity, executed=2)
        put(reporter, activity, executed=None, reason="Error")
        assert put(reporter, activity, executed=2).json()["result"] == "updated"


class TestStale:
    def test_another_entry_version_is_412_with_the_current_month(self, activity, reporter):
        put(reporter, activity, executed=2)
        answer = put(reporter, activity, executed=3, entry_version=0)
        assert refused(answer, 412) == [("version_conflict", "entry_version")]
        assert answer.json()["current"] == month_of(reporter, activity)
        assert answer["ETag"] == get(reporter, f"/activities/{activity.pk}/progress/1/")["ETag"]
        assert entries(activity) == [2]

    def test_entry_version_0_is_where_nothing_was_reported(self, activity, reporter):
        assert put(reporter, activity, executed=2, entry_version=0).status_code == 200

    def test_a_stale_etag_is_412_with_the_current_month(self, activity, reporter):
        etag = get(reporter, f"/activities/{activity.pk}/progress/1/")["ETag"]
        assert put(reporter, activity, executed=2, headers={"If-Match": etag}).status_code == 200
        answer = put(reporter, activity, executed=3, headers={"If-Match": etag})
        assert answer.status_code == 412
        assert answer.json()["current"] == month_of(reporter, activity)
        assert entries(activity) == [2]

    def test_the_etag_of_an_answer_holds_for_the_next_write(self, activity, reporter):
        etag = put(reporter, activity, executed=2)["ETag"]
        assert put(reporter, activity, executed=3, headers={"If-Match": etag}).status_code == 200

    def test_wrong_data_is_said_before(self, activity, reporter):
        put(reporter, activity, executed=2)
        answer = put(reporter, activity, executed=-1, entry_version=0, headers={"If-Match": '"otro"'})
        assert refused(answer, 400) == [("invalid_quantity", "executed")]


@for_each(
    "number",
    ['"12"', "true", "1e400", "-1e400", "0.0001", "-0.001", "12345678901234567.123", "999999999999.9991", "1e12", "[]"],
)
def test_what_is_no_exact_quantity_is_refused(activity, reporter, number):
    answer = send(
        "PUT", reporter, f"/activities/{activity.pk}/progress/1/", orjson.Fragment(f'{{"executed": {number}}}')
    )
    assert refused(answer, 400) == [("invalid_quantity", "executed")]
    assert entries(activity) == []


def test_nan_is_not_json(activity, reporter):
    answer = put(reporter, activity, executed=orjson.Fragment("NaN"))
    assert [code for code, _ in refused(answer, 400)] == ["malformed_json"]


@for_each("number", ["0", "0.001", "999999999999.999", "12345678901.125", "1e3", "3.000", "-0"])
def test_an_exact_quantity_comes_back_to_the_digit(activity, reporter, number):
    path = f"/activities/{activity.pk}/progress/1/"
    answer = put(reporter, activity, executed=orjson.Fragment(number))
    assert answer.status_code == 200
    assert loads(answer.content)["executed"] == Decimal(number)
    assert loads(get(reporter, path).content)["executed"] == Decimal(number)


@for_each(
    ("body", "code", "field"),
    [
        ({}, "required", "executed"),
        ({"executed": 1, "programmed": 3}, "unknown_field", "programmed"),
        ({"executed": 1, "reason": 3}, "invalid", "reason"),
        ({"executed": 1, "reason": "x" * 5001}, "max_length", "reason"),
        ({"executed": 1, "evidence_url": "ftp://archivo.example/x"}, "invalid_url", "evidence_url"),
        ({"executed": 1, "evidence_url": "javascript:alert(1)"}, "invalid_url", "evidence_url"),
        ({"executed": 1, "evidence_url": "https://"}, "invalid_url", "evidence_url"),
        ({"executed": 1, "evidence_url": "http://[mal"}, "invalid_url", "evidence_url"),
        ({"executed": 1, "evidence_url": "https://a.example/con blanco"}, "invalid_url", "evidence_url"),
        ({"executed": 1, "evidence_url": "https://a.example/\nx"}, "invalid_url", "evidence_url"),
        ({"executed": 1, "evidence_url": "https://a.example/" + "x" * 2000}, "max_length", "evidence_url"),
        ({"executed": 1, "entry_version": -1}, "invalid", "entry_version"),
        ({"executed": 1, "entry_version": True}, "invalid", "entry_version"),
        ({"executed": 1, "entry_version": "1"}, "invalid", "entry_version"),
        ({"executed": 1, "entry_version": 2**31}, "invalid", "entry_version"),
    ],
)
def test_a_wrong_body_is_named_by_its_field(activity, reporter, body, code, field):
    assert refused(put(reporter, activity, **body), 400) == [(code, field)]
    assert entries(activity) == []


def test_all_that_is_wrong_is_said_at_once(activity, reporter):
    answer = put(reporter, activity, executed="1", reason=1)
    assert {field for _, field in refused(answer, 400)} == {"executed", "reason"}


def test_a_member_too_many_or_too_few_is_said_before_what_the_others_say(activity, reporter):
    answer = put(reporter, activity, reason=1, other=2)
    assert refused(answer, 400) == [("unknown_field", "other"), ("required", "executed")]


@for_each("body", [[], [1], "x", 3])
def test_a_body_that_is_no_object_is_refused(activity, reporter, body):
    answer = send("PUT", reporter, f"/activities/{activity.pk}/progress/1/", body)
    assert answer.status_code == 400


class TestTolerance:
    """Rule 11: equal is inside; a programme of 0 has everything outside."""

    @for_each(
        ("tolerance", "programmed", "executed", "outside"),
        [
            (10, 100, "110", False),
            (10, 100, "110.001", True),
            (10, 100, "90", False),
            (10, 100, "89.999", True),
            (0, 3, "3", False),
            (0, 3, "3.001", True),
            ("33.33", 3, "3.999", False),
            ("33.33", 3, "2", True),
            (10, 0, "0", False),
            (10, 0, "0.001", True),
            (None, 0, "5", False),
            (None, 3, "999", False),
            ("99999.99", "0.001", "1.001", True),
            ("99999.99", "0.001", "1", False),
        ],
    )
    def test_outside_it_a_reason_is_needed(self, tolerance, programmed, executed, outside):
        plan = open_plan(tolerance_percent=None if tolerance is None else Decimal(tolerance))
        activity = make.activity(plan, programmed=[Decimal(programmed)] * 12)
        reporter = make.client(Role.REPORTER, activity.unit)
        answer = put(reporter, activity, executed=Decimal(executed))
        assert answer.status_code == (400 if outside else 200), answer.content
        if outside:
            assert refused(answer, 400) == [("reason_required", "reason")]
            assert put(reporter, activity, executed=Decimal(executed), reason="Porque sí").status_code == 200

    def test_it_is_that_of_the_current_version(self):
        activity = make.activity(open_plan(tolerance_percent=10))
        reporter = make.client(Role.REPORTER, activity.unit)
        make.version(activity.plan)
        make.target(activity, [50] * 12, version=2)
        assert put(reporter, activity, executed=50).status_code == 200
        assert put(reporter, activity, executed=2).status_code == 400


class TestPlan:
    @pytest.mark.parametrize(
        ("status", "code"), [(PlanStatus.DRAFT, "plan_not_approved"), (PlanStatus.CLOSED, "plan_closed")]
    )
    @pytest.mark.parametrize("executed", [2, 9, None])  # 9 and None would need a reason
    def test_only_an_approved_plan_takes_progress(self, status, code, executed):
        activity = make.activity(make.plan(status=status, tolerance_percent=10))
        reporter = make.client(Role.REPORTER, activity.unit)
        assert refused(put(reporter, activity, executed=executed), 409) == [(code, None)]
        assert entries(activity) == []

    @pytest.mark.parametrize("programmed", [None, [2] * 12])
    @pytest.mark.parametrize("executed", [9, None])
    def test_that_of_a_draft_is_refused_as_such_whatever_it_says(self, programmed, executed):
        activity = make.activity(draft(tolerance_percent=10), programmed=programmed)
        reporter = make.client(Role.REPORTER, activity.unit)
        assert refused(put(reporter, activity, executed=executed), 409) == [("plan_not_approved", None)]


def test_who_only_reads_is_refused_before_what_it_sent_is_looked_at(activity):
    """Of 403 and 400 the first is answered (api.md, "Errors")."""
    reader = make.client(Role.READER, activity.unit)
    assert put(reader, activity, 3, executed=-1).status_code == 403
