"""The execution of a year, drawn."""

from reports.charts.drawing import CHARTS
from reports.charts.query import ChartQuery, ChartQuestion
from reports.shared.report import Report, report_called
from reports.shared.sums.question import sums_of
from units.access.grants import Access
from units.requests.conditional import Freshness

_ROWS = 1000
_NAMES = {
    "institution": "institución",
    "within": "unidad y las que dependen de ella",
    "unit": "unidad",
    "mef_activity": "actividad MEF",
    "measurement_unit": "unidad de medida",
}


def _drawing(question: ChartQuestion, access: Access) -> tuple[bytes, Freshness]:
    dimension, draw = CHARTS[question.chart]
    sums = sums_of(question, group_by=(dimension,), through=question.through, limit=_ROWS)
    document = report_called("execution").document(sums, access)
    return draw(document.members, _about(question)), document.freshness


def _about(question: ChartQuestion) -> str:
    """Return what a chart is about, in words."""
    filters = [f"{_NAMES[name]}: {', '.join(codes)}" for name, codes in question.codes.items() if codes]
    return " · ".join([str(question.from_year), *filters])


CHART = Report(query=ChartQuery, whole={"svg": _drawing})
