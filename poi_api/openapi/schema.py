"""OpenAPI: what the generator cannot see by itself: every error that an operation can have, and all headers."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_basic_type, get_doc

from poi_api.http.formats import JSON, RENDERERS, TABLES
from poi_api.openapi.headers import ANSWER_HEADERS, headers_of_reading, headers_of_writing, request_headers
from poi_api.openapi.problems import PROBLEM_SCHEMAS, problem_reference, problem_responses

_ALWAYS = (400, 405, 406, 408, 413, 429, 503)
_OF_WRITES = (409, 411, 412, 415)
# By action, what of a view says what it can be asked
_QUERIES = {"list": "list_query", "retrieve": "detail_query", "create": "write_query"}


class ContractSchema(AutoSchema):
    """Documents beside each answer its headers and the problems that its operation can have.

    A view says how its actions are called, where a write does not itself (`summaries`), and what is different with it:
    `further_problems`; of its GET further `answer_headers`, whether it is a table too (`tables`) and has a place in the
    order of changes (`has_place`); whether its writes show a resource (`shows_resource`) or a verdict on a list.
    """

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status in self._problems():
            bodies.setdefault(str(status), problem_reference(status))
        if self.method == "GET":
            self._describe_reading(bodies)
        else:
            has_etag = getattr(self.view, "shows_resource", True)
            for good in {"200", "201", "204"} & bodies.keys():
                bodies[good]["headers"] = headers_of_writing(self.method, good, has_etag=has_etag)
            if "204" in bodies:
                bodies["204"]["description"] = "Hecho; la respuesta no tiene contenido."
        return dict(sorted(bodies.items()))

    def map_renderers(self, attribute: str) -> list[Any]:
        """Return the media types or formats of an answer; what is a table too is described for JSON alone."""
        if attribute == "media_type" and self._is_table_too:
            return [each.media_type for each in JSON]
        found: list[Any] = super().map_renderers(attribute)
        return found

    def _describe_reading(self, bodies: dict[str, Any]) -> None:
        has_place = getattr(self.view, "has_place", True)
        further = [*getattr(self.view, "answer_headers", ())]
        if self._is_table_too:
            tables = [RENDERERS[name] for name in TABLES]
            bodies["200"]["content"] |= {each.media_type: {"schema": build_basic_type(each.shape)} for each in tables}
            further.append("Content-Disposition")
        bodies["200"]["headers"] = headers_of_reading(has_place, further)
        bodies["304"] = {
            "description": "Sin cambios desde el ETag de If-None-Match.",
            "headers": headers_of_reading(has_place),
        }

    @property
    def _is_table_too(self) -> bool:
        """Whether the view gives a table for this operation, by the names of its actions or methods in `tables`."""
        action = getattr(self.view, "action", None) or self.method.lower()
        return action in getattr(self.view, "tables", ())

    def _get_request_body(self, direction: Any = "request") -> dict[str, Any] | None:
        """Describe the body of a DELETE too, which the generator knows none of; every one of ours says what it is."""
        method = self.method
        if method == "DELETE":
            self.method = "POST"
        body: dict[str, Any] | None = super()._get_request_body(direction)  # type: ignore[no-untyped-call]
        self.method = method
        return body

    def get_description(self) -> str:  # type: ignore[override]  # as the generator calls it
        """Return what the view says in its own class; that of a handler which it inherits is for programmers."""
        handler = getattr(self.view, getattr(self.view, "action", self.method.lower()), None)
        own = getattr(handler, "__qualname__", "").startswith(f"{type(self.view).__name__}.")
        return (get_doc(handler) if own else "") or get_doc(type(self.view))

    def get_summary(self) -> str | None:
        summaries: dict[str, str] = getattr(self.view, "summaries", {})
        return summaries.get(getattr(self.view, "action", ""))

    def get_override_parameters(self) -> list[Any]:
        view: Any = self.view
        declared = getattr(view, _QUERIES.get(getattr(view, "action", ""), ""), None)
        headers = request_headers(self.method, self.path)
        return [*super().get_override_parameters(), *([declared] if declared and declared().fields else []), *headers]

    def _problems(self) -> list[int]:
        """Return the statuses of the operation's problems; a view adds its own in `further_problems`."""
        of_writes = () if self.method == "GET" else _OF_WRITES
        named = (404,) if "{" in self.path else ()
        of_known = (401, 403) if self.view.authentication_classes else ()
        return [*_ALWAYS, *of_known, *named, *of_writes, *getattr(self.view, "further_problems", ())]

    def _resolve_path_parameters(self, variables: list[str]) -> list[dict[str, Any]]:
        """Every variable of our paths is an identifier or a month."""
        return [_path_parameter(name) for name in variables]


def _path_parameter(name: str) -> dict[str, Any]:
    largest = 12 if name == "month" else 10**18 - 1
    schema = {"type": "integer", "minimum": 1, "maximum": largest}
    return {"name": name, "in": "path", "required": True, "schema": schema}


def add_components(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Put the components that operations refer to into the document; called by the generator."""
    components = result["components"]
    for schema in components["schemas"].values():
        if schema.get("type") == "object":
            schema.pop("description", None)  # a docstring, which is for programmers
    components["schemas"] |= PROBLEM_SCHEMAS
    components["headers"] = dict(ANSWER_HEADERS)
    components["responses"] = problem_responses()
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
