"""What lists can be narrowed by: codes and words in the query string, refused by name when unknown."""

from collections.abc import Callable, Sequence
from typing import Any, cast

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Collate
from drf_spectacular.drainage import set_override
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from poi_api.http.folding import fold
from poi_api.http.parameters import not_whole, whole_number
from units.access.permissions import access_of
from units.choices import Role, UnitKind
from units.models import ApiClient, Membership, Unit, UnitAlias
from units.models.functions import Fold

_SEARCH = "Texto en el nombre o el código, sin distinguir mayúsculas ni acentos."
_ORDERING = "Por qué campos se ordena, separados por comas; con «-» delante, de mayor a menor."


class _CodeField(django_filters.fields.ModelChoiceField):
    """A code, refused when unknown in the words of the reports (`reports.shared.question`)."""

    def to_python(self, value: Any) -> Any:
        """Raises ValidationError `unknown_code`."""
        try:
            return super().to_python(value)
        except forms.ValidationError:
            raise forms.ValidationError(f"No existe el código «{value}».", code="unknown_code") from None


class CodeFilter(django_filters.ModelChoiceFilter):
    """Narrows by the code of something that the caller may name; any other code is unknown to it.

    `named` gives what may be named. With `branch`, `field_name` is an array of ids that holds the one named.
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
    """A whole number, read and refused as by `Parameters.whole`."""

    def __init__(self, *, least: int, most: int, **options: Any) -> None:
        super().__init__(**options)
        self._least, self._most = least, most

    def to_python(self, value: Any) -> int | None:
        """Raises ValidationError `invalid`."""
        if value in self.empty_values:
            return None
        number = whole_number(value, least=self._least, most=self._most)
        if number is None:
            raise forms.ValidationError(not_whole(self._least, self._most), code="invalid")
        return number


class WholeFilter(django_filters.Filter):
    """Narrows by a whole number from `least` to `most`."""

    field_class = _WholeField

    def __init__(self, *, least: int, most: int, text: str, **options: Any) -> None:
        super().__init__(least=least, most=most, **options)
        documented = {"type": "integer", "minimum": least, "maximum": most, "description": text}
        set_override(self, "field", documented)


class TruthFilter(django_filters.TypedChoiceFilter):
    """Narrows by `true` or `false`, written just so."""

    def __init__(self, *, text: str, **options: Any) -> None:
        super().__init__(
            choices=(("true", "sí"), ("false", "no")),
            coerce=lambda text: text == "true",
            empty_value=None,
            **options,
        )
        set_override(self, "field", {"type": "boolean", "description": text})


class SearchFilter(django_filters.CharFilter):
    """Finds a text in names, whatever its case and accents, and in codes."""

    def __init__(self, *, also: Callable[[str], Q] | None = None, text: str = _SEARCH) -> None:
        super().__init__(max_length=200)
        self._also = also
        set_override(self, "field", {"type": "string", "maxLength": 200, "description": text})

    def filter(self, qs: QuerySet, value: str) -> QuerySet:
        key = fold(value or "")
        if not key:
            return qs
        found = Q(name_key__contains=key) | Q(code__icontains=value.strip())
        return qs.filter(found | self._also(key) if self._also else found)


class StableOrdering(django_filters.OrderingFilter):
    """Sorts by the given fields and then by `finally_by`, so that pages never overlap."""

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


def visible_units(request: Request) -> QuerySet:
    """The units that the caller may name."""
    return Unit.objects.visible_to(access_of(request))


def own_institutions(request: Request) -> QuerySet:
    """The institutions that the caller belongs to."""
    return Unit.objects.institutions_of(access_of(request))


def _spelled(key: str) -> Q:
    return Q(Exists(UnitAlias.objects.filter(unit=OuterRef("pk"), name_key__contains=key)))


def _within(path: str) -> CodeFilter:
    text = "Código de la unidad: ella y las que dependen de ella."
    return CodeFilter(named=visible_units, field_name=path, branch=True, text=text)


class UnitFilterSet(django_filters.FilterSet):
    parent = CodeFilter(named=visible_units, text="Código de la unidad superior inmediata.")
    within = _within("path")
    kind = django_filters.ChoiceFilter(choices=UnitKind.choices, empty_label=None)
    is_active = TruthFilter(text="Si la unidad está activa.")
    search = SearchFilter(also=_spelled, text="Texto en el nombre, los otros nombres o el código.")
    ordering = StableOrdering(
        fields=(("name_key", "name"), ("code", "code"), ("kind", "kind")), finally_by=("name_key", "code")
    )

    class Meta:
        model = Unit
        fields: list[str] = []


class PlaceFilterSet(django_filters.FilterSet):
    """What everything can be narrowed by that is of a unit."""

    unit = CodeFilter(named=visible_units, text="Código de la unidad, sin las que dependen de ella.")
    within = _within("unit__path")


class GrantFilterSet(PlaceFilterSet):
    """What clients and memberships can both be narrowed by."""

    role = django_filters.ChoiceFilter(choices=Role.choices, empty_label=None)


def _revoked(queryset: QuerySet, name: str, value: bool | None) -> QuerySet:
    return queryset if value is None else queryset.filter(revoked_at__isnull=not value)


class ClientFilterSet(GrantFilterSet):
    is_revoked = TruthFilter(method=_revoked, text="Si la clave fue revocada.")
    ordering = StableOrdering(
        fields=(("name_key", "name"), ("created_at", "created_at")), finally_by=("name_key", "pk")
    )

    class Meta:
        model = ApiClient
        fields: list[str] = []

    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """Names sort folded, as they do everywhere."""
        return super().filter_queryset(queryset.annotate(name_key=Collate(Fold("name"), "C")))


class MembershipFilterSet(GrantFilterSet):
    ordering = StableOrdering(
        fields=(("user__username", "user"), ("unit__name_key", "unit")), finally_by=("user__username", "pk")
    )

    class Meta:
        model = Membership
        fields: list[str] = []
