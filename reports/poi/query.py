"""What `/reports/poi/` is asked."""

from dataclasses import dataclass

from poi_api.http.parameters import WholeParameter
from reports.shared.query import TableQuery, institution_parameter, one_year_parameter
from reports.shared.question import Question


@dataclass(frozen=True, slots=True)
class PoiQuestion(Question):
    """The document of one institution and year up to the quarter `through`, 1 to 4."""

    through: int = 4


class PoiQuery(TableQuery):
    asks = PoiQuestion

    from_year = to_year = None  # type: ignore[assignment]
    year = one_year_parameter()
    institution = institution_parameter("El documento es de una institución: indique su código.")
    through = WholeParameter(
        min_value=1,
        max_value=4,
        default=4,
        hint="Use el trimestre: 1, 2, 3 o 4.",
        help_text="El trimestre: lo ejecutado después no se muestra; lo programado, sí, todo el año.",
    )
