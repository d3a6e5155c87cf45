"""Reading figures: which version, as known when, counting what; and the SQL that gives them.

The stored read model answers for the current version as known now. Every other question is answered from
the truth itself, by the database functions that also write the read model (`activities/sql/`).
"""

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from rest_framework.exceptions import ValidationError

from activities.choices import FIRST_YEAR
from poi_api.http.parameters import Parameters

BASIS_PARAMETERS = ("version", "as_of", "include")
_LARGEST_VERSION = 32767
_SETTLED = """
SELECT clock_timestamp(), pg_advisory_unlock_shared(7306001, 0)
  FROM (SELECT pg_advisory_lock_shared(7306001, 0) OFFSET 0) AS settled
"""

STORED = "activities_figure"
# `{ids}` is an SQL array of activity ids.
_COMPUTED = """(
    SELECT r.activity_id, r.programmed, x.executed, r.late, r.reason, r.evidence_url, r.pending, r.pending_version,
           r.entry_version, r.status, r.is_cancelled, m.*, figure_json(r.programmed, x.executed, m) AS shown
      FROM figure_rows({ids}, %(version)s, %(as_of)s) r
      JOIN activities_activity source ON source.id = r.activity_id
     CROSS JOIN LATERAL (SELECT CASE WHEN %(with_pending)s
                                     THEN executed_with_pending(r.executed, r.pending, r.pending_version)
                                     ELSE r.executed END) AS x (executed)
     CROSS JOIN LATERAL measures(source.accumulation, r.programmed, x.executed) AS m
)"""


@dataclass(frozen=True, slots=True)
class Basis:
    """What figures are measured on: a version (None: current), a moment (None: now), pending entries or not."""

    version: int | None = None
    as_of: datetime | None = None
    with_pending: bool = False

    @property
    def is_stored(self) -> bool:
        """Tell whether the read model holds the answer."""
        return self == Basis()

    @property
    def values(self) -> dict[str, Any]:
        """Return the values that `source` names, and how an answer's JSON names the version and what is included."""
        named = {None: '"current"', 1: '"initial"'}.get(self.version, f'"{self.version}"')
        return {
            "version": self.version,
            "as_of": self.as_of,
            "with_pending": self.with_pending,
            "version_json": named,
            "include_json": '"submitted"' if self.with_pending else "null",
        }

    def source(self, ids: str) -> str:
        """Return the SQL of a relation of figures; `ids` is the SQL array of the activities wanted."""
        return STORED if self.is_stored else _COMPUTED.format(ids=ids)


def basis_from(parameters: Parameters) -> Basis:
    """Read `version`, `as_of` and `include`. Raises ValidationError naming the parameter."""
    return Basis(
        version=_version(parameters),
        as_of=_as_of(parameters),
        with_pending=parameters.choice("include", ("submitted",)) == "submitted",
    )


def _version(parameters: Parameters) -> int | None:
    text = parameters.one("version")
    if text in (None, "current"):
        return None
    if text == "initial":
        return 1
    return parameters.whole("version", least=1, most=_LARGEST_VERSION, hint="Use current, initial o un número.")


def _as_of(parameters: Parameters) -> datetime | None:
    text = parameters.one("as_of")
    if text is None:
        return None
    now = settled_clock()
    day = _day(text)
    moment = _moment(text) if day is None else _end_of(day, now)
    if moment is None:
        return None
    if moment.year < FIRST_YEAR:
        raise ValidationError({"as_of": f"Se puede preguntar desde el año {FIRST_YEAR}."})
    if moment > now:
        raise ValidationError({"as_of": "Aún no llega: se puede preguntar por un momento pasado o por hoy."})
    return moment


def settled_clock() -> datetime:
    """Return the database's clock once every change committed until then can be seen.

    A transaction takes its place in the order just before its commit becomes visible. Waiting for those
    that hold the order's lock makes every later answer about this moment the same. The lock is not kept: two
    that kept it until their own commits would wait for each other.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SETTLED)
        now: datetime = cursor.fetchone()[0]
    return now


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        raise ValidationError({"as_of": "No es una fecha que exista."}) from None


def _end_of(day: date, now: datetime) -> datetime | None:
    """Return the last moment of a day in Lima; None, which means now, for today."""
    if day == timezone.localdate(now):
        return None
    return datetime.combine(day, time.max, tzinfo=timezone.get_default_timezone())


def _moment(text: str) -> datetime:
    # A query string's unescaped plus sign arrives as a blank.
    try:
        moment = parse_datetime(text.replace(" ", "+") if "T" in text else text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValidationError(
            {"as_of": "Use una fecha (2022-12-31) o un momento con su desfase (2022-12-31T23:59:59-05:00)."}
        )
    return moment
