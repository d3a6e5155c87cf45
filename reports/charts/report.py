"""The execution of a year, drawn."""

from functools import partial
from textwrap import shorten
from typing import Any

from activities.models import MeasurementUnit, MefActivity
from reports.charts.drawing import CHARTS
from reports.charts.query import ChartQuery, ChartQuestion
from reports.shared.question import CLASSIFIERS
from reports.shared.report import Report, report_called
from reports.shared.sums.question import sums_of
from units.access.grants import Access
from units.models import Unit
from units.requests.conditional import Freshness

_ROWS = 1000
_NAMED, _LONGEST = 3, 60  # so many names of so many characters
_BEARERS: dict[str, Any] = {"mef_activity": MefActivity, "measurement_unit": MeasurementUnit}  # the others are units
_KINDS = {
    "institution": "institución",
    "within": "unidad y las que dependen de ella",
    "unit": "unidad",
    "mef_activity": "actividad MEF",
    "measurement_unit": "unidad de medida",
    "oei": "OEI",
    "aei": "AEI",
    "categoria": "categoría presupuestal",
    "prioridad": "prioridad",
}


def _drawing(question: ChartQuestion, access: Access, picture: str) -> tuple[bytes, Freshness]:
    dimension, draw = CHARTS[question.chart]
    sums = sums_of(question, group_by=(dimension,), through=question.through, limit=_ROWS)
    document = report_called("execution").document(sums, access)
    return draw(document.values(), _about(question), picture), document.freshness


def _about(question: ChartQuestion) -> str:
    """Return what a chart is about, in words."""
    with question.reading():
        filters = [f"{_KINDS[kind]}: {_names(question, kind)}" for kind, codes in question.codes.items() if codes]
    return " · ".join([str(question.from_year), *filters])


def _names(question: ChartQuestion, kind: str) -> str:
    """Return the names of what the codes name, in their order; of many the first, and how many more.

    What classifies has its codes alone: one code may have several names.
    """
    names = codes = list(dict.fromkeys(question.codes[kind]))
    if kind not in CLASSIFIERS:
        named = list(_BEARERS.get(kind, Unit)._default_manager.filter(pk__in=question.ids[kind]))
        named.sort(key=lambda each: codes.index(each.code) if each.code in codes else len(codes))  # it had another then
        names = [shorten(each.name, _LONGEST, placeholder="…") for each in named]
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" y {more} más" if more > 0 else "")


CHART = Report(query=ChartQuery, whole={picture: partial(_drawing, picture=picture) for picture in ("svg", "png")})
