"""Of several reviews of an entry the latest decides, as known at each moment (domain.md, rule 12)."""

from typing import Any

import pytest
from django.db import connection

from activities.choices import Verdict
from tests import factories
from tests.activities.test_figures import asked, rebuilt, stored
from units.models import ChangeSet

BECAME = {Verdict.ACCEPT: "accepted", Verdict.RETURN: "returned"}
HISTORIES = [
    (Verdict.ACCEPT, Verdict.RETURN),
    (Verdict.RETURN, Verdict.ACCEPT),
    (Verdict.RETURN, Verdict.ACCEPT, Verdict.RETURN),
]


def judged(key: int, moment: Any = None) -> list[str]:
    """Return what became of the activity's entries, as known at a moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status FROM judged_entries(ARRAY[%s]::bigint[], %s) ORDER BY entry_version", [key, moment]
        )
        return [status for (status,) in cursor.fetchall()]


@pytest.mark.django_db
@pytest.mark.parametrize("verdicts", HISTORIES, ids=",".join)
def test_the_latest_review_decides(verdicts):
    activity = factories.activity()
    entry = factories.entry(activity, 1, 7, needs_review=True)
    for verdict in verdicts:
        factories.review(entry, verdict, "Por corregir")
    expected = BECAME[verdicts[-1]]
    figure = stored(activity.pk)
    assert judged(activity.pk) == [expected]
    assert (figure["status"][0], figure["executed"][0]) == (expected, 7 if expected == "accepted" else None)
    assert rebuilt() == 0


@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("verdicts", HISTORIES, ids=",".join)
def test_at_a_past_moment_the_latest_of_then_decides(verdicts):
    activity = factories.activity()
    entry = factories.entry(activity, 1, 7, needs_review=True)
    moments = [ChangeSet.objects.latest("position").committed_at]
    for verdict in verdicts:
        factories.review(entry, verdict, "Por corregir")
        moments.append(ChangeSet.objects.latest("position").committed_at)
    expected = ["submitted", *(BECAME[verdict] for verdict in verdicts)]
    assert [judged(activity.pk, moment) for moment in moments] == [[became] for became in expected]
    assert [asked(activity.pk, None, moment)["status"][0] for moment in moments] == expected
