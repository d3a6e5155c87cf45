"""Accepting and returning entries (domain.md, rule 12)."""

from collections.abc import Sequence

from django.db import connection

from activities.services.progress.arrays import NAMED, array, column, named_by, texts
from activities.services.progress.submitting import units_of
from activities.services.progress.verdicts import Judged, SubmittedItem
from units.access.grants import Access
from units.choices import Role

_REVIEW = f"""{NAMED}
SELECT done.* FROM named, review_progress(
    activities, fits, %s::int[], %s::int[], %s::text[], %s::text[], %s::bigint[], %s::boolean[],
    %s::bigint[], %s::bigint[], %s, %s, %s, %s) AS done
"""
_OF_PROGRESS = (None,) * 5  # what a finding says of submissions only


def judge_reviews(items: Sequence[SubmittedItem], *, access: Access, partly: bool, trial: bool = False) -> list[Judged]:
    """Judge every item and write the good verdicts, one finding per item in order: one statement.

    Nothing is written if one is bad, unless `partly`, and nothing in a `trial`. A good one's `verdict` is
    `good` and its `state` what the month's newest entry then is.
    """
    readable = units_of(access, Role.READER)
    values = [
        *named_by(items, readable),
        array(column(items, "month")),
        texts(column(items, "said")),
        texts(column(items, "comment")),
        array(column(items, "expected")),
        array(column(items, "flawed")),
        readable,
        units_of(access, Role.REVIEWER),
        access.client_id,
        access.user_id,
        partly,
        trial,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_REVIEW, values)
        return [Judged._make((*row[:-1], *_OF_PROGRESS, row[-1] or "")) for row in cursor.fetchall()]
