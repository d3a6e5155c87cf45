"""The tree of units: institutions, organs and organic units, and the ways their names are spelled."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.expressions import RawSQL

from units.access.grants import Access
from units.choices import Role, UnitKind
from units.models.constraints import check, not_blank, one_of, unique
from units.models.functions import folded_key
from units.models.reading import is_past

_INSTITUTIONS = "SELECT institution_id FROM public.units_unit WHERE id = ANY (%s::bigint[])"


class OfUnitQuerySet(models.QuerySet):
    """Rows that belong to a unit; `unit_path` leads to the path of it.

    Where their past is read, they are in it as `entity`: who sees the past of an object is who sees it today.
    """

    unit_path = "unit__path"
    entity = ""

    def visible_to(self, access: Access, role: Role = Role.READER) -> Self:
        """Return the rows of the units on which `access` holds `role` or more: those granted and all below them."""
        if access.everywhere(role):
            return self
        if self.entity and is_past():
            seen = f"SELECT id FROM past.place_of_{self.entity} WHERE path && %s::bigint[]"
            return self.filter(pk__in=RawSQL(seen, [access.unit_ids(role)]))  # noqa: S611 - a constant
        return self.filter(**{f"{self.unit_path}__overlap": access.unit_ids(role)})


class UnitQuerySet(OfUnitQuerySet):
    unit_path = "path"
    entity = "unit"

    def institutions(self) -> Self:
        return self.filter(kind=UnitKind.INSTITUTION)

    def institutions_of(self, access: Access) -> Self:
        """Return the institutions that `access` belongs to; their headers are for all members (domain.md, "Roles").

        Of the past too those of today: a unit may have been made later than the plans that its members know.
        """
        if access.everywhere():
            return self.institutions()
        own = RawSQL(_INSTITUTIONS, [access.unit_ids()])  # noqa: S611 - a constant
        return self.filter(pk__in=own)


class Unit(models.Model):
    """An institution (always a root), an organ or an organic unit.

    `path` (ids from the root to the unit itself) and `institution` are kept by database triggers,
    which also refuse a cycle; they are read-only here. Read them again after writing `parent`.
    """

    code = models.CharField("código", max_length=32, unique=True, db_collation="C")
    name = models.CharField("nombre", max_length=500)
    name_key = folded_key()
    kind = models.CharField("tipo", max_length=16, choices=UnitKind.choices)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="unidad superior"
    )
    is_active = models.BooleanField("activa", default=True, db_default=True)
    institution = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="institución", db_index=False
    )
    path = ArrayField(models.BigIntegerField(), default=list, editable=False, verbose_name="ruta")

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "unidad"
        verbose_name_plural = "unidades"
        ordering = ["name_key", "code"]
        indexes = [GinIndex(fields=["path"], name="unit_path_gin", opclasses=["array_ops"])]
        constraints = [
            one_of("unit_kind_known", "kind", UnitKind, "El tipo de unidad no existe."),
            check(
                "unit_root_is_institution",
                models.Q(kind=UnitKind.INSTITUTION, parent__isnull=True)
                | (~models.Q(kind=UnitKind.INSTITUTION) & models.Q(parent__isnull=False)),
                "Una institución no depende de otra unidad, y toda otra unidad depende de una.",
            ),
            not_blank("unit_code_not_blank", "code", "El código de la unidad no puede estar vacío."),
            not_blank("unit_name_not_blank", "name_key", "El nombre de la unidad no puede estar vacío."),
            unique(
                "unit_name_once_per_institution",
                ["institution", "name_key"],
                "Ya existe una unidad con ese nombre en la institución.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class UnitAlias(models.Model):
    """Another spelling under which documents name a unit."""

    unit = models.ForeignKey(Unit, models.CASCADE, related_name="aliases", verbose_name="unidad")
    name = models.CharField("nombre", max_length=500)
    name_key = folded_key()
    institution = models.ForeignKey(
        Unit, models.CASCADE, null=True, editable=False, related_name="+", verbose_name="institución", db_index=False
    )

    class Meta:
        verbose_name = "otro nombre de unidad"
        verbose_name_plural = "otros nombres de unidades"
        ordering = ["name_key", "id"]
        constraints = [
            not_blank("unit_alias_not_blank", "name_key", "El otro nombre no puede estar vacío."),
            unique(
                "unit_alias_once_per_institution",
                ["institution", "name_key"],
                "Ese nombre ya designa a una unidad de la institución.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
