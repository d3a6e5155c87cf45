"""What would not be read, or be read as something else than was sent, is refused at every address.

It comes before whoever asks is known, as what the server itself refuses does (api.md, "Writes").
"""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote_to_bytes

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from poi_api.http.problem_items import error_item
from poi_api.http.problems import bad_request, problem

_FORM = "application/x-www-form-urlencoded"  # of a page; for what is no UTF-8 in it Django reads �
_BODILESS = {"GET", "HEAD", "OPTIONS"}
_CHARSETS = {"utf-8", "utf8", "us-ascii"}
_NOT_UTF8 = "Todo se envía en UTF-8: quite «charset» de la cabecera Content-Type."
_ENCODED = "El contenido se envía sin comprimir: quite la cabecera Content-Encoding."
_UNEXPECTED = "Este método no admite contenido: envíe la solicitud sin él."
_UNMEASURED = "No se dice cuánto mide el contenido: use la cabecera Content-Length."


def refused(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Return the middleware; Django takes a body without length, or in another coding, for none or for what it is not.

    A cookie with a NUL, which its quotes can hide, would go as far as the database, and so would one in the address of
    a page; the API says which parameter has it.
    """
    return lambda request: _refusal(request) or get_response(request)


def _refusal(request: HttpRequest) -> HttpResponse | None:
    said = request.META
    if "HTTP_COOKIE" in said and any("\0" in value for value in request.COOKIES.values()):
        return bad_request(request)
    if not request.path_info.startswith("/api/") and "%00" in request.get_full_path():
        return bad_request(request)
    length = said.get("CONTENT_LENGTH") or ""
    if "HTTP_TRANSFER_ENCODING" in said and not length:
        return problem(HTTPStatus.LENGTH_REQUIRED, [error_item("length_required", _UNMEASURED)])
    if length in ("", "0"):
        return None
    if request.method in _BODILESS:
        return problem(400, [error_item("unexpected_body", _UNEXPECTED)])
    if (request.content_params or {}).get("charset", "utf-8").lower() not in _CHARSETS:
        return problem(415, [error_item("unsupported_charset", _NOT_UTF8)], {"Accept-Charset": "utf-8"})
    codings = {coding.strip().lower() for coding in said.get("HTTP_CONTENT_ENCODING", "").split(",")}
    if codings - {"", "identity"}:
        # RFC 9110, section 15.5.16: the header says which codings would have been accepted
        return problem(415, [error_item("unsupported_content_encoding", _ENCODED)], {"Accept-Encoding": "identity"})
    if request.content_type == _FORM and not _is_utf8(unquote_to_bytes(request.body)):
        return bad_request(request)
    return None


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True
