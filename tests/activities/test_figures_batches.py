"""Figures after statements that bring several months for an activity are those that the truth adds up to."""

from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.choices import Verdict
from activities.models import Figure, ProgressEntry
from activities.services.progress.submitting import judge_progress
from activities.services.progress.verdicts import column_of
from tests import factories as make
from tests.activities.submitting import open_plan
from tests.searching import examples
from units.access.grants import Access, Grant
from units.choices import Role

pytestmark = pytest.mark.django_db
REPORTER = Access(actor="client:prueba", grants=(Grant(Role.REPORTER, None),))
MONTHS = st.dictionaries(
    st.tuples(st.integers(0, 1), st.integers(1, 12)), st.none() | st.decimals(0, 99, places=3), min_size=1, max_size=24
)


def amended(*activities: Any) -> int:
    """Return how many figures were not as they should be."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT refresh_figures(%s)", [[activity.pk for activity in activities]])
        return int(cursor.fetchone()[0])


def submit(activities: Any, months: dict[tuple[int, int], Any]) -> None:
    items = [
        {
            "place": place,
            "id": activities[which].pk,
            "year": 2022,
            "month": month,
            "executed": executed,
            "reason": "Porque sí",
            "evidence_url": "https://sat.gob.pe" if executed and executed > 50 else "",
        }
        for place, ((which, month), executed) in enumerate(months.items())
    ]
    judge_progress(column_of(items), access=REPORTER, partly=False)


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=st.lists(st.tuples(st.booleans(), MONTHS, st.sampled_from([None, *Verdict])), min_size=1, max_size=4))
def test_whatever_batches_bring(batches):
    plan = open_plan()
    activities = [make.activity(plan), make.activity(plan)]
    for requires_review, months, verdict in batches:
        plan.requires_review = requires_review
        plan.save()
        submit(activities, months)
        waiting = ProgressEntry.objects.filter(activity__in=activities, needs_review=True, reviews=None).last()
        if verdict and waiting:
            make.review(waiting, verdict, "No")
        assert amended(*activities) == 0


def test_two_entries_of_one_month_in_one_statement():
    activity = make.activity(open_plan())
    ProgressEntry.objects.bulk_create(
        ProgressEntry(activity=activity, month=1, entry_version=version, executed=version) for version in (1, 2)
    )
    assert Figure.objects.get(activity=activity).executed[0] == 2
    assert amended(activity) == 0


def test_a_month_that_is_said_again_has_the_proof_that_came_with_it():
    activity = make.activity(open_plan())
    for executed, link in ((40, ""), (60, "https://sat.gob.pe"), (40, "")):
        submit([activity], {(0, 1): executed})
        figure = Figure.objects.get(activity=activity)
        assert (figure.reason[0], figure.evidence_url[0]) == ("Porque sí", link)
