"""What a request's body may be: JSON in UTF-8, read exactly; where a view takes files, a file or a form with one."""

from codecs import BOM_UTF8
from collections.abc import Mapping
from io import BytesIO
from typing import IO, Any, cast

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from rest_framework.exceptions import ParseError, UnsupportedMediaType
from rest_framework.parsers import BaseParser, DataAndFiles, MultiPartParser

from poi_api.http import exact_json
from poi_api.http.exceptions import Invalid, TooLarge
from poi_api.http.problems import BODY_TOO_LARGE
from poi_api.http.texts import quoted

FILE = "file"  # what a form calls the file that it brings
_UNREADABLE_FORM = "El formulario (multipart/form-data) está dañado o incompleto y no se puede leer."
_TWICE = "El formulario trae más de una vez el campo {}: envíelo una sola vez."
_NOT_UTF8 = "Lo que el formulario trae en {} no está en UTF-8."
_LOST = "\ufffd"  # what Django reads where bytes are no UTF-8


class ExactJSONParser(BaseParser):
    """JSON whose numbers stay exact. At most DATA_UPLOAD_MAX_MEMORY_SIZE bytes, else 413.

    The mark with which programs of Windows begin a file in UTF-8 is passed over (RFC 8259, section 8.1).
    """

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the body's value. Raises UnsupportedMediaType (415), TooLarge (413) or ParseError (400)."""
        _refuse_others(media_type, self.media_type)
        try:
            return exact_json.loads(_content(stream).removeprefix(BOM_UTF8))
        except ValueError as error:
            raise ParseError(str(error), code="malformed_json") from None


class WorkbookParser(BaseParser):
    """A workbook (XLSX) that is the whole body; what was sent is a mapping with it as its `file`."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return `{"file": …}`. Raises UnsupportedMediaType (415) or TooLarge (413)."""
        _refuse_others(media_type, self.media_type)
        content = _content(stream)
        return {FILE: InMemoryUploadedFile(BytesIO(content), FILE, FILE, self.media_type, len(content), None)}


class FormParser(MultiPartParser):
    """A form with its files (multipart/form-data), as browsers send it: a mapping of texts and files, each once."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the mapping. Raises UnsupportedMediaType (415), ParseError or Invalid (400)."""
        _refuse_others(media_type, self.media_type)
        try:
            form = cast(DataAndFiles, super().parse(stream, media_type, parser_context))
        except ParseError:
            raise ParseError(_UNREADABLE_FORM, code="malformed_form") from None
        fields: dict[str, Any] = {}
        for name, values in (*form.data.lists(), *form.files.lists()):
            if len(values) > 1 or name in fields:
                raise Invalid("repeated_field", _TWICE.format(quoted(name)), field=name)
            if isinstance(values[0], str) and _LOST in values[0]:
                raise Invalid("malformed_form", _NOT_UTF8.format(quoted(name)), field=name)
            fields[name] = values[0]
        return fields


def _refuse_others(said: str | None, media_type: str) -> None:
    """Raise UnsupportedMediaType for one with a star, which DRF takes for any."""
    if (said or "").partition(";")[0].strip().lower() != media_type:
        raise UnsupportedMediaType(said or "")


def _content(stream: IO[Any]) -> bytes:
    """Return the whole body. Raises TooLarge."""
    limit: int = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    content: bytes = stream.read(limit + 1)
    if len(content) > limit:
        raise TooLarge("body_too_large", BODY_TOO_LARGE)
    return content
