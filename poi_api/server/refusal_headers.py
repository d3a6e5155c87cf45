"""The headers that Django's middleware puts on every answer, for those that the server gives without Django."""

from corsheaders.middleware import CorsMiddleware
from django.conf import settings
from django.http import HttpResponse, HttpResponseBase

from poi_api.http.request_ids import named
from poi_api.http.requests import Utf8Request
from poi_api.server.environ import Scope, environ_of
from poi_api.server.refusals import Headers, RefusedRequest


def headers_of(refused: RefusedRequest, scope: Scope) -> Headers:
    """Return the headers of a refusal: its own, how the request is called, and which other site's page may read it."""
    request, answer = Utf8Request(environ_of(scope, None)), HttpResponse()
    del answer.headers["Content-Type"]

    def answered(_: object) -> HttpResponseBase:
        return answer

    named(answered)(request)
    if settings.CORS_ALLOWED_ORIGINS:
        CorsMiddleware(answered).add_response_headers(request, answer)
    return [*refused.headers, *((name.lower().encode(), value.encode("latin-1")) for name, value in answer.items())]
