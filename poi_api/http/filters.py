"""What any list can be narrowed and sorted by: codes, numbers, truths and words in the query string."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.drainage import set_override
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from poi_api.http.folding import fold
from poi_api.http.parameters import not_whole, whole_number
from poi_api.http.texts import quoted

_SEARCH = "Texto en el nombre o el código, sin distinguir mayúsculas ni acentos."
_ORDERING = "Por qué campos se ordena, separados por comas; con «-» delante, de mayor a menor."


class FilterBackend(DjangoFilterBackend):
    """Narrows a list by its filters; what is wrong with them is said in their own words."""

    def filter_queryset(self, request: Any, queryset: QuerySet, view: Any) -> QuerySet:
        """Return the rows asked for. Raises ValidationError by parameter.

        A message is formatted once, where Django does it: what a client sent stands in it, and may hold a `%`.
        """
        filters: Any = self.get_filterset(request, queryset, view)
        if filters is None:
            return queryset
        if not filters.is_valid():
            raise ValidationError(
                {
                    name: [ErrorDetail(text, error.code) for error in errors for text in error.messages]
                    for name, errors in filters.errors.as_data().items()
                }
            )
        narrowed: QuerySet = filters.qs
        return narrowed


class _CodeField(django_filters.fields.ModelChoiceField):
    """A code; every list refuses an unknown one in the same words."""

    def to_python(self, value: Any) -> Any:
        """Return the object with that code. Raises ValidationError `unknown_code`."""
        try:
            return super().to_python(value)
        except forms.ValidationError:
            raise forms.ValidationError(f"No existe el código {quoted(value)}.", code="unknown_code") from None


class CodeFilter(django_filters.ModelChoiceFilter):
    """Narrow by the code of something that the caller may name; any other code is unknown.

    `named` returns what the caller of a request may name. With `branch`, `field_name` is an array of ids that
    holds the one named.
    """

    field_class = _CodeField

    def __init__(
        self, *, named: Callable[[Request], QuerySet], text: str, branch: bool = False, **options: Any
    ) -> None:
        super().__init__(queryset=cast(Any, named), to_field_name="code", empty_label=None, **options)
        self._branch = branch
        set_override(self, "field", {"type": "string", "maxLength": 32, "description": text})

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if value is not None and self._branch:
            return qs.filter(**{f"{self.field_name}__contains": [value.pk]})
        return super().filter(qs, value)


class _WholeField(forms.Field):
    """A whole number, read and refused as `Parameters.whole` does."""

    def __init__(self, *, least: int, most: int, **options: Any) -> None:
        super().__init__(**options)
        self._least, self._most = least, most

    def to_python(self, value: Any) -> int | None:
        """Return the number, None for nothing. Raises ValidationError `invalid`."""
        if value in self.empty_values:
            return None
        number = whole_number(value, least=self._least, most=self._most)
        if number is None:
            raise forms.ValidationError(not_whole(self._least, self._most), code="invalid")
        return number


class WholeFilter(django_filters.Filter):
    """Narrow by a whole number from `least` to `most`."""

    field_class = _WholeField

    def __init__(self, *, least: int, most: int, text: str, **options: Any) -> None:
        super().__init__(least=least, most=most, **options)
        documented = {"type": "integer", "minimum": least, "maximum": most, "description": text}
        set_override(self, "field", documented)


class TruthFilter(django_filters.TypedChoiceFilter):
    """Narrow by `true` or `false`, written just so."""

    def __init__(self, *, text: str, **options: Any) -> None:
        super().__init__(
            choices=(("true", "sí"), ("false", "no")),
            coerce=lambda text: text == "true",
            empty_value=None,
            **options,
        )
        set_override(self, "field", {"type": "boolean", "description": text})


class SearchFilter(django_filters.CharFilter):
    """Find a text in names, whatever its case and accents, and in codes; `also` adds a condition on the folded text."""

    def __init__(self, *, also: Callable[[str], Q] | None = None, text: str = _SEARCH) -> None:
        super().__init__(max_length=200)
        self._also = also
        set_override(self, "field", {"type": "string", "maxLength": 200, "description": text})

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        key = fold(value or "")
        if not key:
            return qs
        matches = Q(name_key__contains=key) | Q(code__icontains=value.strip())
        return qs.filter(matches | self._also(key) if self._also else matches)


class StableOrdering(django_filters.OrderingFilter):
    """Sort by the given fields and then by `finally_by`, so that pages never overlap."""

    def __init__(self, *, fields: Sequence[tuple[str, str]], finally_by: Sequence[str]) -> None:
        super().__init__(fields=fields)
        self._finally_by = finally_by
        names = [sign + name for _, name in fields for sign in ("", "-")]
        set_override(self, "field", {"type": "string", "enum": names, "description": _ORDERING})

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if not value:
            return qs.order_by(*self._finally_by)
        if "" in value:
            raise ValidationError({"ordering": "Falta un campo entre dos comas."}, code="blank")
        return qs.order_by(*(self.get_ordering_value(name) for name in value), *self._finally_by)
