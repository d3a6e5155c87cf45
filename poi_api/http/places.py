"""Pages of anything that has an order: each goes on after the last row of the one before (api.md, "Lists").

A link to another page holds the place where that goes on: what the row there is sorted by, signed, so that rows which
come or go meanwhile neither hide another one nor show it twice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any, Self

from django.core.signing import BadSignature, Signer
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.utils.urls import remove_query_param, replace_query_param

from poi_api.database.keysets import Beyond
from poi_api.http import exact_json
from poi_api.http.parameters import SeveralParameter, TextParameter, WholeParameter
from poi_api.http.query import Errors, QuerySerializer, Values, error

LARGEST_PAGE, USUAL_PAGE = 1000, 100
LARGEST_OFFSET = 2**31 - 1
_DAMAGED = "No es una página: use un enlace «next» o «previous» tal como vino."
_OTHER_ORDER = "Esta página es de otra lista o de otro orden: empiece por la primera."
_WHOLE_TABLE = "Una tabla trae todas las filas: no se divide en páginas."
_EITHER = "Use page u offset, no los dos."


class _Json:
    """How places are written: numbers stay exact."""

    dumps, loads = staticmethod(exact_json.dumps), staticmethod(exact_json.loads)


_signer = Signer(salt="page", sep="~")


@dataclass(frozen=True, slots=True)
class Place(Beyond):
    """Where a page goes on, or ends if it is `backwards`, in which `order`; without values at the end of everything."""

    order: str = field(kw_only=True)

    @property
    def token(self) -> str:
        """The place as links have it; the same place always has the same."""
        said = [self.order, self.backwards, self.inclusive, *self.values]
        token: str = _signer.sign_object(said, serializer=_Json, compress=True)
        return token

    @classmethod
    def read(cls, token: str) -> Self:
        """Return the place of a token. Raises ValidationError `invalid_page` for what is none."""
        try:
            order, backwards, inclusive, *values = _signer.unsign_object(token, serializer=_Json)
        except BadSignature:
            raise ValidationError(_DAMAGED, code="invalid_page") from None
        return cls(tuple(values), backwards, inclusive, order=order)


def order_named(*parts: object) -> str:
    """Return a short name of what decides an order."""
    return blake2b(repr(parts).encode(), digest_size=4).hexdigest()


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of a list is asked for: `limit` rows from `place` on, or else `offset` rows after the first."""

    limit: int = USUAL_PAGE
    offset: int = 0
    place: Place | None = None

    @property
    def backwards(self) -> bool:
        """Whether rows are read from the last one to the first."""
        return self.place is not None and self.place.backwards

    def links(self, url: str, order: str, ends: Sequence[Sequence[Any]], *, more: bool) -> dict[str, str | None]:
        """Return the addresses of the pages around this one.

        `ends` are the values of its first and its last row, or nothing where it is empty; `more` tells whether there
        is more in the direction of reading.
        """
        has_next = bool(self.place and self.place.values) if self.backwards else more
        has_previous = more if self.backwards else bool(self.place or self.offset)
        following, preceding = self._around(order, ends)
        return {
            "next": _address(url, following) if has_next else None,
            "previous": _address(url, preceding) if has_previous else None,
        }

    def _around(self, order: str, ends: Sequence[Sequence[Any]]) -> tuple[Place, Place]:
        """Return the places of the next and of the previous page; from an empty one they go to where it was sought."""
        if ends:
            return Place(tuple(ends[-1]), order=order), Place(tuple(ends[0]), backwards=True, order=order)
        values = self.place.values if self.place else ()
        following = Place(values, inclusive=True, order=order)
        return following, Place(values, backwards=True, inclusive=bool(values), order=order)


def _address(url: str, place: Place) -> str:
    return str(remove_query_param(replace_query_param(url, "page", place.token), "offset"))


class PageParameter(TextParameter):
    """A page that a link names."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the place. Raises ValidationError `invalid_page`."""
        return Place.read(data)


class PageQuery(QuerySerializer):
    """Which part of a list, and which members of its rows."""

    limit = WholeParameter(
        min_value=1, max_value=LARGEST_PAGE, default=USUAL_PAGE, help_text="Cuántos resultados trae la página."
    )
    offset = WholeParameter(
        min_value=0,
        max_value=LARGEST_OFFSET,
        default=0,
        help_text="Cuántos resultados se saltan antes de la página. Para recorrerlos todos siga los enlaces `next`, "
        "que no saltan ni repiten nada aunque la lista cambie entretanto.",
    )
    page = PageParameter(
        shape={"type": "string"}, help_text="La página que nombra un enlace `next` o `previous`; en lugar de `offset`."
    )
    fields = SeveralParameter(  # type: ignore[assignment]
        child=TextParameter(),
        help_text="Qué miembros de cada fila se quieren, separados por comas o repetido; sin él, todos.",
    )

    @classmethod
    def parse(cls, query: Any) -> tuple[Values, Errors]:
        values, errors = super().parse(query)
        if "page" in query and "offset" in query:
            errors.setdefault("offset", error("invalid", _EITHER))
        return values, errors


def page_of(values: Values) -> Page:
    """Return which part the values of a PageQuery name."""
    return Page(values["limit"], values["offset"], values["page"])


def check_page(values: Values, errors: Errors, *, order: str, members: Sequence[str]) -> None:
    """Add to `errors` a page of another order, and members that no row has."""
    place = values["page"]
    if place and place.order != order:
        errors["page"] = error("invalid_page", _OTHER_ORDER)
    if set(values["fields"] or ()) - set(members):
        errors["fields"] = [ErrorDetail(f"Use, separados por comas: {', '.join(members)}.", "invalid_choice")]


def refuse_pages(said: set[str], errors: Errors, pages: Collection[str] | None = None) -> None:
    """Add to `errors` what was said of pages, by parameters that are called so: a table has all rows and members."""
    names = PageQuery.parameters() if pages is None else pages
    errors |= {name: error("invalid", _WHOLE_TABLE) for name in names if name in said}


def with_members(row: dict[str, Any], members: Sequence[str] | None) -> dict[str, Any]:
    """Return a row with these members alone, in its own order; None: all of them."""
    return row if members is None else {name: value for name, value in row.items() if name in members}
