"""Submitting progress: windows, lateness, deviation, and entries that are written at once (rules 10 to 12)."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple, Self

from django.http import Http404

from activities.models import Activity
from activities.services.progress.arrays import Column, array, texts
from activities.services.progress.findings import Findings, judged, judging
from activities.services.progress.verdicts import SubmittedItem, column_of, errors_of
from poi_api.database.rows import row_of
from poi_api.http.exceptions import Conflict, Forbidden, Invalid
from poi_api.http.problem_items import ErrorItem
from units.access.grants import Access
from units.access.lookup import act_by_key
from units.choices import Role

GOOD = ("created", "updated", "unchanged")
_SUBMIT = judging(
    """submit_progress(
    activities, fits, %s::int[], %s::int[], %s::numeric[], %s::text[], %s::text[], %s::bigint[], %s::boolean[],
    %s::bigint[], %s::bigint[], %s, %s, coalesce(%s, transaction_timestamp()))"""
)
# One statement that submits months, each for a request of its own, for the client with a key as a transaction. It gives
# no row for one that is refused, changes nothing or is held by others, and does nothing of it: the long way says why.
SUBMIT_MONTHS = act_by_key(
    Role.REPORTER,
    """
submit_months(client.actor, client.id, client.units, %s::text[], %s::bigint[], %s::int[], %s::numeric[], %s::text[],
              %s::text[], %s::bigint[])""",
)
# One statement that submits a list of months in which all is good, for the client with a key as a transaction. It gives
# no row where something is not or nothing changes, and does nothing: the long way says why.
SUBMIT_LIST = act_by_key(
    Role.REPORTER,
    """
submit_list(client.actor, client.id, client.units, %s, %s::bigint[], %s::text[], %s::bigint[], %s::text[], %s::int[],
            %s::int[], %s::int[], %s::numeric[], %s::text[], %s::text[], %s::bigint[])""",
)
_INVALID = {"reason_required", "institution_required", "duplicate_item"}


class SubmittedMonth(NamedTuple):
    """A month as it is after a submission, read at `point` in the change order (as text), and what was done."""

    point: str
    result: str
    programmed: Decimal
    executed: Decimal | None
    pending: Decimal | None
    pending_version: int | None
    status: str
    late: bool | None
    entry_version: int
    reason: str | None
    evidence_url: str | None

    @classmethod
    def read(cls, row: Sequence[Any]) -> Self:
        """Return what `submit_months` returned, as texts, but for its first column."""
        point, result, programmed, executed, pending, pending_version, status, late, entry_version, reason, url = row
        return cls(
            point,
            result,
            Decimal(programmed),
            executed and Decimal(executed),
            pending and Decimal(pending),
            pending_version and int(pending_version),
            status,
            late and late == "t",
            int(entry_version),
            reason,
            url,
        )


def units_of(access: Access, role: Role) -> list[int] | None:
    """Return the units on which `access` holds `role`, None for everywhere: how SQL is told of it."""
    return None if access.everywhere(role) else access.unit_ids(role)


def judge_progress(
    column: Column, *, access: Access, partly: bool, trial: bool = False, moment: datetime | None = None
) -> Findings:
    """Judge every item of a list and write the good ones: one statement.

    Nothing is written if one is bad, unless `partly`, and nothing in a `trial`. `moment` decides which months
    are open; None is the database's clock at the start of the transaction (domain.md, rule 10).
    """
    readable = units_of(access, Role.READER)
    values = [
        *said_of_months(column),
        array(column("flawed")),
        readable,
        units_of(access, Role.REPORTER),
        partly,
        trial,
        moment,
    ]
    return judged(_SUBMIT, column, readable, values)


def said_of_months(column: Column) -> list[Any]:
    """Return what is said of each item of a list, as SQL takes it: month, quantity, reason, link, version."""
    return [
        array(column("month")),
        array(column("executed")),
        texts(column("reason")),
        texts(column("evidence_url")),
        array(column("expected")),
    ]


def hold_for_progress(activity: Activity) -> None:
    """Have nobody else write in an activity until the transaction ends."""
    row_of("SELECT hold_for_progress(%s::bigint[], NULL)", [[activity.pk]])


def submit_month(item: SubmittedItem, *, access: Access) -> tuple[str, ErrorItem | None]:
    """Submit one month: return `created`, `updated` or `unchanged`, or `version_conflict` with what is said of that.

    Raises Http404 or Forbidden where the activity moved away meanwhile, Invalid `reason_required`, Conflict
    `plan_not_approved`, `plan_closed`, `activity_cancelled`, `period_not_open` or `period_closed`.
    """
    findings = judge_progress(column_of([item]), access=access, partly=False)
    if not findings.rejected:
        return findings.statuses[0], None
    why = findings.rejected[0]
    if why.verdict == "unknown_activity":
        raise Http404
    if why.verdict == "permission_denied":
        raise Forbidden
    error = errors_of(why, item, (), None)[0]
    if why.verdict == "version_conflict":
        return why.verdict, error
    kind = Invalid if error["code"] in _INVALID else Conflict
    raise kind(error["code"], error["detail"], field=error["field"])
