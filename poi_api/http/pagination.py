"""Lists in pages, each from the last row of the one before on; links are relative to the host (api.md, "Lists")."""

from collections.abc import Sequence
from typing import Any, Protocol

from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Model, Q, QuerySet
from django.db.models.expressions import OrderBy
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response

from poi_api.database.keysets import Key, beyond
from poi_api.http.places import Page, Place, page_of

ADDRESS = {"type": "string", "format": "uri-reference"}
Read = list[tuple[Any, Sequence[Any]]]  # rows, each with what it is sorted by


@extend_schema_field(ADDRESS)
class AddressField(serializers.CharField):
    """An address on this host, for the schema of answers that no paginator makes."""


class Rows(Protocol):
    """What can be divided into pages."""

    def count(self) -> int:
        """Return how many rows there are in all."""

    def read(self, page: Page, most: int) -> Read:
        """Return up to `most` rows from where the page begins, in the direction in which it is read."""


class ModelRows:
    """The rows of a queryset in its own order, and then in that of their ids."""

    def __init__(self, rows: QuerySet) -> None:
        self._rows = rows
        self._keys = [_key(rows.model, name) for name in sorted_by(rows)]

    def count(self) -> int:
        return self._rows.count()

    def read(self, page: Page, most: int) -> Read:
        columns = {_column(number): F(key.column) for number, key in enumerate(self._keys)}
        rows = self._rows.annotate(**columns).order_by(*self._order(page))
        if page.place and page.place.values:
            rows = rows.filter(beyond(self._keys, page.place, _condition))
        start = 0 if page.place else page.offset
        found = rows[start : start + most]
        return [(row, [getattr(row, column) for column in columns]) for row in found]

    def _order(self, page: Page) -> list[OrderBy]:
        """Return the order in which a page is read."""
        return [
            OrderBy(
                F(_column(number)),
                descending=key.descending != page.backwards,
                nulls_first=(key.nullable and page.backwards) or None,
                nulls_last=(key.nullable and not page.backwards) or None,
            )
            for number, key in enumerate(self._keys)
        ]


def sorted_by(rows: QuerySet) -> list[str]:
    """Return what a queryset is sorted by, its ids being the last."""
    names = [str(name) for name in rows.query.order_by]
    return names if {"pk", "id", "-pk", "-id"} & set(names) else [*names, "pk"]


def _column(number: int) -> str:
    return f"place_{number}"


def _condition(number: int, lookup: str, value: Any) -> Q:
    return Q(**{f"{_column(number)}__{lookup}": value})


def _key(model: type[Model], name: str) -> Key:
    path = name.removeprefix("-")
    return Key(path, descending=name.startswith("-"), nullable=_is_nullable(model, path))


def _is_nullable(model: Any, path: str) -> bool:
    """Tell whether there may be nothing at the end of a path from a model."""
    for part in path.split("__"):
        try:
            field = model._meta.get_field(part)
        except FieldDoesNotExist:  # `pk`, or an id by its column
            return False
        if field.null:
            return True
        model = field.related_model
    return False


class Pagination(BasePagination):
    """Reads the page that a view was asked for: `asked` has the values of its query, `order` names its order.

    Once it was read, `count` says how many rows there are, and `following` where the next page begins, None at the end.
    """

    count = 0
    following: Place | None = None

    def paginate_queryset(self, queryset: Any, request: Request, view: Any = None) -> list[Any]:
        """Return the rows of the page: two statements, however far inside the list it is."""
        rows: Rows = ModelRows(queryset) if isinstance(queryset, QuerySet) else queryset
        page = page_of(view.asked)
        self.count = rows.count()
        read = rows.read(page, page.limit + 1)
        more, read = len(read) > page.limit, read[: page.limit]
        if page.backwards:
            read.reverse()
        ends = [read[0][1], read[-1][1]] if read else []
        self.following = Place(tuple(ends[-1]), order=view.order) if more and ends and not page.backwards else None
        self._links = page.links(request.get_full_path(), view.order, ends, more=more)
        return [row for row, _ in read]

    def get_paginated_response(self, data: Any) -> Response:
        return Response({"count": self.count, **self._links, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {**ADDRESS, "type": ["string", "null"]}
        return {
            "type": "object",
            "required": ["count", "next", "previous", "results"],
            "properties": {
                "count": {
                    "type": "integer",
                    "minimum": 0,
                    "example": 1,
                    "description": "Cuántos hay en total.",
                },
                "next": {**link, "example": None, "description": "La página siguiente, tras la última fila de esta."},
                "previous": {**link, "example": None, "description": "La página anterior."},
                "results": schema,
            },
        }
