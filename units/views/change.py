"""The feed of changes over HTTP."""

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from poi_api.http.parameters import Parameters
from units.access.permissions import access_of
from units.history.cursors import expired, place_after
from units.history.feed import changes_after, moved_under_others, object_named
from units.history.registry import entities
from units.requests.conditional import freshen, not_modified, seen_by
from units.requests.resources import CallerFirst
from units.serializers.change import ChangesSerializer

_LIMIT, _MOST = 100, 1000
_PARAMETERS = [
    OpenApiParameter(
        "after",
        str,
        description="Cursor: «next» de otra página o la cabecera Change-Cursor. Sin él, desde el principio.",
    ),
    OpenApiParameter(
        "limit",
        {"type": "integer", "minimum": 1, "maximum": _MOST, "default": _LIMIT},
        description="Cuántos cambios trae la página a lo más.",
    ),
    OpenApiParameter(
        "object",
        {"type": "string", "pattern": f"^({'|'.join(entities())}):[1-9][0-9]{{0,17}}$"},
        description="Solo los de un objeto, como `activity:7`, que incluye sus metas, registros y revisiones.",
    ),
]


class ChangesView(CallerFirst):
    """Todo lo que cambió y usted puede ver, en el orden en que se confirmó, sin saltos."""

    further_problems = (410,)

    @extend_schema(
        operation_id="changes_list",
        summary="Lo que cambió, en orden",
        parameters=_PARAMETERS,
        responses=ChangesSerializer,
    )
    def get(self, request: Request) -> HttpResponseBase:
        access, http = access_of(request), request._request
        asked = _asked(request)
        seen = seen_by(access)
        place = place_after(asked.one("after"), access=access, last=seen.position)
        of = object_named(asked.one("object"))
        limit = asked.whole("limit", least=1, most=_MOST) or _LIMIT
        etag = seen.etag(http, access)
        answer = not_modified(http, etag)
        if answer is None:
            if moved_under_others(place, access=access, until=seen.position):
                raise expired("El cursor ya no vale: su unidad pasó a depender de otra, con otras reaperturas.")
            page = changes_after(place, access=access, until=seen.position, limit=limit, of=of)
            answer = Response(_body(page.results, page.next.cursor(access), page.has_more))
        freshen(answer, seen, access, etag)
        return answer


def _asked(request: Request) -> Parameters:
    query = request.query_params
    asked = Parameters(query, ("after", "limit", "object", "format"))
    for name in query:
        if not query[name]:
            raise ValidationError({name: "Este parámetro no puede estar vacío."}, code="blank")
    return asked


def _body(results: list[dict[str, Any]], cursor: str, has_more: bool) -> dict[str, Any]:
    return {"results": results, "next": cursor, "has_more": has_more}
