"""What `/reports/execution/` groups by: things, years, and periods of the year."""

from dataclasses import dataclass

from rest_framework.exceptions import ValidationError

from poi_api.http.parameters import Parameters
from reports.shared.question import Question, question_from
from units.access.grants import Access

# Where each thing that rows are grouped by has its code and name.
THINGS = {
    "institution": "units_unit",
    "unit": "units_unit",
    "branch": "units_unit",
    "mef_activity": "activities_mefactivity",
    "measurement_unit": "activities_measurementunit",
    "activity": "activities_activity",
}
WIDTHS = {"month": 1, "quarter": 3, "semester": 6}
DIMENSIONS = (*THINGS, "year", *WIDTHS)
MEASURES = (
    "activities",
    "programmed",
    "executed",
    "progress",
    "band",
    "over",
    "mean_progress",
    "mixed_units",
    "mixed_accumulation",
    "mixed_bands",
)
OWN_PARAMETERS = ("depth", "through", "cumulative", "explain", "ordering")
_DEEPEST = 50
_TRUTHS = ("true", "false")


@dataclass(frozen=True, slots=True)
class Period:
    """A run of months, `place` being its number in a report (0: everything that the total is about)."""

    place: int
    first: int
    last: int

    def number(self, dimension: str) -> int:
        """Return which month, quarter or semester it ends in."""
        return (self.last - 1) // WIDTHS[dimension] + 1


@dataclass(frozen=True, slots=True)
class Asked:
    """A whole question to the report; `ordering` is empty or one of `orderings`."""

    question: Question
    dimensions: tuple[str, ...] = ()
    depth: int = 1
    through: int = 12
    cumulative: bool = False
    explain: bool = False
    ordering: str = ""

    @property
    def things(self) -> list[str]:
        """The dimensions that are things with a code."""
        return [name for name in self.dimensions if name in THINGS]

    @property
    def times(self) -> list[str]:
        """The dimensions that are parts of a year."""
        return [name for name in self.dimensions if name in WIDTHS]

    @property
    def total(self) -> Period:
        return Period(0, 1, self.through)

    @property
    def periods(self) -> list[Period]:
        """The periods that rows are about, by the finest part of the year asked for; the last may be cut short.

        None: rows are about what the total is about.
        """
        if not self.times:
            return []
        width = min(WIDTHS[name] for name in self.times)
        starts = range(1, self.through + 1, width)
        return [
            Period(place, 1 if self.cumulative else start, min(start + width - 1, self.through))
            for place, start in enumerate(starts, 1)
        ]


def asked_from(parameters: Parameters, access: Access) -> Asked:
    """Read what is asked. Raises ValidationError naming the parameter that is missing, wrong or unknown."""
    dimensions = _dimensions(parameters)
    depth = parameters.whole("depth", least=0, most=_DEEPEST)
    if depth is not None and "branch" not in dimensions:
        raise ValidationError({"depth": "Solo tiene sentido con group_by=branch."}, code="invalid")
    return Asked(
        question=question_from(parameters, access),
        dimensions=dimensions,
        depth=1 if depth is None else depth,
        through=parameters.whole("through", least=1, most=12) or 12,
        cumulative=parameters.choice("cumulative", _TRUTHS) == "true",
        explain=parameters.choice("explain", _TRUTHS) == "true",
        ordering=_ordering(parameters, dimensions),
    )


def _dimensions(parameters: Parameters) -> tuple[str, ...]:
    """Return the dimensions, given separated by commas or one by one, in the order given."""
    given = [name for text in parameters.every("group_by") for name in text.split(",")]
    for name in given:
        if name not in DIMENSIONS:
            raise ValidationError(
                {"group_by": f"Use, separados por comas: {', '.join(DIMENSIONS)}."}, code="invalid_choice"
            )
        if given.count(name) > 1:
            raise ValidationError({"group_by": f"Se repite {name}."}, code="repeated")
    return tuple(given)


def _ordering(parameters: Parameters, dimensions: tuple[str, ...]) -> str:
    names = (*dimensions, *MEASURES)
    return parameters.choice("ordering", [sign + name for name in names for sign in ("", "-")]) or ""
