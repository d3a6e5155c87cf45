"""What `/reports/matrix/` is asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from poi_api.http.parameters import OrderingParameter, TruthParameter
from poi_api.http.query import Errors, Values
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

PROVENANCE_MEMBERS = ("import", "line", "status", "doubts")  # of a row, with `provenance`


@dataclass(frozen=True, slots=True)
class MatrixQuestion(PagedQuestion):
    """`ordering` are some of ORDERINGS, each with a leading `-` for descending; none is the document's own order.

    With `provenance` rows say which line of which document their figures came from.
    """

    ordering: tuple[str, ...] = ()
    provenance: bool = False

    @property
    def sorted_by(self) -> tuple[object, ...]:
        return (self.ordering,)


class MatrixQuery(TableQuery, PagedQuery):
    asks = MatrixQuestion

    ordering = OrderingParameter(ORDERINGS, help_text="El orden; por defecto, el del documento.")
    provenance = TruthParameter(
        default=False,
        help_text="`true`: de qué importación y de qué línea vino cada fila, cómo se leyó y qué quedó en duda.",
    )

    @classmethod
    def check_question(cls, question: Any, values: Values, members: Sequence[str], errors: Errors) -> None:
        own = members if question.provenance else [name for name in members if name not in PROVENANCE_MEMBERS]
        super().check_question(question, values, own, errors)
