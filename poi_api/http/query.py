"""A query string as a serializer: one declaration reads it, says all that is wrong, documents it (api.md, "Lists")."""

from functools import cache
from typing import Any

from django.http import QueryDict
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import empty

from poi_api.http.parameters import SeveralParameter
from poi_api.http.problem_items import wrong_names

Values = dict[str, Any]
Errors = dict[str, Any]


class QuerySerializer(serializers.Serializer):
    """Subclasses declare a field for each parameter; `format`, which the negotiation reads, is always known.

    One that is not given has its field's default, else None.
    """

    @classmethod
    def read(cls, query: QueryDict) -> Values:
        """Return the value of every declared parameter.

        Raises ValidationError naming all that is wrong: `unknown_parameter`, `repeated_parameter`, `blank`, and what
        the fields raise.
        """
        values, errors = cls.parse(query)
        if errors:
            raise ValidationError(errors)
        return values

    @classmethod
    def parse(cls, query: QueryDict) -> tuple[Values, Errors]:
        """Return the values and, by parameter, what is wrong; what is wrong has its default among the values."""
        fields, defaults = _declared(cls)
        values = defaults.copy()
        errors: Errors = {}
        unknown: list[str] = []
        for name, given in query.lists():
            field = fields.get(name)
            if field is None and name != "format":
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
    def parameters(cls) -> dict[str, serializers.Field]:
        """Return the declared parameters by name."""
        return _declared(cls)[0]


def error(code: str, detail: str) -> list[ErrorDetail]:
    """Return what is wrong with one parameter."""
    return [ErrorDetail(detail, code)]


@cache
def _declared(serializer: type[QuerySerializer]) -> tuple[dict[str, serializers.Field], Values]:
    """Return the fields, made once for all requests, and the defaults: to make them costs more than to read."""
    fields = dict(serializer().fields)
    return fields, {name: None if field.default is empty else field.default for name, field in fields.items()}


def _value(field: serializers.Field | None, given: list[str]) -> Any:
    several = isinstance(field, SeveralParameter)
    if len(given) > 1 and not several:
        raise ValidationError("Este parámetro se da una sola vez.", code="repeated_parameter")
    if any("\0" in value for value in given):
        raise ValidationError("No se admite el carácter nulo.")
    if given == [""] and not getattr(field, "allow_blank", False):
        raise ValidationError("Este parámetro no puede estar vacío.", code="blank")
    return field.run_validation(given if several else given[0]) if field else given[0]
