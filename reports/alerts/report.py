"""What deserves a look, each case with its rule and its figures."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from poi_api.http import exact_json
from reports.alerts.query import AlertsQuery, AlertsQuestion
from reports.alerts.rules import RULES
from reports.alerts.statement import LABELS, alerts_page
from reports.shared.columns import table_columns, taken, text
from reports.shared.reading import Document, Row, page
from reports.shared.report import DocumentReport
from reports.shared.tables import every_page, tables
from units.access.grants import Access


def _document(question: AlertsQuestion, access: Access) -> Document:
    reading = alerts_page(question, access)
    counts = dict(zip(question.rule, reading.cells[0], strict=True))
    rules = [
        {"rule": name, "title": RULES[name].title, "description": RULES[name].description, "count": count}
        for name, count in counts.items()
    ]
    rows = [_alert(row) for row in reading.sets[0]]
    about = {"through": question.through, "rules": rules}
    return reading.document(about | page(sum(counts.values()), rows, question))


def _alert(row: Row) -> dict[str, Any]:
    *cells, told = row
    labels, figures = taken(LABELS, iter(cells)), exact_json.loads(told.encode())
    rule = RULES[labels["rule"]]
    return labels | {"title": rule.title, "detail": rule.said(figures), "figures": figures}


def _lines(question: AlertsQuestion, access: Access) -> Iterator[Row]:
    """Yield a line for each alert, which says its figures in words."""
    for reading in every_page(question, partial(alerts_page, access=access)):
        for row in reading.sets[0]:
            told = _alert(row)
            yield (*row[:-1], told["title"], told["detail"])


_COLUMNS = (*table_columns(LABELS), text("title", ""), text("detail", ""))
_TITLE = "Alertas"
ALERTS = DocumentReport(
    name="alerts",
    title=_TITLE,
    query=AlertsQuery,
    document=_document,
    files=tables(_TITLE, lambda question: _COLUMNS, _lines),
    stem=lambda question: f"alertas-{question.from_year}-{question.to_year}",
)
