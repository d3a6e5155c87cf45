"""What `/reports/ceplan/` is asked."""

from dataclasses import dataclass

from poi_api.http.parameters import WholeParameter
from reports.shared.query import PagedQuery, TableQuery
from reports.shared.question import PagedQuestion


@dataclass(frozen=True, slots=True)
class CeplanQuestion(PagedQuestion):
    """All months with their totals, or one `month` alone."""

    month: int | None = None


class CeplanQuery(TableQuery, PagedQuery):
    asks = CeplanQuestion

    month = WholeParameter(
        min_value=1, max_value=12, help_text="Solo las columnas de este mes, sin totales; sin él, las de todo el año."
    )
