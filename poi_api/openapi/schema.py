"""OpenAPI: what the generator cannot see by itself, such as every error that an operation can have."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema

from poi_api.http.problem_items import MOST_ERRORS, error_item
from poi_api.http.problems import MEDIA_TYPE, NOT_FOUND, TITLES, problem_body
from poi_api.openapi.headers import answer_headers, write_headers

_EXAMPLES: dict[int, tuple[str, str, str | None]] = {
    400: ("unknown_code", "No existe el código «SAT-U99».", "unit"),
    401: ("invalid_key", "La clave no es válida.", None),
    403: ("permission_denied", "Su rol no permite esta operación.", None),
    404: ("not_found", NOT_FOUND, None),
    406: ("not_acceptable", "Ninguno de los formatos pedidos en Accept está disponible.", None),
    408: ("body_too_slow", "El contenido no llegó a tiempo.", None),
    409: ("in_use", "No se puede eliminar: la usan 2 actividades. Desactívela.", None),
    410: ("cursor_expired", "El cursor ya no vale: empiece de nuevo.", "after"),
    411: ("length_required", "No se dice cuánto mide el contenido: use la cabecera Content-Length.", None),
    412: ("stale", "Alguien lo cambió antes; en «current» está como quedó.", None),
    413: ("body_too_large", "El contenido es más grande de lo que se admite.", None),
    415: ("unsupported_media_type", "El contenido tiene que ser JSON.", None),
    429: ("throttled", "Espere unos segundos antes de volver a preguntar.", None),
    503: ("unavailable", "La base de datos no responde; vuelva a intentar en unos segundos.", None),
}
_ALWAYS = (400, 401, 403, 406, 408, 413, 429, 503)
_OF_WRITES = (409, 411, 412, 415)
PROBLEM: dict[str, Any] = {
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
PROBLEM_ERROR: dict[str, Any] = {
    "type": "object",
    "description": "Un error concreto; los programas deciden por su código.",
    "required": ["code", "detail", "field", "index"],
    "properties": {
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "field": {"type": "string", "nullable": True, "description": "Nulo: la solicitud entera."},
        "index": {
            "type": "integer",
            "nullable": True,
            "description": "El lugar en la lista enviada, desde 0.",
        },
    },
}
_FRESHNESS: dict[str, Any] = {
    "ETag": {"schema": {"type": "string"}, "description": "Para preguntar de nuevo con If-None-Match."},
    "Change-Cursor": {
        "schema": {"type": "string"},
        "description": "El lugar de la respuesta en el orden de los cambios (/changes/?after=).",
    },
}


class ProblemAutoSchema(AutoSchema):
    """Documents beside each answer the problems that its operation can have."""

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in self._problems():
            bodies.setdefault(str(status), _problem_response(status))
        if self.method == "GET" and "200" in bodies:
            bodies["200"]["headers"] = _FRESHNESS
            bodies.setdefault("304", {"description": "Sin cambios desde el ETag de If-None-Match."})
        if self.method != "GET":
            for good in {"200", "201", "204"} & bodies.keys():
                bodies[good]["headers"] = answer_headers(good)
        return dict(sorted(bodies.items()))

    def _get_request_body(self, direction: Any = "request") -> dict[str, Any] | None:
        """Describe the body of a DELETE too, which the generator knows none of, if the view has `delete_has_body`."""
        if self.method != "DELETE" or not getattr(self.view, "delete_has_body", False):
            return self._body(direction)
        self.method = "POST"
        try:
            return self._body(direction)
        finally:
            self.method = "DELETE"

    def _body(self, direction: Any) -> dict[str, Any] | None:
        body: dict[str, Any] | None = super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        return body

    def get_override_parameters(self) -> list[Any]:
        view: Any = self.view
        of_list = [view.list_query] if getattr(view, "action", "") == "list" else []
        return [*super().get_override_parameters(), *of_list, *write_headers(self.method, self.path)]

    def _problems(self) -> list[int]:
        """Return the statuses of the operation's problems; a view adds its own in `further_problems`."""
        of_writes = () if self.method == "GET" else _OF_WRITES
        named = (404,) if "{" in self.path else ()
        return [*_ALWAYS, *named, *of_writes, *getattr(self.view, "further_problems", ())]

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        """Every variable of our paths is an identifier or a month."""
        return [_path_parameter(name) for name in variables]


def _path_parameter(name: str) -> dict[str, Any]:
    largest = 12 if name == "month" else 10**18 - 1
    schema = {"type": "integer", "minimum": 1, "maximum": largest}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def _problem_response(status: int) -> dict[str, Any]:
    content = {"schema": {"$ref": "#/components/schemas/Problem"}, "example": _problem_example(status)}
    return {"description": TITLES[status], "content": {MEDIA_TYPE: content}}


def _problem_example(status: int) -> dict[str, Any]:
    code, detail, field = _EXAMPLES[status]
    return problem_body(status, [error_item(code, detail, field)])


def add_problems(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Put the components that errors refer to into the document; called by the generator."""
    schemas = result["components"]["schemas"]
    for schema in schemas.values():
        if schema.get("type") == "object":
            schema.pop("description", None)  # a docstring, which is for programmers
    schemas |= {"Problem": PROBLEM, "ProblemError": PROBLEM_ERROR}
    return result


class ApiKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "units.access.authentication.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "Clave de un cliente, escrita así: `Api-Key poi_…`.",
        }


class PersonScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "units.access.authentication.PersonAuthentication"
    name = "Session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": "sessionid",
            "description": "La sesión de una persona que entró por /cuenta/entrar/.",
        }
