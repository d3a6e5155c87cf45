"""The interface of reports: what one is, for its own view, for publications and for charts.

A report's package declares it in `report.py`; the app finds these when it starts (`reports/apps.py`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from reports.shared.query import ReportQuery
from reports.shared.reading import Document
from units.access.grants import Access
from units.requests.conditional import Freshness

Lines = Iterable[bytes] | Iterable[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report: its query string, and by format what answers a question of it, other than JSON.

    `streams` are downloads, sent while they are made, whose names start with `stem`; what is in `whole` is made first
    and says how fresh it is.
    """

    query: type[ReportQuery]
    streams: Mapping[str, Callable[[Any, Access], Lines]] = field(default_factory=dict)
    whole: Mapping[str, Callable[[Any, Access], tuple[bytes, Freshness]]] = field(default_factory=dict)
    stem: Callable[[Any], str] = str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReport(Report):
    """A report that is a document in JSON, made by `document`; others ask for it by its `name`.

    `title` is what people call it. `row_key` are the members that say which row is which; without them it cannot be
    published.
    """

    name: str
    title: str
    document: Callable[[Any, Access], Document]
    row_key: tuple[str, ...] = ()


_reports: dict[str, DocumentReport] = {}


def register(report: DocumentReport) -> DocumentReport:
    """Make a report known to others, and return it."""
    _reports[report.name] = report
    return report


def report_called(name: str) -> DocumentReport:
    return _reports[name]


def publishable() -> list[str]:
    """Return the names of the reports that can be published."""
    return [name for name, report in _reports.items() if report.row_key]
