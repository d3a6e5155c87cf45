"""Submitting progress: windows, lateness, deviation, and entries that are written at once (rules 10 to 12)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.http import Http404

from activities.models import Activity
from activities.services.verdicts import Item, Judged, errors_of
from units import exact_json
from units.access import Access
from units.choices import Role
from units.exceptions import Conflict, Forbidden, Invalid

_SUBMIT = """
SELECT * FROM submit_progress(%s::jsonb, %s::bigint[], %s::bigint[], %s, %s, coalesce(%s, transaction_timestamp()))
"""
_INVALID = {"reason_required", "institution_required", "duplicate_item"}


def units_of(access: Access, role: Role) -> list[int] | None:
    """Return the units on which `access` holds `role`, None for everywhere: how SQL is told of it."""
    return None if access.everywhere(role) else access.unit_ids(role)


def judge_progress(
    items: Sequence[Item], *, access: Access, partly: bool, trial: bool = False, moment: datetime | None = None
) -> list[Judged]:
    """Judge every item and write the good ones, one finding per item in order: one statement.

    Nothing is written if one is bad, unless `partly`, and nothing in a `trial`. `moment` decides which months
    are open; None is the database's clock at the start of the transaction (domain.md, rule 10).
    """
    readable, writable = units_of(access, Role.READER), units_of(access, Role.REPORTER)
    with connection.cursor() as cursor:
        cursor.execute(_SUBMIT, [exact_json.dumps(items).decode(), readable, writable, partly, trial, moment])
        return [Judged._make((*row, "")) for row in cursor.fetchall()]


def hold_for_progress(activity: Activity) -> None:
    """Have nobody else write in an activity until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT hold_for_progress(%s::bigint[], NULL)", [[activity.pk]])


def submit_month(item: Item, *, access: Access, moment: datetime | None = None) -> Judged:
    """Submit one month; the finding's `verdict` is `created`, `updated`, `unchanged` or `version_conflict`.

    Raises Http404 or Forbidden where the activity moved away meanwhile, Invalid `reason_required`, Conflict
    `plan_not_approved`, `plan_closed`, `period_not_open` or `period_closed`.
    """
    judged = judge_progress([item], access=access, partly=False, moment=moment)[0]
    if judged.verdict == "unknown_activity":
        raise Http404
    if judged.verdict == "permission_denied":
        raise Forbidden
    errors = errors_of(judged, item, (), None)
    if not errors or judged.verdict == "version_conflict":
        return judged
    kind = Invalid if errors[0]["code"] in _INVALID else Conflict
    raise kind(errors[0]["code"], errors[0]["detail"], field=errors[0]["field"])
