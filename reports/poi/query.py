"""What `/reports/poi/` is asked."""

from dataclasses import dataclass
from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

from poi_api.http.parameters import WholeParameter
from reports.shared.query import NO_YEAR, TableQuery, year_parameter
from reports.shared.question import Question


class InstitutionParameter(serializers.CharField):
    """The code of one institution, as the list that other reports take."""

    def run_validation(self, data: Any = empty) -> Any:
        return [data]


@dataclass(frozen=True, slots=True)
class PoiQuestion(Question):
    """The document of one institution and year up to the quarter `through`, 1 to 4."""

    through: int = 4


class PoiQuery(TableQuery):
    asks = PoiQuestion

    from_year = to_year = None  # type: ignore[assignment]
    year = year_parameter("El año.", required=True, error_messages={"required": NO_YEAR})
    institution = InstitutionParameter(
        help_text="Código de la institución.",
        error_messages={"required": "El documento es de una institución: indique su código."},
    )
    through = WholeParameter(
        min_value=1,
        max_value=4,
        default=4,
        hint="Use el trimestre: 1, 2, 3 o 4.",
        help_text="El trimestre: lo ejecutado después no se muestra; lo programado, sí, todo el año.",
    )
