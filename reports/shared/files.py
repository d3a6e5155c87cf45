"""Reports as files: each from one state of the database, and only so many large ones at once."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from threading import Lock

from django.conf import settings

from poi_api.database import locks
from poi_api.database.limits import Work, working_on
from poi_api.database.rows import values_of
from poi_api.database.snapshot import snapshot
from poi_api.http.compression import compressed
from poi_api.http.exceptions import Unavailable
from poi_api.http.files import Body, made_file
from reports.shared.question import Question
from reports.shared.report import Report
from reports.shared.selection import JOINS, conditions, named_values
from units.access.grants import Access
from units.models.point import LAST_POINT, point_at
from units.requests.answer_memory import Asked
from units.requests.conditional import Freshness, last_change_sql

_SMALL = 2000  # activities: what is about no more is made in a moment
_WAIT = 10  # seconds; about as long as a large one takes
_SOON = 3  # seconds; the one that is being made may be there then
_BUSY = "Ya se están preparando tantos archivos grandes como se puede a la vez; vuelva a intentar en unos segundos."
_TWIN = "Este mismo archivo ya se está preparando; vuelva a pedirlo en unos segundos."
# The lock is the transaction's: it ends with it, however that ends
_STATE = f"""
WITH asked AS MATERIALIZED (SELECT count(*) > %(small)s AS is_large FROM (SELECT {{asked}} LIMIT %(small)s + 1) AS few)
SELECT {LAST_POINT}, {{last_change}}, is_large,
       NOT is_large OR EXISTS (SELECT FROM generate_series(1, %(slots)s) AS slot
                                WHERE pg_try_advisory_xact_lock({locks.EXPORTS}))
  FROM asked
"""


_being_made: set[Asked] = set()  # the large ones of this process
_lock = Lock()


def report_file(
    report: Report, variant: str, question: Question, access: Access, asked: Asked, *, gzip: bool
) -> tuple[Body, Freshness]:
    """Return a report as a file, and how fresh it is, both of one state; `asked` is the question as it was put.

    With `gzip` it is made compressed.

    Raises Unavailable where too many are being made or sent, or a large one of the same question is being made.
    """
    _refuse_a_twin(asked)
    report.prepare(question, access)
    with snapshot(), question.reading():
        freshness, is_large = _admitted(question, access)
        with _large(asked) if is_large else nullcontext():
            parts = report.files[variant](question, access)
            return made_file(compressed(parts) if gzip else parts), freshness


@contextmanager
def _large(asked: Asked) -> Iterator[None]:
    """Have the limits of an export within the block, and nobody else of this process make the same file."""
    with _lock:
        _refuse_a_twin(asked)
        _being_made.add(asked)
    try:
        with working_on(Work.EXPORT):
            yield
    finally:
        _being_made.discard(asked)


def _refuse_a_twin(asked: Asked) -> None:
    """Raise Unavailable while a file of this very question is being made: whoever comes again can share it."""
    if asked in _being_made:
        raise Unavailable("busy", _TWIN, wait=_SOON)


def _admitted(question: Question, access: Access) -> tuple[Freshness, bool]:
    """Return how fresh a file is that may be made now, and whether it is large: it holds a slot then from now on.

    Raises Unavailable where no slot is free.
    """
    last_change, of_change = last_change_sql(access, question.institutions, question.moment)
    statement = _STATE.format(last_change=point_at(last_change), asked=f"{JOINS}{conditions(question)}")
    bounds = {"small": _SMALL, "slots": settings.EXPORTS_AT_ONCE}
    values = named_values(question, access) | of_change | bounds
    ((point, change, is_large, may_be_made),) = values_of(statement, values)
    if not may_be_made:
        raise Unavailable("busy", _BUSY, wait=_WAIT)
    return Freshness.read(point, change, of_the_past=question.moment is not None), is_large
