"""What `/reports/execution/` is asked."""

from typing import Any

from rest_framework.exceptions import ErrorDetail, ValidationError

from poi_api.http.formats import TABLES
from poi_api.http.parameters import ChoicesParameter, OrderingParameter, TruthParameter, WholeParameter
from poi_api.http.query import Errors, Values, error
from reports.shared.query import PagedQuery, TableQuery, month_parameter
from reports.shared.sums.measures import MEASURES
from reports.shared.sums.question import DIMENSIONS, SumsQuestion

_MEASURES = [measure.name for measure in MEASURES]


class DimensionsParameter(ChoicesParameter):
    """Dimensions, in the order given, each once."""

    def run_validation(self, data: Any = ()) -> Any:
        """Return the dimensions. Raises ValidationError `invalid_choice` for another word, `repeated` for one twice."""
        given = [name for text in data for name in text.split(",")]
        repeated = [name for name in dict.fromkeys(given) if name in DIMENSIONS and given.count(name) > 1]
        refused = [ErrorDetail(f"Se repite {name}.", "repeated") for name in repeated]
        try:
            dimensions = super().run_validation(data)
        except ValidationError as wrong:
            raise ValidationError([*wrong.detail, *refused]) from None
        if refused:
            raise ValidationError(refused)
        return dimensions


class ExecutionQuery(TableQuery, PagedQuery):
    asks = SumsQuestion
    json_alone = {
        "explain": "Las explicaciones vienen solo en JSON.",
        "subtotals": "Los subtotales vienen solo en JSON: para una tabla, agrupe por measurement_unit.",
    }

    group_by = DimensionsParameter(
        list(DIMENSIONS),
        default=(),
        help_text="Por qué se agrupa, separado por comas o repetido. Sin él hay una sola fila. `branch` es el superior "
        "de la unidad al nivel `depth`, con todo lo que depende de él.",
    )
    depth = WholeParameter(
        min_value=0,
        max_value=50,
        default=1,
        help_text="Con `branch`: niveles por debajo de la institución (0 es ella misma).",
    )
    through = month_parameter("El último mes que cuenta.")
    cumulative = TruthParameter(default=False, help_text="`true`: cada periodo se cuenta desde enero.")
    explain = TruthParameter(
        default=False, help_text="`true`: cada porcentaje con su fórmula, sus datos y su regla (JSON)."
    )
    subtotals = TruthParameter(
        default=False, help_text="`true`: lo que suma distintas unidades de medida, con el subtotal de cada una (JSON)."
    )
    ordering = OrderingParameter(
        [*DIMENSIONS, *_MEASURES],
        help_text="Dimensiones pedidas o medidas; por defecto, las dimensiones en su orden. Lo que no tiene valor va "
        "al final.",
    )

    @classmethod
    def check(cls, values: Values, said: set[str], variant: str, errors: Errors) -> None:
        super().check(values, said, variant, errors)
        if "group_by" not in errors:
            _check_grouping(values, said, errors)
        if variant in TABLES:
            errors |= {name: error("invalid", said) for name, said in cls.json_alone.items() if values[name]}


def _check_grouping(values: Values, said: set[str], errors: Errors) -> None:
    dimensions = values["group_by"]
    if "depth" in said and "branch" not in dimensions:
        errors.setdefault("depth", error("invalid", "Solo tiene sentido con group_by=branch."))
    names = (*dimensions, *_MEASURES)
    if {name.removeprefix("-") for name in values["ordering"]} - {*names}:
        choices = ", ".join(sign + name for name in names for sign in ("", "-"))
        errors["ordering"] = error("invalid_choice", f"Use uno de: {choices}.")
