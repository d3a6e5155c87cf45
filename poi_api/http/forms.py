"""Fields of forms with files (multipart): what JSON would say as a number or a truth a form says as text."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from poi_api.http import exact_json
from poi_api.http.fields import NO_OBJECT


@extend_schema_field(OpenApiTypes.BINARY)
class FormFileField(serializers.FileField):
    """A file, which becomes what it is called and its bytes; an empty one is a file too."""

    default_error_messages = {"invalid": "Envíe un archivo: una parte del formulario con filename."}

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_empty_file=True, **options)

    def to_internal_value(self, data: Any) -> UploadedFile:
        """Return the file. Raises ValidationError `invalid` for a text in its place."""
        if not isinstance(data, UploadedFile):
            self.fail("invalid")
        return data


class FormTruthField(serializers.BooleanField):
    """`true` or `false`; in capitals too, as some generated clients write them in a form."""

    def to_internal_value(self, data: Any) -> bool:
        """Return the truth. Raises ValidationError `invalid_choice`."""
        said = data.lower() if isinstance(data, str) else None
        if said not in ("true", "false"):
            raise serializers.ValidationError("Use true o false.", code="invalid_choice")
        return said == "true"


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
