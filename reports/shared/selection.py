"""Which activities a report is about: the same SQL for every report."""

from typing import Any

from reports.shared.columns import ACTIVITY, LABELS, UNIT, Reference
from reports.shared.question import Question
from units.access.grants import Access
from units.choices import Role

JOINS = """
  FROM activities_activity a
  JOIN activities_plan p ON p.id = a.plan_id
  JOIN units_unit u ON u.id = a.unit_id"""
# With everything that LABELS name besides
LABEL_JOINS = JOINS + "".join(
    label.join for label in LABELS if isinstance(label, Reference) and label not in (ACTIVITY, UNIT)
)
# Drafts stay out, unless a planner asks for them: what a plan says counts from its approval on, and for a past moment
# from when that approval and the activity were known. What was struck out by then is nowhere.
_WHERE = """
 WHERE p.year BETWEEN %(from_year)s AND %(to_year)s
   AND (%(everywhere)s OR u.path && %(units)s::bigint[])"""
_APPROVED_NOW = "p.status <> 'draft'"
_APPROVED_THEN = """EXISTS (
       SELECT FROM activities_planversion v
        WHERE v.plan_id = p.id AND v.number = 1 AND known_by(v.change_set_id, %(as_of)s)
          AND NOT EXISTS (SELECT FROM activities_approvalwithdrawal w
                           WHERE w.version_id = v.id AND known_by(w.change_set_id, %(as_of)s)))"""
_NOW = " AND NOT a.is_struck_out AND ({approved} OR {drafts})"
_THEN = """
   AND NOT (a.is_struck_out AND {struck_out})
   AND ({approved} AND EXISTS (SELECT FROM activities_targetrevision r
                                WHERE r.activity_id = a.id AND known_by(r.change_set_id, %(as_of)s))
        OR {drafts} AND {made})"""
_OF_ACTIVITY = """EXISTS (
       SELECT FROM units_change c WHERE c.entity = 'activity' AND c.object_id = a.id
                                    AND {what} AND known_by(c.change_set_id, %(as_of)s))"""
_MADE = _OF_ACTIVITY.format(what="c.operation = 'created'")
_STRUCK_OUT = _OF_ACTIVITY.format(what="""c.after @> '{"is_struck_out": true}'""")
_PLANNED = "(%(plans_everywhere)s OR u.path && %(planned)s::bigint[])"
# A unit `n` that an answer shows with all that is below it is visible and among those asked for.
VISIBLE_NODE = "(%(everywhere)s OR n.path && %(units)s::bigint[])"
_NODE_ASKED = {
    "within": " AND n.path && array(SELECT id FROM units_unit WHERE code = ANY (%(within)s))",
    "unit": " AND n.code = ANY (%(unit)s)",
}


def conditions(question: Question) -> str:
    """Return the SQL conditions on activity `a`, plan `p` and unit `u` of what is asked and may be seen."""
    known = _NOW if question.basis.as_of is None else _THEN
    drafts = _PLANNED if question.draft else "false"
    of_state = known.format(approved=_approved(question), drafts=drafts, made=_MADE, struck_out=_STRUCK_OUT)
    return _WHERE + of_state + question.code_conditions


def nothing_approved(question: Question) -> str:
    """Return the SQL of whether the institutions asked about have no approved plan, or had none at the moment."""
    return f"""NOT EXISTS (
        SELECT FROM activities_plan p JOIN units_unit i ON i.id = p.institution_id
         WHERE i.code = ANY (%(institution)s) AND p.year >= %(from_year)s AND p.year <= %(to_year)s
           AND {_approved(question)})"""


def _approved(question: Question) -> str:
    return _APPROVED_NOW if question.basis.as_of is None else _APPROVED_THEN


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
        "plans_everywhere": access.everywhere(Role.PLANNER),
        "planned": access.unit_ids(Role.PLANNER),
        **question.codes,
        **question.basis.values,
    }
