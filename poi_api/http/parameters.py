"""Reading a query string strictly: what is not known is refused by name, never ignored (api.md, "Lists")."""

from collections.abc import Iterable, Sequence

from django.http import QueryDict
from rest_framework.exceptions import ValidationError

LARGEST_ID = 2**63 - 1
_DIGITS = 18  # more than any identifier or count has


class Parameters:
    """The query string of one request."""

    def __init__(self, query: QueryDict, allowed: Iterable[str], repeatable: Iterable[str] = ()) -> None:
        """Raises ValidationError for a parameter not `allowed`, one given twice unless `repeatable`, or NUL."""
        self._query = query
        allowed, repeatable = set(allowed), set(repeatable)
        for name, values in query.lists():
            if name not in allowed | repeatable:
                raise ValidationError({name: "No existe este parámetro."}, code="unknown_parameter")
            if len(values) > 1 and name not in repeatable:
                raise ValidationError({name: "Este parámetro se da una sola vez."}, code="repeated_parameter")
            if any("\0" in value for value in values):
                raise ValidationError({name: "No se admite el carácter nulo."})

    def one(self, name: str) -> str | None:
        """Return the value of a parameter, None if it was not given."""
        return self._query.get(name)

    def every(self, name: str) -> list[str]:
        """Return all values of a repeatable parameter, in the order given."""
        return self._query.getlist(name)

    def choice(self, name: str, choices: Sequence[str]) -> str | None:
        """Return a value that must be one of `choices`."""
        text = self.one(name)
        if text is not None and text not in choices:
            raise ValidationError({name: f"Use uno de: {', '.join(choices)}."}, code="invalid_choice")
        return text

    def whole(self, name: str, *, least: int, most: int, hint: str = "") -> int | None:
        """Return a value that must be a whole number from `least` to `most`."""
        text = self.one(name)
        if text is None:
            return None
        number = whole_number(text, least=least, most=most)
        if number is None:
            raise ValidationError({name: hint or not_whole(least, most)}, code="invalid")
        return number


def whole_number(text: str, *, least: int, most: int) -> int | None:
    """Return the number that digits alone spell, None for anything else and outside `least` to `most`."""
    spelled = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if spelled and least <= int(text) <= most else None


def not_whole(least: int, most: int) -> str:
    """Return what is said of anything but a whole number from `least` to `most`."""
    return f"Debe ser un número entero de {least} a {most}."
