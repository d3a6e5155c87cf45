"""Accepting and returning entries (domain.md, rule 12)."""

from activities.services.progress.arrays import Column, array, texts
from activities.services.progress.findings import Findings, judged, judging
from activities.services.progress.submitting import units_of
from units.access.grants import Access
from units.choices import Role

_REVIEW = judging(
    """review_progress(
    activities, fits, %s::int[], %s::int[], %s::text[], %s::text[], %s::bigint[], %s::boolean[],
    %s::bigint[], %s::bigint[], %s, %s, %s, %s)"""
)


def judge_reviews(column: Column, *, access: Access, partly: bool, trial: bool = False) -> Findings:
    """Judge every item of a list and write the good verdicts: one statement.

    Nothing is written if one is bad, unless `partly`, and nothing in a `trial`. A good one's status is what the month's
    newest entry then is.
    """
    readable = units_of(access, Role.READER)
    values = [
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
    return judged(_REVIEW, column, readable, values)
