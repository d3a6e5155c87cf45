"""OpenAPI: the headers that writes take and give (api.md, "Writes")."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter

_REQUEST_ID = OpenApiParameter(
    "X-Request-Id",
    str,
    OpenApiParameter.HEADER,
    description="Cómo llama usted a la solicitud: vuelve en la respuesta y queda en el historial.",
)
_IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="El ETag con que leyó el recurso; si alguien lo cambió después, 412.",
)
_IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[\\x21-\\x7e]+$"},
    OpenApiParameter.HEADER,
    description="Una por operación: si la solicitud se repite, no hace nada de nuevo y la respuesta es la misma.",
)


def write_headers(method: str, path: str) -> list[OpenApiParameter]:
    """Return the header parameters of an operation."""
    if method == "GET":
        return []
    of_object = [_IF_MATCH] if "{" in path else []
    repeatable = [_IDEMPOTENCY_KEY] if method in ("POST", "PUT") else []
    return [*of_object, *repeatable, _REQUEST_ID]


def answer_headers(status: str) -> dict[str, Any]:
    """Return the headers of a write's good answer."""
    headers: dict[str, Any] = {
        "Change-Cursor": _text("El lugar de la respuesta en el orden de los cambios (/changes/?after=)."),
        "X-Request-Id": _text("Cómo quedó llamada la solicitud en el historial."),
        "Idempotency-Replayed": _text("`true` si se repite la respuesta de la primera vez."),
    }
    if status != "204":
        headers["ETag"] = _text("El del recurso como quedó, para If-Match.")
    if status == "201":
        headers["Location"] = _text("La dirección de lo creado.")
    return headers


def _text(description: str) -> dict[str, Any]:
    return {"schema": {"type": "string"}, "description": description}
