"""What deserves a look, each case with its rule and its figures."""

from typing import Any

from poi_api.http import exact_json
from reports.alerts.query import AlertsQuery, AlertsQuestion
from reports.alerts.rules import RULES
from reports.alerts.statement import LABELS, alerts_page
from reports.shared.columns import taken
from reports.shared.reading import Document, Row, page
from reports.shared.report import DocumentReport, register
from units.access.grants import Access


def _document(question: AlertsQuestion, access: Access) -> Document:
    reading = alerts_page(question, access)
    counts = dict(zip(question.rule, reading.cells[0], strict=True))
    about = {"through": question.through, "rules": [_rule(name, count) for name, count in counts.items()]}
    rows = [_alert(row) for row in reading.sets[0]]
    return reading.document(about | page(sum(counts.values()), rows, question))


def _rule(name: str, count: int) -> dict[str, Any]:
    rule = RULES[name]
    return {"rule": name, "title": rule.title, "description": rule.description, "count": count}


def _alert(row: Row) -> dict[str, Any]:
    *cells, text = row
    labels, figures = taken(LABELS, iter(cells)), exact_json.loads(text.encode())
    rule = RULES[labels["rule"]]
    return labels | {"title": rule.title, "detail": rule.said(figures), "figures": figures}


ALERTS = register(DocumentReport(name="alerts", title="Alertas", query=AlertsQuery, document=_document))
