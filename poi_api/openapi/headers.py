"""OpenAPI: the headers that requests take and answers have (api.md, "Reads", "Writes" and "Formats")."""

from collections.abc import Iterable
from typing import Any

from drf_spectacular.utils import OpenApiParameter


def _taken(name: str, description: str, schema: Any = str) -> OpenApiParameter:
    """Return a header that a request may have."""
    return OpenApiParameter(name, schema, OpenApiParameter.HEADER, description=description)


_REQUEST_ID = _taken("X-Request-Id", "Cómo llama usted a la solicitud: vuelve en la respuesta y queda en el historial.")
_IF_MATCH = _taken("If-Match", "El ETag con que leyó el recurso; si alguien lo cambió después, 412.")
_IF_NONE_MATCH = _taken("If-None-Match", "El ETag de la respuesta que ya tiene; si nada cambió desde entonces, 304.")
_IDEMPOTENCY_KEY = _taken(
    "Idempotency-Key",
    "Una por operación: si la solicitud se repite, no hace nada de nuevo y la respuesta es la misma.",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
)


def _header(description: str, *, always: bool = True, **schema: Any) -> dict[str, Any]:
    """Return a header; `always` says that every answer for which it is declared has it."""
    return {"description": description, "required": always, "schema": {"type": "string", **schema}}


ANSWER_HEADERS = {
    "ETag": _header("Cambia cuando cambia la respuesta: para If-None-Match y, el de un recurso, para If-Match."),
    "Change-Cursor": _header("El lugar de la respuesta en el orden de los cambios (/changes/?after=)."),
    "X-Request-Id": _header("Cómo quedó llamada la solicitud, también en el historial."),
    "Idempotency-Replayed": _header("`true` si se repite la respuesta de la primera vez.", always=False),
    "Location": _header("La dirección de lo creado.", format="uri-reference"),
    "Report-As-Of": _header(
        "El momento cuyo conocimiento se muestra, en hora de Lima; falta si nada se registró aún.",
        always=False,
        format="date-time",
    ),
    "Report-Version": _header("La versión medida: `current`, `initial` o su número."),
    "Content-Disposition": _header("El nombre del archivo.", always=False),
    "WWW-Authenticate": _header("Cómo identificarse."),
    "Allow": _header("Los métodos que la dirección tiene, separados por comas."),
    "Retry-After": _header("Después de cuántos segundos volver a intentar.", pattern="^[0-9]+$"),
    "Accept": _header("El tipo de contenido que se admite, si no lo era.", always=False),
    "Accept-Encoding": _header("`identity`, si el contenido vino comprimido.", always=False),
    "Accept-Charset": _header("`utf-8`, si el contenido vino en otra codificación.", always=False),
}
_OF_PROBLEMS = {
    401: ["WWW-Authenticate"],
    405: ["Allow"],
    415: ["Accept", "Accept-Encoding", "Accept-Charset"],
    429: ["Retry-After"],
    503: ["Retry-After"],
}
_ALWAYS = ["X-Request-Id"]


def request_headers(method: str, path: str) -> list[OpenApiParameter]:
    """Return the header parameters of an operation."""
    if method == "GET":
        return [_IF_NONE_MATCH, _REQUEST_ID]
    of_object = [_IF_MATCH] if "{" in path else []
    repeatable = [_IDEMPOTENCY_KEY] if method in ("POST", "PUT") else []
    return [*of_object, *repeatable, _REQUEST_ID]


def headers_of_reading(has_place: bool, more: Iterable[str] = ()) -> dict[str, Any]:
    """Return the headers of a GET's good answer, and without `more` of its 304; `has_place`: it has a Change-Cursor."""
    return _named([*_ALWAYS, "ETag", *(["Change-Cursor"] if has_place else []), *more])


def headers_of_writing(method: str, status: str, *, has_etag: bool) -> dict[str, Any]:
    """Return the headers of a write's good answer; `has_etag`: it shows a resource."""
    names = [*_ALWAYS, "Change-Cursor"]
    names += ["Idempotency-Replayed"] if method in ("POST", "PUT") else []
    names += ["ETag"] if has_etag and status != "204" else []
    names += ["Location"] if status == "201" else []
    return _named(names)


def headers_of_problem(status: int) -> dict[str, Any]:
    """Return the headers of a problem."""
    stale = {"ETag": {**ANSWER_HEADERS["ETag"], "required": False}} if status == 412 else {}
    return {**_named(_OF_PROBLEMS.get(status, ())), **stale, **_named(_ALWAYS)}


def _named(names: Iterable[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}
