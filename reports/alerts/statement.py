"""What deserves a look, as SQL: what each rule finds, how many of each there are, and a page of them.

Reads activities with their figures, entries, targets, periods and the tree. Each rule shows other figures, so these
are one JSON value; all else are columns. Of a whole country a rule finds a hundred thousand rows, of which a page
shows a few: for each of them no more is made than it takes to count and to sort.
"""

from dataclasses import replace

from poi_api.database.keysets import Key
from reports.alerts.finders import LOOKED_AT, finder, is_about_one, marks
from reports.alerts.query import AlertsQuestion
from reports.alerts.rules import RULES
from reports.alerts.shown import FIGURES
from reports.shared.columns import ACTIVITY, INSTITUTION, UNIT, choice, number, select
from reports.shared.paging import Paging
from reports.shared.reading import Reading, read
from reports.shared.selection import JOINS, conditions, figures_of, rule_of
from units.access.grants import Access
from units.serializers.references import ReferenceSerializer

# What is stored is looked up again for each use, so that PostgreSQL can share the work between processes
_PARTS = """
selected AS {kept} (
    SELECT a.id, a.code, a.unit_id, rule.accumulation, a.measurement_unit_id, a.plan_id, p.year, p.institution_id,
           p.amber_from
      {joins}{conditions}),
figures AS {kept} (
    SELECT activity_id, programmed, executed, annual_target, executed_total, progress FROM {source} AS source),{marked}
{alerts},{page}"""
_MARKED = """
marked AS MATERIALIZED (
    SELECT * FROM (SELECT f.id, f.code, f.unit_id, f.plan_id, f.measurement_unit_id, {marks}
                     FROM {looked_at} f OFFSET '0') marked
     WHERE {any}),"""
_SORTED = (
    Key("array_position(%(rules)s::text[], w.rule)"),
    *map(Key, ("w.year", "i.name_key", "i.code", "u.name_key", "u.code")),
    Key("w.code", nullable=True),
    Key("w.activity_id", nullable=True),
    Key("coalesce(w.figures, '')"),
)
_ALERT = "{name} (rule, year, institution_id, unit_id, activity_id, code, figures) AS {kept} ({found})"

_NULLABLE = ReferenceSerializer(allow_null=True, help_text="Nula donde la regla mira a una unidad.")
LABELS = (
    choice("rule", "w.rule", list(RULES)),
    number("year", "w.year"),
    INSTITUTION,
    UNIT,
    replace(ACTIVITY, field=_NULLABLE),
)
_UNITS = "JOIN units_unit i ON i.id = w.institution_id JOIN units_unit u ON u.id = w.unit_id"
_PAGE = f"""
SELECT w.rank AS place, {select(LABELS)}, {FIGURES}
  FROM page w {_UNITS}
  LEFT JOIN activities_activity a ON a.id = w.activity_id LEFT JOIN activities_plan p ON p.id = a.plan_id
  LEFT JOIN figures f ON f.activity_id = a.id LEFT JOIN selected s ON s.id = a.id"""


def alerts_page(question: AlertsQuestion, access: Access) -> Reading:
    """Read a page of alerts: LABELS, and the figures as JSON text. The cell is how many there are, rule by rule."""
    paging = Paging(question, _SORTED)
    return read(
        question,
        access,
        _parts(question, paging),
        cells=[f"ARRAY[{', '.join(f'(SELECT count(*) FROM {name})' for name in question.rule)}]"],
        sets=[_PAGE],
        paging=paging,
        through=question.through,
        rules=list(question.rule),
    )


def _parts(question: AlertsQuestion, paging: Paging) -> str:
    of_one = marks(question.rule, question.through)
    finders = {name: finder(name, question) for name in question.rule}
    named = ", ".join(f"{condition} AS {name}" for name, condition in of_one.items())
    every = " UNION ALL ".join(f"SELECT * FROM {name}" for name in finders)
    return _PARTS.format(
        kept="NOT MATERIALIZED" if question.basis.is_stored else "MATERIALIZED",
        joins=JOINS + rule_of(question),
        conditions=conditions(question),
        source=figures_of(question),
        marked=_MARKED.format(looked_at=LOOKED_AT, marks=named, any=" OR ".join(of_one)) if of_one else "",
        alerts=",\n".join(
            _ALERT.format(name=name, found=found, kept="NOT MATERIALIZED" if is_about_one(name) else "MATERIALIZED")
            for name, found in finders.items()
        ),
        page=paging.parts("w.*", f"FROM ({every}) w {_UNITS} WHERE true"),
    )
