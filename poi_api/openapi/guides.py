"""The guides of `docs/` for who writes programs, served to who has only the service: as they are, as text.

So are the decisions that they cite, by their numbers.
"""

from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from poi_api.http.formats import RENDERERS
from poi_api.http.lean_view import LeanView
from poi_api.http.query import QuerySerializer
from poi_api.openapi.contents import GUIDES
from poi_api.openapi.fixed import Fixed, fixed_answer


class GuideView(LeanView):
    """A guide, whose links to the others hold here as they do among the files."""

    renderer_classes = [RENDERERS["txt"], RENDERERS["md"]]  # as a browser shows it, and by its own name
    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]

    @extend_schema(exclude=True)
    def get(self, request: Request, name: str) -> HttpResponse:
        if name not in _pages():
            raise Http404
        self.read_query(QuerySerializer)
        return fixed_answer(request, _text(name), charset="utf-8")


@cache
def _pages() -> dict[str, Path]:
    docs: Path = settings.BASE_DIR / "docs"
    decisions = {f"decisions/{path.name[:4]}": path for path in docs.glob("decisions/*.md")}
    return {name: docs / f"{name}.md" for name in GUIDES} | decisions


@cache
def _text(name: str) -> Fixed:
    return Fixed.of(_pages()[name].read_bytes())
