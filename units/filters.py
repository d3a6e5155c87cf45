"""What units, clients and memberships can be narrowed by."""

from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from rest_framework.request import Request

from poi_api.http.filters import (
    Asked,
    CodeFilter,
    ListQuery,
    Ordering,
    OwnCodeFilter,
    OwnIdFilter,
    SearchFilter,
    TruthFilter,
    WordFilter,
)
from poi_api.http.folding import fold
from units.access.accounts import with_words
from units.access.permissions import access_of
from units.choices import Role, UnitKind
from units.models import Unit, UnitAlias
from units.serializers.moment import MomentQuery


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
    return CodeFilter(named=visible_units, path=path, branch=True, text=text)


class UnitQuery(ListQuery, MomentQuery):
    id = OwnIdFilter()
    code = OwnCodeFilter()
    parent = CodeFilter(  # type: ignore[assignment]
        named=visible_units, text="Código de la unidad superior inmediata."
    )
    within = _branch_filter("path")
    kind = WordFilter(words=UnitKind.values, text="Tipo de unidad.")
    is_active = TruthFilter(text="Si la unidad está activa.")
    search = SearchFilter(also=_has_alias, text="Texto en el nombre, los otros nombres o el código.")
    ordering = Ordering(fields={"name": "name_key", "code": "code", "kind": "kind"}, finally_by=("name_key", "code"))


class OfUnitQuery(ListQuery):
    """What anything that belongs to a unit can be narrowed by."""

    unit = CodeFilter(named=visible_units, text="Código de la unidad, sin las que dependen de ella.")
    within = _branch_filter("unit__path")


class GrantQuery(OfUnitQuery):
    """What clients and memberships can both be narrowed by."""

    id = OwnIdFilter()
    role = WordFilter(words=Role.values, text="Rol.")


class _RevokedFilter(TruthFilter):
    def narrowed(self, rows: QuerySet, value: Any, asked: Asked) -> QuerySet:
        return rows.filter(revoked_at__isnull=not value)


class _NameSearch(SearchFilter):
    def narrowed(self, rows: QuerySet, value: Any, asked: Asked) -> QuerySet:
        return rows.filter(name_key__contains=fold(value))


class _PersonSearch(SearchFilter):
    """Find people by all the words of a text, in any order, in their names and user names."""

    def narrowed(self, rows: QuerySet, value: Any, asked: Asked) -> QuerySet:
        return with_words(rows, value, person="user__")


class ClientQuery(GrantQuery):
    search = _NameSearch(text="Texto en el nombre, sin distinguir mayúsculas ni acentos.")
    is_revoked = _RevokedFilter(text="Si la clave fue revocada.")
    ordering = Ordering(fields={"name": "name_key", "created_at": "created_at"}, finally_by=("name_key", "pk"))


class MembershipQuery(GrantQuery):
    search = _PersonSearch(text="Palabras del nombre o del usuario, sin distinguir mayúsculas ni acentos.")
    ordering = Ordering(
        fields={"user": "user__username", "unit": "unit__name_key"}, finally_by=("user__username", "pk")
    )
