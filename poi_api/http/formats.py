"""Formats that are offered beside JSON; the views write them."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from rest_framework.renderers import BaseRenderer
from rest_framework.settings import api_settings


class AgreedRenderer(BaseRenderer):
    """A format for the negotiation alone: a view that agrees on it answers by itself."""

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> Any:
        return data


class CsvRenderer(AgreedRenderer):
    """CSV, in a file of its own."""

    media_type = "text/csv"
    format = "csv"
    content_type = "text/csv; charset=utf-8"
    shape = OpenApiTypes.STR


class JsonLinesRenderer(CsvRenderer):
    """JSON lines, for the negotiation alone."""

    media_type = content_type = "application/x-ndjson"
    format = "jsonl"


class SvgRenderer(CsvRenderer):
    """Drawings, for the negotiation alone."""

    media_type = content_type = "image/svg+xml"
    format = "svg"


class PngRenderer(CsvRenderer):
    """Drawings as pictures, for the negotiation alone."""

    media_type = content_type = "image/png"
    format = "png"
    shape = OpenApiTypes.BINARY


class XlsxRenderer(CsvRenderer):
    """Workbooks, for the negotiation alone."""

    media_type = content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    format = "xlsx"
    shape = OpenApiTypes.BINARY


class PdfRenderer(CsvRenderer):
    """Documents to print, for the negotiation alone."""

    media_type = content_type = "application/pdf"
    format = "pdf"
    shape = OpenApiTypes.BINARY


RENDERERS: dict[str, type[CsvRenderer]] = {
    renderer.format: renderer
    for renderer in (CsvRenderer, JsonLinesRenderer, SvgRenderer, PngRenderer, XlsxRenderer, PdfRenderer)
}
JSON: list[Any] = [*api_settings.DEFAULT_RENDERER_CLASSES]
TABLES = ("csv", "xlsx")
TABLED = [*JSON, *(RENDERERS[name] for name in TABLES)]
PUBLISHED = [*JSON, CsvRenderer, XlsxRenderer, PdfRenderer]


def file_headers(variant: str, name: str) -> dict[str, str]:
    """Return the headers of a file in one of the formats: its type, and what it is called when it is kept."""
    disposition = f'attachment; filename="{name}.{variant}"'
    return {"Content-Type": RENDERERS[variant].content_type, "Content-Disposition": disposition}
