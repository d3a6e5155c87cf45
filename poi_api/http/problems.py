"""Every error as `application/problem+json` (RFC 9457), in Spanish and without a trace.

`type` is always `about:blank`: the status says what kind of problem it is, `title` is its name, and each
item of `errors` has a `code` of its own for programs to decide by.
"""

import logging
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.core.exceptions import ValidationError as ModelError
from django.db import DataError, Error, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, RawPostDataException, UnreadablePostError
from rest_framework import exceptions
from rest_framework.fields import get_error_detail

from poi_api.database.constraints import broken_rule
from poi_api.database.interruptions import interruption, primary_message
from poi_api.http import exact_json
from poi_api.http.exceptions import RefusedError, several
from poi_api.http.problem_items import ErrorItem, bounded, error_item, items_of

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = 5  # seconds, while the database cannot be reached
TITLES = {
    400: "Solicitud incorrecta",
    401: "Falta identificarse",
    403: "Acceso denegado",
    404: "No encontrado",
    405: "Método no permitido",
    406: "Formato no disponible",
    408: "Tardó demasiado",
    409: "El estado actual no lo permite",
    410: "Ya no está disponible",
    411: "Falta la longitud del contenido",
    412: "Alguien lo cambió antes",
    413: "Contenido demasiado grande",
    415: "Tipo de contenido no admitido",
    429: "Demasiadas solicitudes",
    500: "Error interno",
    503: "Servicio no disponible",
}
BODY_TOO_LARGE = "El contenido es más grande de lo que se admite."
UNREADABLE = "La solicitud no se puede leer."
NOT_FOUND = "No existe, o está fuera de las unidades que puede ver."
FORMATS = "Ninguno de los formatos pedidos en Accept está disponible. Use format= con uno de: {}; o en Accept: {}."
METHOD = "Esta dirección no admite ese método: en la cabecera Allow están los que admite."
_DETAILS = {
    "not_found": NOT_FOUND,
    "not_authenticated": "Use la cabecera «Authorization: Api-Key <clave>» o inicie sesión.",
    "permission_denied": "Su rol no permite esta operación.",
    "method_not_allowed": METHOD,
}

_TYPES = "El contenido, en UTF-8 si es JSON, se envía con Content-Type: {}."


def problem(
    status: int,
    items: Sequence[ErrorItem],
    headers: Mapping[str, str] | None = None,
    more: int = 0,
    members: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Return a problem with one error or more; `more` counts those not among `items`, `members` are its body's too."""
    content = exact_json.dumps({**problem_body(status, items, more), **(members or {})})
    return HttpResponse(content, status=status, content_type=MEDIA_TYPE, headers=headers)


def problem_body(status: int, items: Sequence[ErrorItem], more: int = 0) -> dict[str, Any]:
    """Return a problem's members, at most MOST_ERRORS errors among them; its `detail` is that of a single error."""
    items, more = bounded(items, more)
    title = TITLES.get(status, "Error")
    detail = items[0]["detail"] if len(items) == 1 and not more else several(len(items) + more)
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail, "errors": items}
    return body | ({"more_errors": more} if more else {})


def exception_handler(error: Exception, context: Mapping[str, Any]) -> HttpResponse | None:
    """Answer an error of a view; None for one that is our own fault, which becomes a 500."""
    if isinstance(error, exceptions.UnsupportedMediaType):
        return _of_media_type([parser.media_type for parser in context["view"].parser_classes])
    if isinstance(error, exceptions.NotAcceptable):
        return _of_formats(error)
    if isinstance(error, exceptions.APIException):
        return _of_api(error)
    if isinstance(error, RefusedError):
        said = {"detail": error.detail, **error.members}
        return problem(error.status, error.errors, error.headers, error.more, said)
    if isinstance(error, ModelError):
        return _of_tree(400, get_error_detail(error))
    if isinstance(error, IntegrityError):
        rule = broken_rule(error)
        return problem(409 if rule.is_conflict else 400, [error_item(rule.code, rule.detail)])
    if isinstance(error, Error) and (answer := _of_interruption(error)):
        return answer
    return _of_django(error)


def _of_interruption(error: Error) -> HttpResponse | None:
    """Answer what the database did not finish with a 503 that says when to try again, and log it in one line."""
    said = interruption(error)
    if said is None:
        return None
    logger.log(logging.WARNING if said.expected else logging.ERROR, "%s: %s", said.code, primary_message(error))
    return _not_now(said.code, said.detail, said.retry_after)


def _of_django(error: Exception) -> HttpResponse | None:
    if isinstance(error, Http404):
        return problem(404, [error_item("not_found", NOT_FOUND)])
    if isinstance(error, PermissionDenied):
        return problem(403, [error_item("permission_denied", _DETAILS["permission_denied"])])
    if isinstance(error, RequestDataTooBig):
        return problem(413, [error_item("body_too_large", BODY_TOO_LARGE)])
    if isinstance(error, SuspiciousOperation | UnreadablePostError | RawPostDataException):
        return problem(400, [error_item("bad_request", UNREADABLE)])
    if isinstance(error, DataError):
        return problem(400, [error_item("out_of_range", "Un valor está fuera de lo que se puede guardar.")])
    return None


def _of_api(error: exceptions.APIException) -> HttpResponse:
    if isinstance(error, exceptions.ValidationError):
        return _of_tree(error.status_code, error.detail)
    items, _ = items_of(error.detail)
    for entry in items:
        entry["detail"] = _DETAILS.get(entry["code"], entry["detail"])
    return problem(error.status_code, items, _headers_of(error))


def _of_tree(status: int, detail: Any) -> HttpResponse:
    items, more = items_of(detail)
    return problem(status, items, more=more)


def _headers_of(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if authenticate := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = authenticate
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return headers


def _of_media_type(taken: Sequence[str]) -> HttpResponse:
    """Return the 415 of a body of a type that the address does not take; it names those that it does."""
    items = [error_item("unsupported_media_type", _TYPES.format(" o ".join(taken)))]
    return problem(415, items, {"Accept": ", ".join(taken)})  # RFC 9110, section 15.5.16


def _of_formats(error: exceptions.NotAcceptable) -> HttpResponse:
    """Return the 406 of a caller that takes none of the formats of the address; it names these."""
    offered = error.available_renderers or ()
    named = [", ".join(dict.fromkeys(getattr(each, said) for each in offered)) for said in ("format", "media_type")]
    return problem(406, [error_item("not_acceptable", FORMATS.format(*named))])


def unavailable(detail: str, why: str = "") -> HttpResponse:
    """Log why there is no service now, and return the 503 that says so."""
    logger.error("unavailable: %s", why or detail)
    return _not_now("unavailable", detail, RETRY_AFTER)


def _not_now(code: str, detail: str, seconds: int) -> HttpResponse:
    return problem(503, [error_item(code, detail)], {"Retry-After": str(seconds)})


# --- What Django answers by itself, outside our views ---------------------------------------------------


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the 400 of a request that Django cannot read."""
    return problem(400, [error_item("bad_request", UNREADABLE)])


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the 403 of a page that is not for this person."""
    return problem(403, [error_item("permission_denied", _DETAILS["permission_denied"])])


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the 404 of an address that there is not."""
    return problem(404, [error_item("not_found", "No hay nada en esta dirección.")])


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the 500 of an error of our own, which Django has logged; outside our views also the database's."""
    error = sys.exception()
    if isinstance(error, Error) and (answer := _of_interruption(error)):
        return answer
    return problem(500, [error_item("internal_error", "Algo falló de nuestro lado; ya quedó registrado.")])
