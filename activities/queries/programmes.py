"""The programmes of activities in a version of their plan; those of the current one are in their figures."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from activities.models import Figure
from activities.models.target import NO_PROGRAMME
from poi_api.database.rows import values_of

_IN_VERSION = """
SELECT t.activity_id, t.programmed, shown(annual_target(a.accumulation, t.programmed)), t.cancelled_from
  FROM targets(%(ids)s::bigint[], %(version)s, %(moment)s) t
  JOIN activities_activity a ON a.id = t.activity_id
"""
_ABSENT = (list(NO_PROGRAMME), Decimal(0), None)  # an activity that came later (domain.md, rule 8)


def show_version(figures: Iterable[Figure], version: int | None, moment: datetime | None = None) -> None:
    """Put a version's programme, annual target and cancellation into figures that are to be shown.

    None is the current version, which they hold already, unless it is that of a past moment, which is being read. One
    query, whatever their number.
    """
    figures = list(figures)
    if (version is None and moment is None) or not figures:
        return
    values = {"ids": [figure.pk for figure in figures], "version": version, "moment": moment}
    programmes = {row[0]: row[1:] for row in values_of(_IN_VERSION, values)}
    for figure in figures:
        figure.programmed, figure.annual_target, figure.cancelled_from = programmes.get(figure.pk, _ABSENT)
