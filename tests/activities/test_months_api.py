from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.choices import Origin, Verdict
from tests import factories as make
from tests.activities.progress import UNREPORTED
from tests.api import get, refused_fields, results
from tests.in_one_state import for_each
from units.history.change_sets import recorded_transaction

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity():
    return make.activity(programmed=[2, Decimal("0.5"), *[0] * 10])


def month(activity, number):
    answer = get(make.client(), f"/activities/{activity.pk}/progress/{number}/")
    assert answer.status_code == 200
    return answer.json()


def test_a_month_that_nobody_reported_is_null_and_not_zero(activity):
    assert month(activity, 2) == {"month": 2, "programmed": 0.5, **UNREPORTED}


def test_a_reported_zero_is_a_figure(activity):
    make.entry(activity, 1, 0, reason="No hubo", evidence_url="https://x.pe/1", is_late=True)
    found = month(activity, 1)
    assert (found["executed"], found["status"], found["late"], found["entry_version"]) == (
        0,
        "accepted",
        True,
        1,
    )
    assert (found["reason"], found["evidence_url"]) == ("No hubo", "https://x.pe/1")


def test_the_old_figure_counts_while_a_correction_waits(activity):
    make.entry(activity, 1, 5)
    make.entry(activity, 1, 7, reason="Error", needs_review=True)
    found = month(activity, 1)
    assert (found["executed"], found["pending"]) == (5, {"executed": 7, "entry_version": 2})
    assert (found["status"], found["entry_version"], found["reason"]) == ("submitted", 2, "")


def test_a_correction_that_would_withdraw_the_figure_waits_too(activity):
    make.entry(activity, 1, 5)
    make.entry(activity, 1, None, reason="Duplicado", needs_review=True)
    assert month(activity, 1)["pending"] == {"executed": None, "entry_version": 2}


@for_each("number", ["0", "13", "1.5", "ENE", "01"])
def test_there_are_twelve_months(activity, number):
    assert get(make.client(), f"/activities/{activity.pk}/progress/{number}/").status_code == 404
    assert get(make.client(), f"/activities/{activity.pk}/progress/{number}/history/").status_code == 404


@pytest.mark.parametrize("query", [{"as_of": "2022-12-31"}, {"version": "last"}, {"version": "0"}])
def test_a_month_takes_a_version_and_no_other_parameter(activity, query):
    path = f"/activities/{activity.pk}/progress/1/"
    assert refused_fields(get(make.client(), path, **query)) == list(query)


def test_a_month_keeps_its_etag_until_it_changes(activity):
    path = f"/activities/{activity.pk}/progress/1/"
    caller = make.client()
    etag = get(caller, path)["ETag"]
    make.entry(activity, 2, 1)
    assert get(caller, path, {"If-None-Match": etag}).status_code == 304
    make.entry(activity, 1, 1)
    assert get(caller, path, {"If-None-Match": etag}).status_code == 200


class TestHistory:
    def history(self, activity):
        return results(make.client(), f"/activities/{activity.pk}/progress/1/history/")

    def test_every_entry_is_told_oldest_first_with_its_reviews(self, activity):
        caller = make.client()
        with recorded_transaction(actor="client:tablero", client_id=caller.client.pk):
            make.review(make.entry(activity, 1, 5, needs_review=True), Verdict.RETURN, "Sin sustento")
            make.entry(activity, 1, Decimal("4.5"), "Corregido", "https://x.pe/1", is_late=True, needs_review=True)
            make.settle()
        first, second = self.history(activity)
        assert (first["entry_version"], first["executed"], first["status"]) == (1, 5, "returned")
        assert [(row["verdict"], row["comment"]) for row in first["reviews"]] == [("return", "Sin sustento")]
        assert first["reviews"][0]["at"].endswith("-05:00")
        assert (
            second.items()
            >= {
                "entry_version": 2,
                "executed": 4.5,
                "reason": "Corregido",
                "evidence_url": "https://x.pe/1",
                "status": "submitted",
                "late": True,
                "origin": "api",
                "reviews": [],
            }.items()
        )
        assert second["at"].endswith("-05:00")

    def test_the_latest_review_decides(self, activity):
        entry = make.entry(activity, 1, 5, needs_review=True)
        make.review(entry, Verdict.RETURN, "No")
        make.review(entry, Verdict.ACCEPT)
        make.settle()
        assert self.history(activity)[0]["status"] == "accepted"

    def test_what_needs_no_review_is_accepted(self, activity):
        make.entry(activity, 1, 5, origin=Origin.IMPORT)
        make.settle()
        [row] = self.history(activity)
        assert (row["status"], row["origin"], row["client"]) == ("accepted", "import", None)

    def test_another_month_has_a_history_of_its_own(self, activity):
        make.entry(activity, 2, 5)
        assert self.history(activity) == []

    def test_it_costs_the_same_queries_whatever_its_length(self, activity):
        caller = make.client()
        path = f"/activities/{activity.pk}/progress/1/history/"
        counts = []
        for number in range(4):
            make.review(make.entry(activity, 1, number, needs_review=True))
            make.settle()
            get(caller, path)
            with CaptureQueriesContext(connection) as queries:
                assert len(results(caller, path)) == number + 1
            counts.append(len(queries))
        assert len(set(counts)) == 1
        assert counts[0] <= 6
