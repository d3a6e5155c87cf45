"""The OpenAPI document and the pages to browse it."""

from functools import cache
from hashlib import blake2b
from threading import Lock
from typing import Any

from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer2, OpenApiYamlRenderer2
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from poi_api.http.lean_view import LeanView
from poi_api.http.parameters import TextParameter
from poi_api.http.query import QuerySerializer

_GENERATING = Lock()  # it notes what it meets in places of the process


def document() -> dict[str, Any]:
    """Return the OpenAPI document of the whole API; it is the same for everybody."""
    with _GENERATING:
        return _document()


@cache
def _document() -> dict[str, Any]:
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
    whole: dict[str, Any] = generator.get_schema(request=None, public=True)
    return whole


@cache
def _rendered(renderer: type[BaseRenderer]) -> tuple[bytes, str]:
    """Return the document in a format, and its ETag; once per process: it takes a good part of a second."""
    written: Any = renderer().render(document())
    body = bytes(written)
    return body, quote_etag(blake2b(body, digest_size=12).hexdigest())


class SchemaView(LeanView, SpectacularAPIView):
    """The OpenAPI document, in JSON or YAML, with an ETag."""

    renderer_classes = [OpenApiJsonRenderer2, OpenApiYamlRenderer2]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        self.read_query(QuerySerializer)
        renderer: Any = request.accepted_renderer
        body, etag = _rendered(renderer.__class__)
        answer: HttpResponse = get_conditional_response(request._request, etag=etag) or HttpResponse(
            body, content_type=renderer.media_type
        )
        answer.headers["ETag"], answer.headers["Cache-Control"] = etag, "no-cache"
        patch_vary_headers(answer, ["Accept"])
        return answer


class _DocsQuery(QuerySerializer):
    script = TextParameter(allow_blank=True)


class DocsView(LeanView, SpectacularSwaggerSplitView):
    """The documentation to browse, whose script is under `?script=`; all that it loads is served from here."""

    template_name = "openapi/docs.html"

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        self.read_query(_DocsQuery)
        get_token(request._request)  # brings the cookie, for which programs are sent here (poi_api.http.csrf)
        answer: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        return answer
