"""A page of the activities in question, read out of the plans that it is about."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from poi_api.database.keysets import Key, order_sql
from reports.shared.columns import MEASUREMENT_UNIT, MEF_ACTIVITY
from reports.shared.paging import Paging
from reports.shared.question import PagedQuestion
from reports.shared.selection import JOINS, PLANS, conditions

# What activities are sorted by that is of their plan or its institution, and what it is called where plans are sorted
_OF_PLANS = {"p.year": "p.year", "i.name_key": "p.institution_key", "i.code": "p.institution_code"}
_WITH_INSTITUTION = """(
      SELECT p.*, i.name_key AS institution_key, i.code AS institution_code
        FROM activities_plan p JOIN units_unit i ON i.id = p.institution_id{order}) p"""


def page_of(question: PagedQuestion, keys: Sequence[Key], columns: str) -> tuple[Paging, str]:
    """Return the paging of the activities in question, sorted by `keys`, and its CTEs with `columns` of them.

    Where plans decide first they are sorted before activities are joined; those that come before the place PostgreSQL
    leaves out. So a page is read out of the plans that it is about, and not out of all that is in question.
    """
    renamed = [replace(key, column=_OF_PLANS.get(key.column, key.column)) for key in keys]
    first = len(list(takewhile(lambda key: key.column in _OF_PLANS, keys)))
    order = f" ORDER BY {order_sql(keys[:first], backwards=question.part.backwards)}" if first else ""
    aliases = {key.column.partition(".")[0] for key in keys}
    catalogues = "".join(label.join for label in (MEF_ACTIVITY, MEASUREMENT_UNIT) if label.alias in aliases)
    joins = JOINS.replace(PLANS, _WITH_INSTITUTION.format(order=order)) + catalogues
    paging = Paging(question, renamed)
    return paging, paging.parts(columns, f"{joins}{conditions(question)}")
