"""The matrix as SQL: one row per activity, as in the source document."""

from collections.abc import Iterator
from typing import Any

from rest_framework import serializers

from activities.models.classification import Classifier
from activities.queries.basis import MEASURES_JSON
from activities.serializers.fields import QuantityField, TwelveQuantitiesField
from activities.serializers.figures import PeriodFiguresSerializer
from poi_api.database.keysets import Key
from reports.matrix.provenance import PROVENANCE, PROVENANCE_JSON, came_from
from reports.matrix.query import ORDERINGS, MatrixQuestion
from reports.shared.activities import DOCUMENT_ORDER, all_of, page_of
from reports.shared.columns import (
    ACTIVITY,
    LABELS,
    YEAR,
    Column,
    Group,
    Reference,
    choice,
    quantity,
    select,
    table_columns,
    truth,
)
from reports.shared.reading import Reading, read, stream
from reports.shared.selection import count_of, figures_of
from units.access.grants import Access

_MEASURES = ("programmed", "executed", "progress")


def _months(measure: str, field: serializers.Field) -> Group:
    cells = (quantity(f"{measure}_{month:02}", f"f.{measure}[{month}]") for month in range(1, 13))
    return Group(measure, field, tuple(cells))


# The figures of a row, in the order of the table
FIGURES = (
    quantity("annual_target", "f.annual_target", "La meta del año, por la regla de acumulación."),
    _months("programmed", TwelveQuantitiesField()),
    _months("executed", serializers.ListField(child=QuantityField(allow_null=True), min_length=12, max_length=12)),
    Group(
        "quarters",
        PeriodFiguresSerializer(many=True),
        tuple(
            quantity(f"quarter_{quarter}_{measure}", f"f.quarter_{measure}[{quarter}]")
            for quarter in range(1, 5)
            for measure in _MEASURES
        ),
    ),
    quantity("executed_total", "f.executed_total", allow_null=True),
    quantity("progress", "f.progress", allow_null=True),
    choice("band", "band(f.progress, p.green_from, p.amber_from)", ["green", "amber", "red"], allow_null=True),
    truth("over", "coalesce(f.progress > 100, false)", "Si el avance pasa de 100."),
)

# What a page's rows refer to is written as JSON once each, not once a row.
_JSON_LABELS = [ACTIVITY, YEAR, *(label for label in LABELS if label not in (ACTIVITY, YEAR))]
_CLASSIFICATION = ", ".join(f"'{name}', a.classification -> '{name}'" for name in Classifier.values)
_SHARED = [label for label in LABELS if isinstance(label, Reference) and label is not ACTIVITY]
_KEYS = (
    "".join(f", {label.key} AS {label.name}_id" for label in _SHARED)
    + "".join(f", {label.sql} AS {label.name}" for label in LABELS if isinstance(label, Column))
    + ", a.classification"
)
_REFERENCES = "".join(
    f"""
{label.alias} AS MATERIALIZED (SELECT id, reference_json(id, code, name) AS shown FROM {label.table}
                    WHERE id IN (SELECT {label.name}_id FROM page)),"""
    for label in _SHARED
)


def _json(label: Column | Reference | Group) -> str:
    if label is ACTIVITY:
        return "reference_json(a.id, a.code, a.name)"
    if isinstance(label, Group):  # the classification
        return f"json_build_object({_CLASSIFICATION})"
    return f"coalesce(to_json(a.{label.name})::text, 'null')" if isinstance(label, Column) else f"{label.alias}.shown"


_ROW = " || ',".join(f"""\"{label.name}":' || {_json(label)}""" for label in _JSON_LABELS)
_WHOLE = f"""'{{{_ROW} || ',"programmed":' || array_to_json(f.programmed) || ',"executed":' || array_to_json(f.executed)
       || ',' || {MEASURES_JSON} || ',' || band_json(f.progress, a.green_from, a.amber_from)"""
_SOME = """(SELECT '{{' || coalesce(string_agg(to_json(m.key) || ':' || m.value, ',' ORDER BY m.place), '') || '}}'
                FROM json_each(({whole})::json) WITH ORDINALITY AS m (key, value, place)
               WHERE m.key = ANY (%(fields)s))"""
_ROWS = f"""
SELECT string_agg({{row}}, ','
           ORDER BY a.rank)
  FROM page a JOIN figures f ON f.activity_id = a.id
{"".join(f"  JOIN {label.alias} ON {label.alias}.id = a.{label.name}_id" for label in _SHARED)}"""


def columns_of(question: MatrixQuestion) -> list[Column]:
    """Return the columns of the matrix as a table."""
    return table_columns((*LABELS, *FIGURES, *(PROVENANCE if question.provenance else ())))


def matrix_page(question: MatrixQuestion, access: Access) -> Reading:
    """Read one page. Cells: the count of all rows, and those of the page as one JSON text."""
    paging, parts = page_of(
        question, access, _order(question), f"a.id, a.code, a.name, p.green_from, p.amber_from{_KEYS}"
    )
    kept = "NOT MATERIALIZED" if question.basis.is_stored else "MATERIALIZED"
    parts += f""",{_REFERENCES}
figures AS {kept} (SELECT * FROM {figures_of(question, "page")} AS f)"""
    whole = f"{_WHOLE}{PROVENANCE_JSON if question.provenance else ''} || '}}'"
    rows = _ROWS.format(row=whole if question.fields is None else _SOME.format(whole=whole)) + came_from(question)
    cells = [count_of(question, access), f"coalesce(({rows}), '')"]
    return read(question, access, parts, cells=cells, paging=paging, fields=list(question.fields or ()))


def matrix_rows(question: MatrixQuestion, access: Access) -> Iterator[tuple[Any, ...]]:
    """Yield all rows, a cell for each of `columns_of`, with memory that does not grow."""
    selected = all_of(question, access, came_from(question), _order(question))
    return stream(question, access, f"SELECT {select(columns_of(question))} {selected}")


def _order(question: MatrixQuestion) -> tuple[Key, ...]:
    asked = [(name.startswith("-"), ORDERINGS[name.removeprefix("-")]) for name in question.ordering]
    return (*(Key(column, descending) for descending, columns in asked for column in columns), *DOCUMENT_ORDER)
