"""Lists in pages of `limit` from `offset` on; links to other pages are relative to the host asked (api.md, "Lists")."""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request

from poi_api.http.parameters import Parameters

PAGE_LINK = {"type": "string", "format": "uri-reference"}
_LARGEST_OFFSET = 2**31 - 1


@extend_schema_field(PAGE_LINK)
class PageLinkField(serializers.CharField):
    """The path and query of another page, for the schema of answers that no paginator makes."""


class StrictPagination(LimitOffsetPagination):
    """`limit` from 1 to 1,000 (100) and `offset` from 0 (0); anything else is a 400 naming it."""

    default_limit = 100
    max_limit = 1000

    def get_limit(self, request: Request) -> int:
        given = _parameters(request).whole("limit", least=1, most=self.max_limit)
        return self.default_limit if given is None else given

    def get_offset(self, request: Request) -> int:
        return _parameters(request).whole("offset", least=0, most=_LARGEST_OFFSET) or 0

    def get_next_link(self) -> str | None:
        return _relative(super().get_next_link())

    def get_previous_link(self) -> str | None:
        return _relative(super().get_previous_link())

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        return [
            _documented("limit", "Cuántos resultados trae la página.", 1, self.max_limit, self.default_limit),
            _documented("offset", "Cuántos resultados se saltan antes de la página.", 0, _LARGEST_OFFSET, 0),
        ]

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {**PAGE_LINK, "type": ["string", "null"]}
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
                "next": {**link, "example": None, "description": "La página siguiente."},
                "previous": {**link, "example": None, "description": "La página anterior."},
                "results": schema,
            },
        }


def _relative(link: str | None) -> str | None:
    """Return path and query of a link, which are right on every host."""
    return link and urlunsplit(("", "", *urlsplit(link)[2:]))


def _parameters(request: Request) -> Parameters:
    return Parameters(request.query_params, request.query_params)


def _documented(name: str, text: str, least: int, most: int, default: int) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": least, "maximum": most, "default": default}
    return {"name": name, "in": "query", "required": False, "description": text, "schema": schema}
