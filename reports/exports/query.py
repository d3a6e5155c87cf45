"""What `/exports/months/` is asked."""

from dataclasses import dataclass

from poi_api.http.parameters import WholesParameter
from reports.shared.query import TableQuery
from reports.shared.question import Question


@dataclass(frozen=True, slots=True)
class MonthsQuestion(Question):
    """Which months of each year; None: all."""

    month: tuple[int, ...] | None = None


class MonthsQuery(TableQuery):
    asks = MonthsQuestion

    month = WholesParameter(
        min_value=1,
        max_value=12,
        help_text="Mes, de 1 a 12; sin él, todos. Se admiten varios, separados por comas o repetidos.",
    )
