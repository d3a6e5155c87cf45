"""OpenAPI: the errors that operations can have, each status once for all of them (api.md, "Errors")."""

from typing import Any

from poi_api.http.problem_items import MOST_ERRORS, error_item
from poi_api.http.problems import BODY_TOO_LARGE, FORMATS, MEDIA_TYPE, METHOD, NOT_FOUND, TITLES, problem_body
from poi_api.openapi.headers import headers_of_problem

_EXAMPLES: dict[int, tuple[str, str, str | None]] = {
    400: ("unknown_code", "No existe el código «SAT-U99».", "unit"),
    401: ("invalid_key", "La clave no es válida.", None),
    403: ("permission_denied", "Su rol no permite esta operación.", None),
    404: ("not_found", NOT_FOUND, None),
    405: ("method_not_allowed", METHOD, None),
    406: ("not_acceptable", FORMATS.format("json, csv", "application/json, text/csv"), None),
    408: ("body_too_slow", "El contenido no llegó a tiempo.", None),
    409: ("in_use", "No se puede eliminar: la usan 2 actividades. Desactívela.", None),
    410: ("cursor_expired", "El cursor ya no vale: empiece de nuevo.", "after"),
    411: ("length_required", "No se dice cuánto mide el contenido: use la cabecera Content-Length.", None),
    412: ("stale", "Alguien lo cambió antes; en «current» está como quedó.", None),
    413: ("body_too_large", BODY_TOO_LARGE, None),
    415: ("unsupported_media_type", "El contenido se envía con Content-Type: application/json.", None),
    429: ("throttled", "Espere unos segundos antes de volver a preguntar.", None),
    503: ("unavailable", "La base de datos no responde; vuelva a intentar en unos segundos.", None),
}
_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "Un error, según RFC 9457.",
    "required": ["type", "title", "status", "detail", "errors"],
    "properties": {
        "type": {"type": "string", "description": "Siempre about:blank: el estado dice qué clase es."},
        "title": {"type": "string", "description": "El nombre del estado."},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "Qué pasó, para personas."},
        "errors": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/ProblemError"},
            "maxItems": MOST_ERRORS,
            "description": f"Hasta {MOST_ERRORS}.",
        },
        "more_errors": {
            "type": "integer",
            "minimum": 1,
            "description": "Cuántos errores más se hallaron; solo está cuando no caben en `errors`.",
        },
    },
}
_PROBLEM_ERROR: dict[str, Any] = {
    "type": "object",
    "description": "Un error concreto; los programas deciden por su código.",
    "required": ["code", "detail", "field", "index"],
    "properties": {
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "field": {"type": ["string", "null"], "description": "Nulo: la solicitud entera."},
        "index": {"type": ["integer", "null"], "description": "El lugar en la lista enviada, desde 0."},
        "line": {"type": ["integer", "null"], "description": "De un documento: la línea, desde 1."},
        "column": {"type": ["string", "null"], "description": "De un documento: la columna, por su título."},
    },
}
PROBLEM_SCHEMAS = {"Problem": _PROBLEM, "ProblemError": _PROBLEM_ERROR}


def problem_reference(status: int) -> dict[str, str]:
    """Return how an operation refers to the problem of a status."""
    return {"$ref": f"#/components/responses/{_name(status)}"}


def problem_responses() -> dict[str, Any]:
    """Return the component of each status."""
    return {_name(status): _response(status) for status in _EXAMPLES}


def _name(status: int) -> str:
    return f"Problem{status}"


def _response(status: int) -> dict[str, Any]:
    code, detail, field = _EXAMPLES[status]
    example = problem_body(status, [error_item(code, detail, field)])
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}
    return {
        "description": TITLES[status],
        "headers": headers_of_problem(status),
        "content": {MEDIA_TYPE: content},
    }
