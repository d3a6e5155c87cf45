"""What `/reports/matrix/` is asked."""

from dataclasses import dataclass

from poi_api.http.parameters import ChoiceParameter
from reports.shared.query import PagedQuery, TableQuery
from reports.shared.question import PagedQuestion

ORDERINGS = {
    "activity": ("a.code",),
    "name": ("a.name_key",),
    "unit": ("u.name_key", "u.code"),
    "mef_activity": ("m.name_key", "m.code"),
    "measurement_unit": ("k.name_key", "k.code"),
    "year": ("p.year",),
    "institution": ("i.name_key", "i.code"),
}


@dataclass(frozen=True, slots=True)
class MatrixQuestion(PagedQuestion):
    """`ordering` is one of ORDERINGS, with a leading `-` for descending; None is the document's own order."""

    ordering: str | None = None

    @property
    def sorted_by(self) -> tuple[object, ...]:
        return (self.ordering,)


class MatrixQuery(TableQuery, PagedQuery):
    asks = MatrixQuestion

    ordering = ChoiceParameter(
        [sign + name for name in ORDERINGS for sign in ("", "-")], help_text="El orden; por defecto, el del documento."
    )
