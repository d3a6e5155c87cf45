"""The interface of reports: what one is, for its own view, for publications and for charts.

A report's package declares it in `report.py`; the app finds these when it starts (`reports/apps.py`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from poi_api.http.files import Parts
from reports.shared.query import ReportQuery
from reports.shared.reading import Document
from units.access.grants import Access
from units.requests.conditional import Freshness


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report: its query string, and by format what answers a question of it, other than JSON.

    `files` are downloads of any size, made part by part, whose names start with `stem`; what is in `whole` is in one
    piece and says how fresh it is. `prepare` is done before a file is made, outside the state that it is made from.
    """

    query: type[ReportQuery]
    files: Mapping[str, Callable[[Any, Access], Parts]] = field(default_factory=dict)
    whole: Mapping[str, Callable[[Any, Access], tuple[bytes, Freshness]]] = field(default_factory=dict)
    stem: Callable[[Any], str] = str
    prepare: Callable[[Any, Access], None] = lambda question, access: None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentReport(Report):
    """A report that is a document in JSON, made by `document`; others ask for it by its `name` (`report_called`).

    `title` is what people call it. `row_key` are the members that say which row is which; without them it cannot be
    published.
    """

    name: str
    title: str
    document: Callable[[Any, Access], Document]
    row_key: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _reports[self.name] = self


_reports: dict[str, DocumentReport] = {}


def report_called(name: str) -> DocumentReport:
    """Return the report of that name. Raises KeyError."""
    return _reports[name]


def publishable() -> list[str]:
    """Return the names of the reports that can be published."""
    return [name for name, report in _reports.items() if report.row_key]
