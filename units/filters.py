"""What units, clients and memberships can be narrowed by."""

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from rest_framework.request import Request

from poi_api.http.filters import CodeFilter, SearchFilter, StableOrdering, TruthFilter
from units.access.permissions import access_of
from units.choices import Role, UnitKind
from units.models import Unit, UnitAlias


def visible_units(request: Request) -> QuerySet:
    """Return the units that the caller may name."""
    return Unit.objects.visible_to(access_of(request))


def own_institutions(request: Request) -> QuerySet:
    """Return the institutions that the caller belongs to."""
    return Unit.objects.institutions_of(access_of(request))


def _has_alias(key: str) -> Q:
    return Q(Exists(UnitAlias.objects.filter(unit=OuterRef("pk"), name_key__contains=key)))


def _branch_filter(path: str) -> CodeFilter:
    text = "Código de la unidad: ella y las que dependen de ella."
    return CodeFilter(named=visible_units, field_name=path, branch=True, text=text)


class UnitFilterSet(django_filters.FilterSet):
    parent = CodeFilter(named=visible_units, text="Código de la unidad superior inmediata.")
    within = _branch_filter("path")
    kind = django_filters.ChoiceFilter(choices=UnitKind.choices, empty_label=None)
    is_active = TruthFilter(text="Si la unidad está activa.")
    search = SearchFilter(also=_has_alias, text="Texto en el nombre, los otros nombres o el código.")
    ordering = StableOrdering(
        fields=(("name_key", "name"), ("code", "code"), ("kind", "kind")), finally_by=("name_key", "code")
    )


class OfUnitFilterSet(django_filters.FilterSet):
    """What anything that belongs to a unit can be narrowed by."""

    unit = CodeFilter(named=visible_units, text="Código de la unidad, sin las que dependen de ella.")
    within = _branch_filter("unit__path")


class GrantFilterSet(OfUnitFilterSet):
    """What clients and memberships can both be narrowed by."""

    role = django_filters.ChoiceFilter(choices=Role.choices, empty_label=None)


def _revoked(queryset: QuerySet, name: str, value: bool | None) -> QuerySet:
    return queryset if value is None else queryset.filter(revoked_at__isnull=not value)


class ClientFilterSet(GrantFilterSet):
    is_revoked = TruthFilter(method=_revoked, text="Si la clave fue revocada.")
    ordering = StableOrdering(
        fields=(("name_key", "name"), ("created_at", "created_at")), finally_by=("name_key", "pk")
    )


class MembershipFilterSet(GrantFilterSet):
    ordering = StableOrdering(
        fields=(("user__username", "user"), ("unit__name_key", "unit")), finally_by=("user__username", "pk")
    )
