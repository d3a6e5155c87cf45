"""Reading figures: which version, as known when, counting what; and the SQL that gives them.

The stored read model answers for the current version as known now. Every other question is answered from
the truth itself, by the database functions that also write the read model (`activities/sql/`).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

STORED = "activities_figure"
# SQL: what the figures `f` add up to, as the members of JSON
MEASURES_JSON = """measures_json(f.quarter_programmed, f.quarter_executed, f.quarter_progress, f.annual_target,
                                 f.executed_total, f.progress)"""
_COLUMNS = """{0}.activity_id, {0}.programmed, {1}.executed, {0}.late, {0}.reason, {0}.evidence_url, {0}.pending,
           {0}.pending_version, {0}.entry_version, {0}.status, {0}.cancelled_from, {2}.quarter_programmed,
           {2}.quarter_executed, {2}.quarter_progress, {2}.annual_target, {2}.executed_total, {2}.progress"""
# `{{ids}}` is an SQL array of activity ids. One that was not known yet adds up nothing, by whichever rule.
_COMPUTED = f"""
    SELECT {_COLUMNS.format("r", "x", "m")}
      FROM figure_rows({{ids}}, %(version)s, %(as_of)s) r
      LEFT JOIN {{activities}} source ON source.id = r.activity_id
     CROSS JOIN LATERAL (SELECT CASE WHEN %(with_pending)s
                                     THEN executed_with_pending(r.executed, r.pending, r.pending_version)
                                     ELSE r.executed END) AS x (executed)
     CROSS JOIN LATERAL measures(coalesce(source.accumulation, 'sum'), r.programmed, x.executed) AS m"""
# What is stored is still that of a past moment where nothing happened to the activity since. A change set with a lesser
# id is none of the later ones; to take a few others for later costs no more than their time. The last change is asked
# for by itself: a join could compare each activity with all that came later.
_STILL_STORED = f"""
    SELECT {_COLUMNS.format("f", "f", "f")}
      FROM {STORED} f
     WHERE f.activity_id = ANY ({{ids}})
       AND (SELECT max(c.change_set_id) FROM units_change c WHERE c.part_of_id = f.activity_id)
           >= current_setting('poi.first_later')::bigint IS NOT TRUE"""
# Of the others what happened later is taken back. One that was not known yet adds up nothing, by whichever rule.
_FORMER = ", ".join(
    f"with_months(f.{name}, o.months, o.{name}) AS {name}"
    for name in ("late", "reason", "evidence_url", "pending", "pending_version", "entry_version", "status")
)
_TAKEN_BACK = f"""
    SELECT {_COLUMNS.format("r", "r", "m")}
      FROM (SELECT o.activity_id, CASE WHEN o.is_retargeted THEN o.programmed ELSE f.programmed END AS programmed,
                   CASE WHEN o.is_retargeted THEN o.cancelled_from ELSE f.cancelled_from END AS cancelled_from,
                   with_months(f.executed, o.months, o.executed) AS executed, {_FORMER}
              FROM former_figures({{ids}}, %(as_of)s) o
              LEFT JOIN {STORED} f ON f.activity_id = o.activity_id OFFSET 0) r
      LEFT JOIN past.activities_activity source ON source.id = r.activity_id
     CROSS JOIN LATERAL measures(coalesce(source.accumulation, 'sum'), r.programmed, r.executed) AS m"""


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
    def version_name(self) -> str:
        """Return how answers name the version: `current`, `initial` or its number."""
        return {None: "current", 1: "initial"}.get(self.version, str(self.version))

    @property
    def values(self) -> dict[str, Any]:
        """Return the values that `source` names, and the name of the version as JSON."""
        return {
            "version": self.version,
            "as_of": self.as_of,
            "with_pending": self.with_pending,
            "version_json": f'"{self.version_name}"',
        }

    def source(self, ids: str) -> str:
        """Return the SQL of a relation of figures; `ids` is the SQL array of the activities wanted.

        Those of a past moment are read within `past` (units/history/past.py).
        """
        if self.is_stored:
            return STORED
        if self.as_of is None:
            return f"({_COMPUTED.format(ids=ids, activities='activities_activity')})"
        past = "past.activities_activity"
        if self != Basis(as_of=self.as_of):
            return f"({_COMPUTED.format(ids=ids, activities=past)})"
        return f"({_STILL_STORED.format(ids=ids)} UNION ALL {_TAKEN_BACK.format(ids=ids)})"
