"""The OpenAPI document and the pages to browse it."""

from functools import cache
from threading import Lock
from typing import Any

from django.http import HttpResponse
from django.middleware.csrf import get_token
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import (
    OpenApiJsonRenderer,
    OpenApiJsonRenderer2,
    OpenApiYamlRenderer,
    OpenApiYamlRenderer2,
)
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from poi_api.http.lean_view import LeanView
from poi_api.http.parameters import TextParameter
from poi_api.http.query import QuerySerializer
from poi_api.openapi.fixed import Fixed, fixed_answer

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
def _rendered(renderer: type[BaseRenderer]) -> Fixed:
    """Return the document in a format; once per process: it takes a good part of a second."""
    written: Any = renderer().render(document())
    return Fixed.of(bytes(written))


class OfficialYamlRenderer(OpenApiYamlRenderer):
    """YAML under the name that is registered for it."""

    media_type = "application/vnd.oai.openapi+yaml"


class SchemaView(LeanView, SpectacularAPIView):
    """The OpenAPI document, in JSON or YAML, with an ETag."""

    renderer_classes = [
        OpenApiJsonRenderer2,
        OpenApiYamlRenderer2,
        OpenApiJsonRenderer,
        OpenApiYamlRenderer,
        OfficialYamlRenderer,
    ]

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        self.read_query(QuerySerializer)
        renderer: Any = request.accepted_renderer
        return fixed_answer(request, _rendered(renderer.__class__))


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
