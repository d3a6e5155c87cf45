"""The way of a report's answer: read the question, spare what has not changed, answer in the format agreed."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from rest_framework.exceptions import ValidationError

from poi_api.http.parameters import Parameters
from reports.shared.renderers import JSON_AND_CSV
from units.access.grants import Access
from units.requests.conditional import Freshness
from units.requests.conditional_view import ConditionalView

_LIMIT, _MOST = 100, 1000
_FURTHEST = 10**9


class ReportView(ConditionalView):
    """Subclasses say what is asked in `question` and `depends_on`, and answer in `as_json` and `as_csv`."""

    renderer_classes = JSON_AND_CSV

    def as_json(self, question: Any, access: Access, url: str) -> tuple[Any, Freshness]:
        """Return the answer's JSON text, and how fresh it is; `url` is the request's own, for links."""
        raise NotImplementedError

    def as_csv(self, question: Any, access: Access) -> HttpResponseBase:
        """Return the answer as CSV."""
        raise NotImplementedError

    def answer(self, question: Any, access: Access, variant: str) -> tuple[HttpResponseBase, Freshness]:
        if variant == "csv":
            freshness = self.freshness(question, access)  # a stream is made after its headers
            return self.as_csv(question, access), freshness
        body, freshness = self.as_json(question, access, self.request.get_full_path())
        return HttpResponse(body, content_type="application/json"), freshness


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
