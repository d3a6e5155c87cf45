"""Django's request, all of which is UTF-8 whatever its Content-Type says."""

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.utils.http import parse_header_parameters

_UNREADABLE = {"charset": "?"}


class Utf8Request(WSGIRequest):
    """A request whose charset changes nothing about how its address is read.

    Django would read the query string in it too, and fail while it makes the request, where no error is answered.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            self.content_type, self.content_params = parse_header_parameters(meta.get("CONTENT_TYPE", ""))
        except ValueError:
            self.content_type, self.content_params = "", _UNREADABLE  # refused by `unreadable`
