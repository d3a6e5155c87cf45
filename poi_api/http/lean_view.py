"""The one way of every request: authenticate, permit, throttle, negotiate, answer; errors are answered in one place."""

import string
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.views import APIView

from poi_api.http.query import Errors, QuerySerializer, Values

VARIES = "Accept, Accept-Encoding, Authorization, Cookie"  # by what answers to who asks differ, refusals too


class LeanView(APIView):
    """The base of every endpoint: DRF's view with its steps in the order in which errors are said.

    Authenticators, permissions, throttles and renderers are those of the class or of the settings, as DRF has them;
    whoever asks and however small the answer, they hold. A handler answers best with an `HttpResponse` that is
    ready: nothing is rendered then. What a handler raises becomes a problem, or, when it is our own fault, is logged
    once and becomes a 500 (`poi_api.http.problems`).
    """

    format_kwarg = None  # no address of ours ends in a format
    _format_refused: ValidationError | None = None

    @classmethod
    def asks_what_all_do(cls) -> bool:
        """Tell whether the caller's key and role alone decide, as in every view that says nothing else."""
        own = cls.authentication_classes, cls.permission_classes
        common = LeanView.authentication_classes, LeanView.permission_classes
        return own == common and not cls.throttle_classes

    @property
    def default_response_headers(self) -> dict[str, str]:
        """The headers of every answer: its methods and, unless it is the same for all, by what it differs."""
        headers: dict[str, str] = super().default_response_headers
        return headers | {"Vary": VARIES} if self.authentication_classes else headers

    def initialize_request(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Request:
        """Return DRF's request, with bare bytes of the query string percent-encoded.

        Django reads them as UTF-8, but writes them into addresses as Latin-1: those of links, and those by which
        answers are told apart, would ask for something else.
        """
        query: str = request.META.get("QUERY_STRING", "")
        if not query.isascii():
            request.META["QUERY_STRING"] = quote(query.encode("latin-1"), safe=string.printable)
        return super().initialize_request(request, *args, **kwargs)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Do all that comes before the handler. Raises the APIException of the first step that refuses."""
        self.perform_authentication(request)
        self.check_permissions(request)
        self.check_throttles(request)
        request.accepted_renderer, request.accepted_media_type = self.perform_content_negotiation(request)

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Agree on a format; one that the address does not offer is refused with the rest of the question."""
        try:
            return super().perform_content_negotiation(request, force)
        except ValidationError as refused:
            self._format_refused = refused
            return super().perform_content_negotiation(request, force=True)

    @contextmanager
    def format_refused_too(self) -> Iterator[None]:
        """Add a format that was refused to what the block raises of the query string, or raise it alone."""
        wrong = self._format_refused.detail if self._format_refused else {}
        try:
            yield
        except ValidationError as refused:
            raise ValidationError({**refused.detail, **wrong}) from None  # type: ignore[dict-item]
        if wrong:
            raise ValidationError(wrong)

    @cached_property
    def _parsed(self) -> dict[type[QuerySerializer], tuple[Values, Errors]]:
        return {}

    def parse_query(self, takes: type[QuerySerializer]) -> tuple[Values, Errors]:
        """Return what the query string says, and what is wrong with it; it is read once, however often asked."""
        if takes not in self._parsed:
            self._parsed[takes] = takes.parse(self.request.query_params)
        values, errors = self._parsed[takes]
        return values, dict(errors)

    def read_query(self, takes: type[QuerySerializer]) -> Values:
        """Return what the query string says. Raises ValidationError naming all that is wrong, the format included."""
        with self.format_refused_too():
            values, errors = self.parse_query(takes)
            if errors:
                raise ValidationError(errors)
        return values

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """Answer with the methods of the address alone, in `Allow`, which every answer of a view has.

        Alike for all who may ask, whether what the path names is there or not.
        """
        answer = HttpResponse(status=204)
        del answer.headers["Content-Type"]
        return answer
