"""What `/reports/poi/template/` is asked."""

from django.http import QueryDict

from poi_api.http.query import Errors, Values
from reports.shared.query import ReportQuery, codes_parameter, institution_parameter, one_year_parameter
from reports.shared.question import Labels

# Months are open now, and what is filled in is about the figures of now
_NOW: Values = {"version": None, "as_of": None, "include": None, "labels": Labels.THEN, "draft": False}


class TemplateQuery(ReportQuery):
    """The open months of units of one institution and year."""

    from_year = to_year = version = as_of = include = labels = draft = None  # type: ignore[assignment]
    year = one_year_parameter()
    institution = institution_parameter("La plantilla es de una institución: indique su código.")
    unit = codes_parameter(
        "Código de la unidad, sin las que dependen de ella.",
        required=True,
        error_messages={"required": "La plantilla es de una unidad: indique su código."},
    )

    @classmethod
    def parse(cls, query: QueryDict) -> tuple[Values, Errors]:
        values, errors = super().parse(query)
        return _NOW | values, errors
