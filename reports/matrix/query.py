"""What `/reports/matrix/` is asked."""

from dataclasses import dataclass

from poi_api.http.parameters import OrderingParameter
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
    """`ordering` are some of ORDERINGS, each with a leading `-` for descending; none is the document's own order."""

    ordering: tuple[str, ...] = ()

    @property
    def sorted_by(self) -> tuple[object, ...]:
        return (self.ordering,)


class MatrixQuery(TableQuery, PagedQuery):
    asks = MatrixQuestion

    ordering = OrderingParameter(ORDERINGS, help_text="El orden; por defecto, el del documento.")
