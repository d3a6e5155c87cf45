"""Which activities a report is about: the same SQL for every report."""

from typing import Any

from reports.shared.columns import ACTIVITY, LABELS, UNIT, Reference
from reports.shared.question import Question
from units.access.grants import Access

JOINS = """
  FROM activities_activity a
  JOIN activities_plan p ON p.id = a.plan_id
  JOIN units_unit u ON u.id = a.unit_id"""
# With everything that LABELS name besides
LABEL_JOINS = JOINS + "".join(
    label.join for label in LABELS if isinstance(label, Reference) and label not in (ACTIVITY, UNIT)
)
# Drafts stay out: what a plan says counts from its first version on, and for a past moment from when that
# version and the activity were known.
_WHERE = """
 WHERE p.year BETWEEN %(from_year)s AND %(to_year)s
   AND (%(everywhere)s OR u.path && %(units)s::bigint[])"""
_NOW = " AND p.status <> 'draft'"
_THEN = """
   AND EXISTS (SELECT FROM activities_planversion v
                WHERE v.plan_id = p.id AND v.number = 1 AND known_by(v.change_set_id, %(as_of)s))
   AND EXISTS (SELECT FROM activities_targetrevision r
                WHERE r.activity_id = a.id AND known_by(r.change_set_id, %(as_of)s))"""
# A unit `n` that an answer shows with all that is below it is visible and among those asked for.
VISIBLE_NODE = "(%(everywhere)s OR n.path && %(units)s::bigint[])"
_NODE_ASKED = {
    "within": " AND n.path && array(SELECT id FROM units_unit WHERE code = ANY (%(within)s))",
    "unit": " AND n.code = ANY (%(unit)s)",
}


def conditions(question: Question) -> str:
    """Return the SQL conditions on activity `a`, plan `p` and unit `u` of what is asked and may be seen."""
    known = _NOW if question.basis.as_of is None else _THEN
    return _WHERE + known + question.code_conditions


def shown_nodes(question: Question) -> str:
    """Return the SQL condition on a unit `n` that an answer shows with all that is below it."""
    return VISIBLE_NODE + "".join(condition for name, condition in _NODE_ASKED.items() if question.codes[name])


def figures_of(question: Question, selected: str = "") -> str:
    """Return the SQL of a relation with the figures of the activities in question.

    `selected` is a CTE with their ids. A statement that has none leaves it out: figures that are not stored are then
    computed for activities which are selected here once more.
    """
    ids = f"id FROM {selected}" if selected else f"a.id {JOINS}{conditions(question)}"
    return question.basis.source(f"ARRAY(SELECT {ids})")


def named_values(question: Question, access: Access) -> dict[str, Any]:
    """Return the named values of the conditions and of the basis."""
    return {
        "from_year": question.from_year,
        "to_year": question.to_year,
        "everywhere": access.everywhere(),
        "units": access.unit_ids(),
        **question.codes,
        **question.basis.values,
    }
