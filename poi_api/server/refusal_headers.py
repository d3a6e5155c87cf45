"""The headers that Django's middleware puts on every answer, for those that the server gives without Django."""

from corsheaders.middleware import CorsMiddleware
from django.conf import settings
from django.http import HttpResponseBase

from poi_api.http.request_ids import named
from poi_api.http.requests import Utf8Request
from poi_api.server.answers import Headers
from poi_api.server.environ import Scope, environ_of


def headers_of(answer: HttpResponseBase, scope: Scope) -> Headers:
    """Return the headers of an answer: its own, how the request is called, and which other site's page may read it."""
    request = Utf8Request(environ_of(scope, None))

    def answered(_: object) -> HttpResponseBase:
        return answer

    named(answered)(request)
    if settings.CORS_ALLOWED_ORIGINS:
        CorsMiddleware(answered).add_response_headers(request, answer)
    return [(name.lower().encode(), value.encode("latin-1")) for name, value in answer.items()]
