"""The activities in question, all of them or a page, read plan after plan."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from poi_api.database.keysets import Key, order_sql
from reports.shared.columns import INSTITUTION, MEASUREMENT_UNIT, MEF_ACTIVITY, UNIT
from reports.shared.paging import Paging
from reports.shared.question import PagedQuestion, Question
from reports.shared.selection import ACTIVITIES, LABEL_JOINS, PLANS, conditions, figures_of, is_of_whole_plans
from units.access.grants import Access

DOCUMENT_ORDER = tuple(map(Key, ("p.year", "i.name_key", "i.code", "a.code", "a.id")))
# What activities are sorted by that is of their plan or its institution, and what it is called where plans are sorted
_OF_PLANS = {"p.year": "p.year", "i.name_key": "p.institution_key", "i.code": "p.institution_code"}
_SORTED_PLANS = f"""(
    SELECT p.*, i.name_key AS institution_key, i.code AS institution_code
      FROM {PLANS} JOIN units_unit i ON i.id = p.institution_id{{order}}) p"""
# OFFSET has each plan's activities read for themselves, whatever else is in the tables
_BY_PLAN = f"""
  FROM {_SORTED_PLANS}
 CROSS JOIN LATERAL (SELECT * FROM {ACTIVITIES}{{figures}} WHERE a.plan_id = p.id OFFSET 0) a
 CROSS JOIN LATERAL (SELECT a.*) f"""
_LABELS = "".join(label.join for label in (UNIT, INSTITUTION, MEF_ACTIVITY, MEASUREMENT_UNIT))
_ALIAS = re.compile(r"\b([a-z])\.")


def all_of(question: Question, access: Access, more: str, keys: Sequence[Key] = DOCUMENT_ORDER) -> str:
    """Return the FROM, WHERE and ORDER BY items of all activities in question, with labels, figures `f` and `more`.

    Whole plans in the order of the document are read in it, so that nothing is sorted but a plan, and nothing read of
    other years. Their figures are looked up with their activities: outside PostgreSQL would keep each for a next time.
    """
    figures = f" JOIN {figures_of(question)} f ON f.activity_id = a.id"
    if keys != DOCUMENT_ORDER or not question.basis.is_stored or not is_of_whole_plans(question, access):
        return f"{LABEL_JOINS}{figures}{more}{conditions(question)} ORDER BY {order_sql(keys)}"
    joins = _BY_PLAN.format(order=f" ORDER BY {order_sql(keys[:3])}", figures=figures) + _LABELS
    return f"{joins}{more}{conditions(question, everywhere=True)} ORDER BY {order_sql(_renamed(keys))}"


def page_of(question: PagedQuestion, access: Access, keys: Sequence[Key], columns: str) -> tuple[Paging, str]:
    """Return the paging of the activities in question, sorted by `keys`, and its CTEs with `columns` of them.

    Where plans decide first they are sorted before activities are joined; those that come before the place PostgreSQL
    leaves out. So a page is read out of the plans that it is about, and not out of all that is in question. Besides
    activity `a` and plan `p`, which have the columns, only what decides which rows it has is joined.
    """
    first = len(list(takewhile(lambda key: key.column in _OF_PLANS, keys)))
    order = f" ORDER BY {order_sql(keys[:first], backwards=question.part.backwards)}" if first else ""
    where = conditions(question, everywhere=access.everywhere())
    named = set(_ALIAS.findall(" ".join([where, *(key.column for key in keys)])))
    joins = "".join(label.join for label in (UNIT, MEF_ACTIVITY, MEASUREMENT_UNIT) if label.alias in named)
    plans = f"\n  FROM {ACTIVITIES} JOIN {_SORTED_PLANS.format(order=order)} ON p.id = a.plan_id"
    paging = Paging(question, _renamed(keys))
    return paging, paging.parts(columns, f"{plans}{joins}{where}")


def _renamed(keys: Sequence[Key]) -> list[Key]:
    return [replace(key, column=_OF_PLANS.get(key.column, key.column)) for key in keys]
