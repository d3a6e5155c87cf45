"""What a query string is made of: whole numbers, words, truths and texts, one or several (api.md, "Lists")."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from drf_spectacular.drainage import set_override
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.fields import empty

LARGEST_ID = 2**63 - 1
_DIGITS = 18  # more than any identifier or count has
_ORDERING = "Se admiten varios, separados por comas o repetidos; con «-» delante, de mayor a menor."


def whole_number(text: str, *, least: int, most: int) -> int | None:
    """Return the number that digits alone spell, None for anything else and outside `least` to `most`."""
    spelled = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if spelled and least <= int(text) <= most else None


def not_whole(least: int, most: int) -> str:
    """Return what is said of anything but a whole number from `least` to `most`."""
    return f"Debe ser un número entero de {least} a {most}."


class Parameter(serializers.Field):
    """May be left out, unless said."""

    def __init__(self, *args: Any, required: bool = False, **options: Any) -> None:
        super().__init__(*args, required=required, **options)


class WholeParameter(Parameter, serializers.IntegerField):
    """A whole number from `min_value` to `max_value`, spelled in digits alone; `hint` says otherwise what to use."""

    def __init__(self, *, min_value: int, max_value: int, hint: str = "", **options: Any) -> None:
        super().__init__(min_value=min_value, max_value=max_value, **options)
        self.bounds = min_value, max_value
        self.hint = hint or not_whole(min_value, max_value)

    def to_internal_value(self, data: Any) -> int:
        """Return the number. Raises ValidationError `invalid` for anything else."""
        least, most = self.bounds
        number = whole_number(data, least=least, most=most) if isinstance(data, str) else None
        if number is None:
            raise ValidationError(self.hint, code="invalid")
        return number


class ChoiceParameter(Parameter, serializers.ChoiceField):
    """One of some words."""

    def __init__(self, choices: Sequence[str], **options: Any) -> None:
        super().__init__(choices, **options)
        set_override(self, "field", {"type": "string", "enum": list(choices)})
        self.error_messages["invalid_choice"] = f"Use uno de: {', '.join(choices)}."


class TruthParameter(Parameter, serializers.BooleanField):
    """`true` or `false`."""

    def to_internal_value(self, data: Any) -> Any:
        """Return the truth. Raises ValidationError `invalid_choice` for anything else."""
        if data not in ("true", "false"):
            raise ValidationError("Use uno de: true, false.", code="invalid_choice")
        return data == "true"


class TextParameter(Parameter, serializers.CharField):
    """A text as it is; `shape` is what the schema says of it, where that is more or less than of any text."""

    def __init__(self, *, shape: Mapping[str, Any] | None = None, **options: Any) -> None:
        super().__init__(**{"trim_whitespace": False, **options})
        if shape:
            set_override(self, "field", dict(shape))


# What can be the code of anything; which codes there are is for each parameter to say
CODE = {"type": "string", "minLength": 1, "maxLength": 32}


class SeveralParameter(Parameter, serializers.ListField):
    """Values separated by commas, or by repeating the parameter, each read as `child` does; twins count once.

    No code has a comma (`CodeField`).
    """

    child: serializers.Field = TextParameter(shape=CODE)

    def run_validation(self, data: Any = empty) -> Any:
        """Return the values, a tuple in the order given. Raises ValidationError with all that is wrong."""
        values: dict[Any, None] = {}
        wrong: dict[tuple[str, str], ErrorDetail] = {}
        for text in (part for given in data for part in given.split(",")):
            try:
                values[self._one(text)] = None
            except ValidationError as refused:
                details: Any = refused.detail
                wrong |= {(detail.code, detail): detail for detail in details}
        if wrong:
            raise ValidationError(list(wrong.values()))
        return tuple(values)

    def _one(self, text: str) -> Any:
        if not text:
            raise ValidationError("Falta un valor entre dos comas.", code="blank")
        return self.child.run_validation(text)


class ChoicesParameter(SeveralParameter):
    """Some of some words."""

    def __init__(self, choices: Sequence[str], **options: Any) -> None:
        super().__init__(child=ChoiceParameter(choices), **options)


class OrderingParameter(ChoicesParameter):
    """What rows are sorted by, the first first: some of the `names`, each with `-` before it for descending."""

    def __init__(self, names: Iterable[str], *, help_text: str = "Por qué se ordena.", **options: Any) -> None:
        choices = [sign + name for name in names for sign in ("", "-")]
        super().__init__(choices, help_text=f"{help_text} {_ORDERING}", default=(), **options)


class WholesParameter(SeveralParameter):
    """Whole numbers from `min_value` to `max_value`."""

    def __init__(self, *, min_value: int, max_value: int, **options: Any) -> None:
        super().__init__(child=WholeParameter(min_value=min_value, max_value=max_value), **options)
