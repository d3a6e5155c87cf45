"""Which activities a report is about: the same SQL for every report."""

from typing import Any

from reports.shared.columns import ACTIVITY, LABELS, UNIT, Reference
from reports.shared.question import Question
from units.access.grants import Access
from units.choices import Role

ACTIVITIES, PLANS = "activities_activity a", "activities_plan p"
JOINS = f"""
  FROM {ACTIVITIES}
  JOIN {PLANS} ON p.id = a.plan_id{UNIT.join}"""
# With everything that LABELS name besides
LABEL_JOINS = JOINS + "".join(
    label.join for label in LABELS if isinstance(label, Reference) and label not in (ACTIVITY, UNIT)
)
_WHERE = " WHERE p.year BETWEEN %(from_year)s AND %(to_year)s"
# Drafts stay out, unless a planner asks for them. What was struck out is nowhere.
_APPROVED = "p.status <> 'draft'"
_STANDS = f"NOT a.is_struck_out AND ({_APPROVED} OR {{drafts}})"
# Past figures under today's names are of what stood then.
_STOOD = f"""a.id IN (
    SELECT a.id FROM past.activities_activity a JOIN past.activities_plan p ON p.id = a.plan_id WHERE {_STANDS})"""
# Whether a unit can be seen, by whether the past is read: of the past everybody sees what it may see today, of an
# activity what it was in units that it may see (domain.md, rule 9).
SIGHT = {
    False: "(%(everywhere)s OR {0}.path && %(units)s::bigint[])",
    True: "(%(everywhere)s OR {0}.id IN (SELECT id FROM past.place_of_unit WHERE path && %(units)s::bigint[]))",
}
SIGHT_OF_ACTIVITY = {
    False: SIGHT[False].format("u"),
    True: f"""(%(everywhere)s OR a.id IN (SELECT id FROM past.place_of_activity WHERE path && %(units)s::bigint[]))
        AND {SIGHT[True].format("u")}""",
}
_PLANNED = {
    False: "(%(plans_everywhere)s OR u.path && %(planned)s::bigint[])",
    True: """(%(plans_everywhere)s
        OR a.id IN (SELECT id FROM past.place_of_activity WHERE path && %(planned)s::bigint[]))""",
}
_NODE_ASKED = {
    "within": " AND n.path && %(within)s::bigint[]",
    "unit": " AND n.id = ANY (%(unit)s::bigint[])",
}


def conditions(question: Question, *, everywhere: bool = False) -> str:
    """Return the SQL conditions on activity `a`, plan `p` and unit `u` of what is asked and may be seen.

    Who is known to see everything needs none for that.
    """
    of_the_past = question.moment is not None
    stands = _STANDS if question.basis.as_of is None or of_the_past else _STOOD
    of_state = stands.format(drafts=_PLANNED[of_the_past] if question.draft else "false")
    sight = "" if everywhere else f" AND {SIGHT_OF_ACTIVITY[of_the_past]}"
    return f"{_WHERE}{sight} AND {of_state}{question.code_conditions}"


def is_of_whole_plans(question: Question, access: Access) -> bool:
    """Tell whether all activities of the plans in question that stand today are in question."""
    narrowed = any(codes for name, codes in question.codes.items() if name != "institution")
    return access.everywhere() and question.basis.as_of is None and not question.draft and not narrowed


def count_of(question: Question, access: Access) -> str:
    """Return the SQL of how many activities are in question; of whole plans it is kept (`activities_standing`)."""
    if not is_of_whole_plans(question, access):
        return f"(SELECT count(*) {JOINS}{conditions(question)})"
    # As numbers: of years that it does not know PostgreSQL expects few plans
    years = f"{question.from_year} AND {question.to_year}"
    return f"""(SELECT coalesce(sum(s.activities), 0)::bigint
                 FROM activities_standing s JOIN {PLANS} ON p.id = s.plan_id
                WHERE p.year BETWEEN {years} AND {_APPROVED}{question.code_conditions})"""


def rule_of(question: Question) -> str:
    """Return the FROM item `rule` with the accumulation of activity `a`, by which its months come to a period.

    It makes figures, so it is that of the moment asked about, whatever names they are put under (domain.md, rule 9).
    """
    if question.basis.as_of is None or question.moment is not None:
        return " CROSS JOIN LATERAL (SELECT a.accumulation) AS rule"
    return " JOIN past.activities_activity rule ON rule.id = a.id"


def schema_of(question: Question) -> str:
    """Return what stands before a recorded table to be read as of the moment asked about (domain.md, rule 9).

    That is its own moment's, whatever names an answer shows.
    """
    return "past." if question.basis.as_of else ""


def is_draft(question: Question) -> str:
    """Return the SQL of whether the plan asked about is a draft, or was one at the moment."""
    return f"""EXISTS (
        SELECT FROM {schema_of(question)}activities_plan p
         WHERE p.institution_id = ANY (%(institution)s::bigint[])
           AND p.year >= %(from_year)s AND p.year <= %(to_year)s AND NOT p.is_struck_out AND NOT {_APPROVED})"""


def visible_nodes(question: Question) -> str:
    """Return the SQL condition on a unit `n` that the caller sees."""
    return SIGHT[question.moment is not None].format("n")


def shown_nodes(question: Question) -> str:
    """Return the SQL condition on a unit `n` that an answer shows with all that is below it: seen, and asked for."""
    asked = (condition for name, condition in _NODE_ASKED.items() if question.codes[name])
    return visible_nodes(question) + "".join(asked)


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
        **question.ids,
        **question.basis.values,
    }
