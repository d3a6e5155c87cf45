"""Answers compressed with gzip for who asks for it: JSON, tables and the schema, not pages."""

import gzip
import re
import zlib
from collections.abc import Mapping
from contextlib import closing
from functools import lru_cache
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.utils.cache import patch_vary_headers
from django.utils.deprecation import MiddlewareMixin

from poi_api.http.files import Parts

GZIP = "gzip"
_LEAST = 1000  # bytes; what fits into one packet gains nothing
_LEVEL = 4  # a page of a hundred rows becomes a fifth in a millisecond
_LEVEL_OF_FILES = 1  # half a gigabyte in a few seconds
# Of the others, pages may hold a secret beside what strangers made the browser ask for, and the rest is small already
_COMPRESSIBLE = re.compile(r"json|csv|yaml|svg")
_WITH_HEADER = 16 + zlib.MAX_WBITS  # gzip's own header and checksum
_BELOW = "/api/"


def wants_gzip(request: HttpRequest) -> bool:
    """Tell whether whoever asks takes gzip."""
    return takes_gzip(request.META.get("HTTP_ACCEPT_ENCODING", ""))


@lru_cache(maxsize=100)  # few are in use, and whoever asks may send 96 KB
def takes_gzip(accepted: str) -> bool:
    """Tell whether the value of `Accept-Encoding` names gzip, and does not refuse it (RFC 9110)."""
    asked = accepted.lower()
    return GZIP in asked and _weights(asked).get(GZIP, 0) > 0


def is_compressible(content_type: str) -> bool:
    """Tell whether answers of that type are compressed."""
    return _COMPRESSIBLE.search(content_type) is not None


def _weights(asked: str) -> Mapping[str, float]:
    """Return how much each coding is wanted; one whose weight cannot be read is not."""
    weights = {}
    for each in asked.split(","):
        coding, _, weight = each.replace(" ", "").partition(";q=")
        try:
            weights[coding] = float(weight or 1)
        except ValueError:
            weights[coding] = 0
    return weights


def weak(etag: str) -> str:
    """Return an ETag as one of an answer whose bytes may be of either coding."""
    return etag if etag.startswith("W/") else f"W/{etag}"


def strong(etag: str) -> str:
    """Return the ETag that `weak` was given."""
    return etag.removeprefix("W/")


def pack(content: bytes) -> bytes | None:
    """Return content compressed, None where it is too small to gain by it."""
    return None if len(content) < _LEAST else gzip.compress(content, _LEVEL, mtime=0)


def compress(answer: Any) -> None:
    """Compress an answer that is ready, unless it is so already, small, or a file, which is made compressed."""
    if answer.streaming or "Content-Encoding" in answer.headers:
        return
    packed = pack(answer.content) if is_compressible(answer.headers.get("Content-Type", "")) else None
    if packed is None:
        return
    answer.content = packed
    answer.headers["Content-Encoding"] = GZIP
    if "Content-Length" in answer.headers:
        answer.headers["Content-Length"] = str(len(answer.content))


def compressed(parts: Parts) -> Parts:
    """Yield the parts of a file compressed, part by part."""
    compressor = zlib.compressobj(_LEVEL_OF_FILES, zlib.DEFLATED, _WITH_HEADER)
    with closing(parts):
        for part in parts:
            if done := compressor.compress(part):
                yield done
    yield compressor.flush()


class Compression(MiddlewareMixin):
    """Compresses what was not yet, and says of every answer that it may come in either coding.

    One that is made for who takes gzip has a weak ETag, also where it is too small: a 304 then has the same.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if not request.path_info.startswith(_BELOW):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        if wants_gzip(request):
            compress(response)
            if "ETag" in response.headers:
                response.headers["ETag"] = weak(response.headers["ETag"])
        return response
