"""Formats that are offered beside JSON, for the negotiation alone: a view that agrees on one answers by itself."""

from typing import Any, ClassVar

from django.http import HttpRequest
from drf_spectacular.types import OpenApiTypes
from rest_framework.renderers import BaseRenderer
from rest_framework.settings import api_settings

from poi_api.http.compression import GZIP, is_compressible, wants_gzip


class FileRenderer(BaseRenderer):
    """A format of files: how they are sent, and what the schema says of them."""

    content_type: ClassVar[str]
    shape: ClassVar[OpenApiTypes]


def _renderer(name: str, media_type: str, shape: OpenApiTypes, *, charset: str = "") -> type[FileRenderer]:
    said = {"format": name, "media_type": media_type, "content_type": media_type + charset, "shape": shape}
    return type(f"{name.capitalize()}Renderer", (FileRenderer,), said)


_TEXT, _BYTES = OpenApiTypes.STR, OpenApiTypes.BINARY
RENDERERS = {
    "csv": _renderer("csv", "text/csv", _TEXT, charset="; charset=utf-8"),
    "jsonl": _renderer("jsonl", "application/x-ndjson", _TEXT),
    "txt": _renderer("txt", "text/plain", _TEXT),
    "md": _renderer("md", "text/markdown", _TEXT),
    "svg": _renderer("svg", "image/svg+xml", _TEXT),
    "png": _renderer("png", "image/png", _BYTES),
    "xlsx": _renderer("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", _BYTES),
    "pdf": _renderer("pdf", "application/pdf", _BYTES),
}
JSON: list[Any] = [*api_settings.DEFAULT_RENDERER_CLASSES]
TABLES = ("csv", "xlsx")
TABLED = [*JSON, *(RENDERERS[name] for name in TABLES)]
PUBLISHED = [*TABLED, RENDERERS["pdf"]]


def file_headers(variant: str, name: str, request: HttpRequest | None = None) -> dict[str, str]:
    """Return the headers of a file in one of the formats: its type, and what it is called when it is kept.

    With a `request` also that it is compressed, where that takes it and such files are.
    """
    kind, disposition = RENDERERS[variant].content_type, f'attachment; filename="{name}.{variant}"'
    is_compressed = request is not None and wants_gzip(request) and is_compressible(kind)
    coding = {"Content-Encoding": GZIP} if is_compressed else {}
    return {"Content-Type": kind, "Content-Disposition": disposition, **coding}
