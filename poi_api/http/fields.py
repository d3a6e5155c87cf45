"""What bodies are made of: texts, truths, moments, and the things that they name (api.md, "Identity")."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.drainage import set_override
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from poi_api.http.days import day_of, moment_of
from poi_api.http.folding import fold
from poi_api.http.parameters import LARGEST_ID
from poi_api.http.texts import COMMA, HIDDEN, hides_something, lines_hide_something, trimmed

NO_OBJECT = "Se espera un objeto de JSON, con sus miembros entre llaves."
_NO_YEAR = "Use un año de 1901 a 9998: lo más tarde, 9998-12-31T23:59:59-05:00."
NO_LIST = "Se espera una lista de JSON, con sus elementos entre corchetes."


class NamedField(serializers.Field):
    """Something named in a body: a number is its id, a text its code. Becomes the object.

    `named` gives what a caller may name, from its `access` in the context; all else does not exist for it.
    """

    default_error_messages = {
        "invalid": "Use un número (id) o un texto (código).",
        "does_not_exist": "No existe entre lo que usted puede ver.",
    }

    def __init__(
        self, *, named: Callable[[Any], QuerySet], by: str = "code", longest: int = 32, **options: Any
    ) -> None:
        super().__init__(**options)
        self._named = named
        self._by, self._longest = by, longest
        text = {"type": "string", "minLength": 1, "maxLength": longest}
        set_override(self, "field", {"oneOf": [{"type": "integer", "minimum": 1}, text]})

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, bool) or not isinstance(data, int | str):
            self.fail("invalid")
        if isinstance(data, int) and not 0 < data <= LARGEST_ID:
            self.fail("does_not_exist")
        if isinstance(data, str) and len(data) > self._longest:
            self.fail("does_not_exist")
        wanted = {"pk": data} if isinstance(data, int) else {self._by: data}
        named = self._named(self.context["access"]).filter(**wanted).first()
        if named is None:
            self.fail("does_not_exist")
        return named


class TextField(serializers.CharField):
    """A text as JSON writes it, without blanks at its ends; never a number in its place.

    One of which nothing can be seen (blanks, bidi marks, soft hyphens…) is blank. One that is too long is refused
    before anything else is looked at.
    """

    def run_validation(self, data: Any = empty) -> Any:
        if isinstance(data, str) and self.max_length and len(data.strip()) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().run_validation(data if not isinstance(data, str) or trimmed(data) else "")

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class ProseField(TextField):
    """A text of one line or several, all of which can be seen: a reason, a comment."""

    hides, hiding = staticmethod(lines_hide_something), "invalid_text"

    def to_internal_value(self, data: Any) -> str:
        text = super().to_internal_value(data)
        if self.hides(text):
            raise serializers.ValidationError(HIDDEN, code=self.hiding)
        return text


class LineField(ProseField):
    """A text of one line, all of which can be seen: a title, a resolution."""

    hides = staticmethod(hides_something)


class NameField(LineField):
    """A name, of which something must be left when it is compared: accents alone are no name."""

    hiding = "invalid_name"

    def __init__(self, *, longest: int = 500, **options: Any) -> None:
        super().__init__(max_length=longest, **options)

    def to_internal_value(self, data: Any) -> str:
        name = super().to_internal_value(data)
        if not fold(name):
            self.fail("blank")
        return name


class CodeField(LineField):
    """A code of up to 32 characters, all of which can be seen: no two may look alike.

    It has no comma, which stands between codes in a query string.
    """

    hiding = "invalid_code"

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=32, **options)

    def to_internal_value(self, data: Any) -> str:
        code = super().to_internal_value(data)
        if "," in code:
            raise serializers.ValidationError(COMMA, code="invalid_code")
        return code


class WordField(serializers.ChoiceField):
    """One of some words; what was sent instead is not said back."""

    def __init__(self, choices: Any, **options: Any) -> None:
        super().__init__(choices, **options)
        self.error_messages["invalid_choice"] = f"Use uno de: {', '.join(self.choices)}."


class ShortListField(serializers.ListField):
    """A list of up to `max_length` items; a longer one is refused before its items are looked at."""

    default_error_messages = {"not_a_list": NO_LIST}

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, list) and self.max_length is not None and len(data) > self.max_length:
            self.fail("max_length", max_length=self.max_length)
        return super().to_internal_value(data)


class TruthField(serializers.BooleanField):
    """`true` or `false`, and nothing that only looks like it."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class DayField(serializers.DateField):
    """A day of the calendar (`2026-12-31`)."""

    default_error_messages = {"invalid": "Escriba una fecha que exista, así: 2026-12-31."}

    def to_internal_value(self, data: Any) -> date:
        """Return the day. Raises ValidationError `invalid` for anything else."""
        try:
            return day_of(data)
        except (TypeError, ValueError):
            self.fail("invalid")


@extend_schema_field({"type": "string", "format": "date-time"})
class MomentField(serializers.Field):
    """A date and time with its offset (`2026-12-31T23:59:59-05:00`); without one it could be any of many."""

    default_error_messages = {
        "invalid": "Escriba fecha y hora con su diferencia horaria, así: 2026-12-31T23:59:59-05:00.",
    }

    def to_internal_value(self, data: Any) -> datetime:
        try:
            moment = moment_of(data)
        except (TypeError, ValueError):
            self.fail("invalid")
        if not 1900 < moment.year < 9999:  # in another zone it could be of a year that there is not
            raise serializers.ValidationError(_NO_YEAR, code="invalid")
        return moment
