"""Accepting and returning entries (domain.md, rule 12)."""

from django.db import connection

from activities.services.progress.arrays import NAMED, Column, array, named_by, texts
from activities.services.progress.submitting import units_of
from activities.services.progress.verdicts import Judged
from units.access.grants import Access
from units.choices import Role

_REVIEW = f"""{NAMED}
SELECT done.* FROM named, review_progress(
    activities, fits, %s::int[], %s::int[], %s::text[], %s::text[], %s::bigint[], %s::boolean[],
    %s::bigint[], %s::bigint[], %s, %s, %s, %s) AS done
"""
_OF_PROGRESS = (None,) * 5  # what a finding says of submissions only


def judge_reviews(column: Column, *, access: Access, partly: bool, trial: bool = False) -> list[Judged]:
    """Judge every item of a list and write the good verdicts, one finding per item in order: one statement.

    Nothing is written if one is bad, unless `partly`, and nothing in a `trial`. A good one's `verdict` is
    `good` and its `state` what the month's newest entry then is.
    """
    readable = units_of(access, Role.READER)
    values = [
        *named_by(column, readable),
        array(column("month")),
        texts(column("said")),
        texts(column("comment")),
        array(column("expected")),
        array(column("flawed")),
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
