"""A query string as a serializer: one declaration reads it, says what is wrong, and documents it (api.md, "Lists")."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

from django.http import QueryDict
from drf_spectacular.drainage import set_override
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import empty

from poi_api.http.parameters import not_whole, whole_number
from poi_api.http.problem_items import wrong_names

Values = dict[str, Any]
Errors = dict[str, Any]


class QuerySerializer(serializers.Serializer):
    """Subclasses declare a field for each parameter; `format`, which the negotiation reads, is always known.

    A parameter that may be repeated is a ListField. One that is not given has its field's default, else None.
    """

    @classmethod
    def read(cls, query: QueryDict, others: Iterable[str] = ()) -> Values:
        """Return the value of every declared parameter; `others` may be given and are read elsewhere.

        Raises ValidationError naming all that is wrong: `unknown_parameter`, `repeated_parameter`, and what the
        fields raise.
        """
        values, errors = cls.parse(query, others)
        if errors:
            raise ValidationError(errors)
        return values

    @classmethod
    def parse(cls, query: QueryDict, others: Iterable[str] = ()) -> tuple[Values, Errors]:
        """Return the values and, by parameter, what is wrong; what is wrong has its default among the values."""
        fields, defaults = _declared(cls)
        values = defaults.copy()
        errors: Errors = {}
        unknown: list[str] = []
        for name, given in query.lists():
            field = fields.get(name)
            if field is None and name != "format":
                if name not in others:
                    unknown.append(name)
                continue
            try:
                value = _value(field, given)
            except ValidationError as refused:
                errors[name] = refused.detail
            else:
                if field:
                    values[name] = value
        for name, field in fields.items():
            if field.required and name not in query:
                errors[name] = error("required", str(field.error_messages["required"]))
        return values, errors | wrong_names(unknown, "No existe este parámetro.", "unknown_parameter")

    @classmethod
    def said(cls, query: QueryDict, values: Values, errors: Errors) -> set[str]:
        """Return the parameters given, but for those that say their default: that is the same as nothing."""
        _, defaults = _declared(cls)
        return {name for name in query if name in errors or values.get(name) != defaults.get(name)}


def error(code: str, detail: str) -> list[ErrorDetail]:
    """Return what is wrong with one parameter."""
    return [ErrorDetail(detail, code)]


@cache
def _declared(serializer: type[QuerySerializer]) -> tuple[dict[str, serializers.Field], Values]:
    """Return the fields, made once for all requests, and the defaults: to make them costs more than to read."""
    fields = dict(serializer().fields)
    return fields, {name: None if field.default is empty else field.default for name, field in fields.items()}


def _value(field: serializers.Field | None, given: list[str]) -> Any:
    several = isinstance(field, serializers.ListField)
    if len(given) > 1 and not several:
        raise ValidationError("Este parámetro se da una sola vez.", code="repeated_parameter")
    if any("\0" in value for value in given):
        raise ValidationError("No se admite el carácter nulo.")
    return field.run_validation(given if several else given[0]) if field else given[0]


class _Parameter(serializers.Field):
    """May be left out, unless said."""

    def __init__(self, *args: Any, required: bool = False, **options: Any) -> None:
        super().__init__(*args, required=required, **options)


class WholeParameter(_Parameter, serializers.IntegerField):
    """A whole number from `min_value` to `max_value`, spelled in digits alone; `hint` says otherwise what to use."""

    def __init__(self, *, min_value: int, max_value: int, hint: str = "", **options: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **options)
        self.bounds = min_value, max_value
        self.hint = hint or not_whole(min_value, max_value)

    def to_internal_value(self, data: Any) -> int:
        """Return the number. Raises ValidationError `invalid` for anything else."""
        least, most = self.bounds
        number = whole_number(data, least=least, most=most)
        if number is None:
            raise ValidationError(self.hint, code="invalid")
        return number


class ChoiceParameter(_Parameter, serializers.ChoiceField):
    """One of some words."""

    def __init__(self, choices: Sequence[str], **options: Any) -> None:
        super().__init__(choices, **options)
        set_override(self, "field", {"type": "string", "enum": list(choices)})
        self.hint = f"Use uno de: {', '.join(choices)}."

    def to_internal_value(self, data: Any) -> Any:
        """Return the word. Raises ValidationError `invalid_choice` for any other."""
        if data not in self.choices:
            raise ValidationError(self.hint, code="invalid_choice")
        return data


class TruthParameter(_Parameter, serializers.BooleanField):
    """`true` or `false`."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the truth. Raises ValidationError `invalid_choice` for anything else."""
        if data not in ("true", "false"):
            raise ValidationError("Use uno de: true, false.", code="invalid_choice")
        return data == "true"


class TextsParameter(_Parameter, serializers.ListField):
    """Texts as they are, given by repeating the parameter."""

    child: serializers.Field = serializers.CharField()

    def run_validation(self, data: Any = empty) -> Any:
        return list(data)
