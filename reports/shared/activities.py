"""A page of the activities in question, read out of the plans that it is about."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from poi_api.database.keysets import Key, order_sql
from reports.shared.columns import MEASUREMENT_UNIT, MEF_ACTIVITY, UNIT
from reports.shared.paging import Paging
from reports.shared.question import PagedQuestion
from reports.shared.selection import ACTIVITIES, PLANS, conditions
from units.access.grants import Access

# What activities are sorted by that is of their plan or its institution, and what it is called where plans are sorted
_OF_PLANS = {"p.year": "p.year", "i.name_key": "p.institution_key", "i.code": "p.institution_code"}
_JOINS = f"""
  FROM {ACTIVITIES}
  JOIN (SELECT p.*, i.name_key AS institution_key, i.code AS institution_code
          FROM {PLANS} JOIN units_unit i ON i.id = p.institution_id{{order}}) p ON p.id = a.plan_id"""
_ALIAS = re.compile(r"\b([a-z])\.")


def page_of(question: PagedQuestion, access: Access, keys: Sequence[Key], columns: str) -> tuple[Paging, str]:
    """Return the paging of the activities in question, sorted by `keys`, and its CTEs with `columns` of them.

    Where plans decide first they are sorted before activities are joined; those that come before the place PostgreSQL
    leaves out. So a page is read out of the plans that it is about, and not out of all that is in question. Besides
    activity `a` and plan `p`, which have the columns, only what decides which rows it has is joined.
    """
    renamed = [replace(key, column=_OF_PLANS.get(key.column, key.column)) for key in keys]
    first = len(list(takewhile(lambda key: key.column in _OF_PLANS, keys)))
    order = f" ORDER BY {order_sql(keys[:first], backwards=question.part.backwards)}" if first else ""
    where = conditions(question, everywhere=access.everywhere())
    named = set(_ALIAS.findall(" ".join([where, *(key.column for key in keys)])))
    joins = "".join(label.join for label in (UNIT, MEF_ACTIVITY, MEASUREMENT_UNIT) if label.alias in named)
    paging = Paging(question, renamed)
    return paging, paging.parts(columns, f"{_JOINS.format(order=order)}{joins}{where}")
