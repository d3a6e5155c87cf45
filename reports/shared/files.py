"""Reports as files: each from one state of the database, and only so many large ones at once."""

from django.conf import settings
from django.db import connection

from poi_api.database import locks
from poi_api.database.snapshot import snapshot
from poi_api.http.exceptions import Unavailable
from poi_api.http.files import Body, made_file
from reports.shared.question import Question
from reports.shared.report import Report
from reports.shared.selection import JOINS, conditions, named_values
from units.access.grants import Access
from units.requests.conditional import Freshness, freshness_now

_SMALL = 2000  # activities: what is about no more is made in a moment
_WAIT = 10  # seconds; about as long as a large one takes
_BUSY = "Ya se están preparando tantos archivos grandes como se puede a la vez; vuelva a intentar en unos segundos."
# The lock is the transaction's: it ends with it, however that ends
_SLOT = f"""
SELECT (SELECT count(*) FROM (SELECT {{asked}} LIMIT %(small)s + 1) AS counted) <= %(small)s
    OR EXISTS (SELECT FROM generate_series(1, %(slots)s) AS slot WHERE pg_try_advisory_xact_lock({locks.EXPORTS}))
"""


def report_file(report: Report, variant: str, question: Question, access: Access) -> tuple[Body, Freshness]:
    """Return a report as a file, and how fresh it is, both of one state.

    Raises Unavailable where too many are being made or sent.
    """
    with snapshot():
        if not _may_be_made(question, access):
            raise Unavailable("busy", _BUSY, wait=_WAIT)
        freshness = freshness_now(access, question.institutions)
        return made_file(report.files[variant](question, access)), freshness


def _may_be_made(question: Question, access: Access) -> bool:
    """Tell whether what is asked is small, or one of the slots of large files was free: it is held from now on."""
    with connection.cursor() as cursor:
        bounds = {"small": _SMALL, "slots": settings.EXPORTS_AT_ONCE}
        statement = _SLOT.format(asked=f"{JOINS}{conditions(question)}")
        cursor.execute(statement, named_values(question, access) | bounds)
        may_be_made: bool = cursor.fetchone()[0]
    return may_be_made
