"""What `/reports/execution/chart/` is asked."""

from dataclasses import dataclass

from django.http import QueryDict

from poi_api.http.parameters import ChoiceParameter
from poi_api.http.query import Errors, Values, error
from reports.charts.drawing import CHARTS
from reports.shared.query import ReportQuery, month_parameter
from reports.shared.question import Question


@dataclass(frozen=True, slots=True)
class ChartQuestion(Question):
    """`chart` is one of CHARTS, of the months up to `through`."""

    chart: str = "months"
    through: int = 12


class ChartQuery(ReportQuery):
    asks = ChartQuestion

    chart = ChoiceParameter(
        list(CHARTS),
        default="months",
        help_text="`months`: programado y ejecutado por mes; `units`: avance por unidad, con su semáforo.",
    )
    through = month_parameter("Hasta qué mes, desde enero.")

    @classmethod
    def check(cls, values: Values, given: QueryDict, variant: str, errors: Errors) -> None:
        first, last = values["from_year"], values["to_year"]
        if "to_year" not in errors and first is not None and last is not None and first < last:
            errors["to_year"] = error("invalid", "Un gráfico es de un solo año.")
