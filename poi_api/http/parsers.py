"""What a request's body may be: JSON in UTF-8, read exactly."""

from codecs import BOM_UTF8
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework import status
from rest_framework.exceptions import APIException, ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser

from poi_api.http import exact_json


class BodyTooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "El contenido es más grande de lo que se admite."
    default_code = "body_too_large"


class ExactJSONParser(BaseParser):
    """JSON whose numbers stay exact. At most DATA_UPLOAD_MAX_MEMORY_SIZE bytes, else 413.

    The mark with which programs of Windows begin a file in UTF-8 is passed over (RFC 8259, section 8.1).
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the body's value. Raises UnsupportedMediaType (415), BodyTooLarge (413) or ParseError (400)."""
        said = media_type or ""
        if said.partition(";")[0].strip().lower() != self.media_type:
            raise UnsupportedMediaType(said)  # one with a star, which DRF takes for any
        limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        content = stream.read(limit + 1)
        if len(content) > limit:
            raise BodyTooLarge
        try:
            return exact_json.loads(content.removeprefix(BOM_UTF8))
        except ValueError as error:
            raise ParseError(str(error), code="malformed_json") from None
