"""Answers that are the same as long as the process runs: the schema, the index and the guides."""

from hashlib import blake2b
from typing import Any, NamedTuple, Self

from django.http import HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import quote_etag
from rest_framework.request import Request


class Fixed(NamedTuple):
    """A body and its ETag."""

    body: bytes
    etag: str

    @classmethod
    def of(cls, body: bytes) -> Self:
        """Return the body with an ETag made of it."""
        return cls(body, quote_etag(blake2b(body, digest_size=12).hexdigest()))


def fixed_answer(request: Request, fixed: Fixed, charset: str = "") -> HttpResponse:
    """Return the answer in the type agreed on, or the 304 that the request's conditions allow."""
    renderer: Any = request.accepted_renderer
    content_type = f"{renderer.media_type}; charset={charset}" if charset else renderer.media_type
    answer: HttpResponse | None = get_conditional_response(request._request, etag=fixed.etag)
    if answer is None or answer.status_code != 304:  # If-Match is for writes
        answer = HttpResponse(fixed.body, content_type=content_type)
    answer.headers["ETag"], answer.headers["Cache-Control"] = fixed.etag, "no-cache"
    patch_vary_headers(answer, ["Accept"])
    return answer
