"""The way of a report's answer: read the question, spare what has not changed, answer in the format agreed."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from rest_framework.exceptions import ValidationError

from poi_api.http.parameters import Parameters
from reports.shared.renderers import JSON_AND_CSV
from units.access.grants import Access
from units.requests.conditional import Seen, freshen, not_modified, seen_by
from units.requests.figure_view import FigureView

_LIMIT, _MOST = 100, 1000
_FURTHEST = 10**9


class ReportView(FigureView):
    """Subclasses answer in `asked`, `as_json` and `as_csv`."""

    renderer_classes = JSON_AND_CSV

    def asked(self, request: HttpRequest, access: Access, variant: str) -> Any:
        """Return what is asked. Raises ValidationError naming the parameter that is wrong."""
        raise NotImplementedError

    def as_json(self, asked: Any, access: Access, url: str) -> tuple[str, Seen]:
        """Return the answer's JSON text, and what it was made from."""
        raise NotImplementedError

    def as_csv(self, asked: Any, access: Access) -> HttpResponseBase:
        """Return the answer as CSV."""
        raise NotImplementedError

    def figures(self, request: HttpRequest, access: Access, variant: str, **path: Any) -> HttpResponseBase:
        asked = self.asked(request, access, variant)
        if variant == "csv" or "HTTP_IF_NONE_MATCH" in request.META:
            seen = seen_by(access)
            if answer := not_modified(request, seen.etag(request, access, variant)):
                return _fresh(answer, request, access, variant, seen)
        if variant == "csv":
            return _fresh(self.as_csv(asked, access), request, access, variant, seen)
        body, seen = self.as_json(asked, access, request.build_absolute_uri())
        return _fresh(HttpResponse(body, content_type="application/json"), request, access, variant, seen)


def window(parameters: Parameters, variant: str) -> tuple[int, int]:
    """Read `limit` and `offset`, which only JSON has."""
    limit = parameters.whole("limit", least=1, most=_MOST)
    offset = parameters.whole("offset", least=0, most=_FURTHEST)
    if variant == "csv" and (limit is not None or offset is not None):
        name = "offset" if limit is None else "limit"
        raise ValidationError({name: "El CSV trae todas las filas: no se divide en páginas."}, code="invalid")
    return limit or _LIMIT, offset or 0


def csv_answer(lines: Iterable[str], filename: str) -> StreamingHttpResponse:
    """Return a table as a streamed download."""
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{filename}"'},
    )


def _fresh(
    answer: HttpResponseBase, request: HttpRequest, access: Access, variant: str, seen: Seen
) -> HttpResponseBase:
    freshen(answer, seen, access, seen.etag(request, access, variant))
    return answer
