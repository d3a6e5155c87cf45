"""How answers are written and how their format is agreed."""

from collections.abc import Iterable, Mapping
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from poi_api.http import exact_json

_ANYTHING = "*/*"


class ExactJSONRenderer(BaseRenderer):
    """JSON with exact numbers and the moments of Lima."""

    media_type = "application/json"
    format = "json"
    charset = None  # JSON is UTF-8 and its media type has no such parameter

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return b"" if data is None else exact_json.dumps(data)


class Negotiation(DefaultContentNegotiation):
    """Agrees on a format by `?format=`, else by `Accept`; a format that the address does not offer is a 400."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer and the media type agreed on.

        What is asked in the address weighs more than what a program's library says in all its requests.
        """
        if named := request.query_params.get(self.settings.URL_FORMAT_OVERRIDE):
            renderer = self.filter_renderers(renderers, named)[0]
            return renderer, renderer.media_type
        agreed: tuple[BaseRenderer, str] = super().select_renderer(request, renderers, format_suffix)
        return agreed

    def get_accept_list(self, request: Request) -> list[str]:
        """Return what the caller takes; a blank header says as little as none."""
        said: list[str] = super().get_accept_list(request)
        return said if any(part.strip() for part in said) else [_ANYTHING]

    def filter_renderers(self, renderers: Iterable[BaseRenderer], format: str) -> list[BaseRenderer]:
        offered = list(renderers)
        matching = [renderer for renderer in offered if renderer.format == format]
        if not matching:
            names = ", ".join(renderer.format or "" for renderer in offered)
            raise ValidationError({"format": f"Use uno de: {names}."}, code="invalid_choice")
        return matching
