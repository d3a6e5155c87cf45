"""Formats that a report offers beside JSON; the views write them, streamed."""

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer
from rest_framework.settings import api_settings


class CsvRenderer(BaseRenderer):
    """CSV, for the negotiation alone: a view that agrees on it answers with its own stream."""

    media_type = "text/csv"
    format = "csv"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return data


class JsonLinesRenderer(CsvRenderer):
    """JSON lines, for the negotiation alone."""

    media_type = "application/x-ndjson"
    format = "jsonl"


class SvgRenderer(CsvRenderer):
    """Drawings, for the negotiation alone."""

    media_type = "image/svg+xml"
    format = "svg"


JSON_AND_CSV: list[Any] = [*api_settings.DEFAULT_RENDERER_CLASSES, CsvRenderer]
