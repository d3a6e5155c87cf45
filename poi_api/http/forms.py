"""Forms with files (multipart): how they are read, and fields for what JSON would say, which a form says as text."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import DataAndFiles, MultiPartParser

from poi_api.http import exact_json
from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.fields import NO_OBJECT
from poi_api.http.parameters import not_whole
from poi_api.http.parsers import BodyTooLarge

_UNREADABLE = "El formulario no se puede leer: envíe multipart/form-data con su delimitador (boundary)."


class FormParser(MultiPartParser):
    """A form of at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes with its files, else 413."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> DataAndFiles:
        """Return the form's texts and files. Raises BodyTooLarge (413) or ParseError (400)."""
        length = (parser_context or {})["request"].META.get("CONTENT_LENGTH") or "0"
        if int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise BodyTooLarge
        try:
            return super().parse(stream, media_type, parser_context)
        except ParseError:
            raise ParseError(_UNREADABLE, code="malformed_form") from None


class FormSerializer(KnownFieldsMixin):
    """A form, each of whose parts is sent once."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the validated form. Raises ValidationError that names all that is wrong, `repeated_part` too."""
        parts = {name: data.getlist(name) for name in data} if hasattr(data, "getlist") else {}
        repeated = [name for name, values in parts.items() if len(values) > 1]
        if repeated:
            raise serializers.ValidationError({name: [_repeated()] for name in repeated})
        return super().to_internal_value({name: values[0] for name, values in parts.items()} if parts else data)


def _repeated() -> serializers.ErrorDetail:
    return serializers.ErrorDetail("Va una sola vez en el formulario.", "repeated_part")


class FormFileField(serializers.FileField):
    """A file, which becomes what it is called and its bytes; an empty one is a file too."""

    def __init__(self, **options: Any) -> None:
        told = {"invalid": "Envíe un archivo: una parte del formulario con filename."}
        super().__init__(allow_empty_file=True, error_messages=told, **options)

    def to_internal_value(self, data: Any) -> UploadedFile:
        """Return the file. Raises ValidationError `invalid` for a text in its place."""
        if not isinstance(data, UploadedFile):
            self.fail("invalid")
        return data


@extend_schema_field({"type": "boolean"})
class FormTruthField(serializers.ChoiceField):
    """`true` or `false`, written just so."""

    def __init__(self, **options: Any) -> None:
        super().__init__(["true", "false"], error_messages={"invalid_choice": "Use true o false."}, **options)

    def to_internal_value(self, data: Any) -> bool:
        """Return the truth. Raises ValidationError `invalid_choice`."""
        if data not in ("true", "false"):
            self.fail("invalid_choice")
        return bool(data == "true")


class FormWholeField(serializers.IntegerField):
    """A whole number from `least` to `most`, in digits."""

    def __init__(self, least: int, most: int, **options: Any) -> None:
        super().__init__(min_value=least, max_value=most, **options)
        self._numbers = range(least, most + 1)
        self._told = not_whole(least, most)

    def to_internal_value(self, data: Any) -> int:
        """Return the number. Raises ValidationError `invalid`, also for one out of range."""
        if not isinstance(data, str) or not (data.isascii() and data.isdecimal() and len(data) <= 18):
            raise serializers.ValidationError(self._told, code="invalid")
        if int(data) not in self._numbers:
            raise serializers.ValidationError(self._told, code="invalid")
        return int(data)


@extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
class FormTextsField(serializers.Field):
    """Texts by name, as JSON writes an object, at most `most` of them."""

    default_error_messages = {
        "malformed_json": "No es JSON que se pueda leer.",
        "invalid": NO_OBJECT,
        "not_texts": "Cada nombre y su valor son textos de hasta {longest} caracteres.",
        "max_length": "Son más de {most}.",
    }

    def __init__(self, *, most: int, longest: int, **options: Any) -> None:
        super().__init__(**options)
        self._most, self._longest = most, longest

    def to_internal_value(self, data: Any) -> dict[str, str]:
        """Return the texts. Raises ValidationError."""
        if not isinstance(data, str):
            self.fail("invalid")
        try:
            texts = exact_json.loads(data.encode())
        except ValueError:
            self.fail("malformed_json")
        if not isinstance(texts, dict):
            self.fail("invalid")
        if len(texts) > self._most:
            self.fail("max_length", most=self._most)
        for name, text in texts.items():
            if not isinstance(text, str) or not 0 < len(name) <= self._longest or len(text) > self._longest:
                self.fail("not_texts", longest=self._longest)
        return {name.strip(): text.strip() for name, text in texts.items()}

    def to_representation(self, value: Any) -> Any:
        return value
