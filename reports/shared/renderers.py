"""Formats that reports offer beside JSON; the views write them."""

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer
from rest_framework.settings import api_settings


class CsvRenderer(BaseRenderer):
    """CSV, for the negotiation alone: a view that agrees on it answers with a file of its own."""

    media_type = "text/csv"
    format = "csv"
    content_type = "text/csv; charset=utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return data


class JsonLinesRenderer(CsvRenderer):
    """JSON lines, for the negotiation alone."""

    media_type = content_type = "application/x-ndjson"
    format = "jsonl"


class SvgRenderer(CsvRenderer):
    """Drawings, for the negotiation alone."""

    media_type = content_type = "image/svg+xml"
    format = "svg"


RENDERERS: dict[str, type[CsvRenderer]] = {
    renderer.format: renderer for renderer in (CsvRenderer, JsonLinesRenderer, SvgRenderer)
}
JSON: list[Any] = [*api_settings.DEFAULT_RENDERER_CLASSES]
JSON_AND_CSV = [*JSON, CsvRenderer]
