"""The catalogues of the installation: the ministry's activities and the units of measurement."""

from django.db import models

from units.models.constraints import not_blank, unique
from units.models.functions import folded_key


class CatalogueEntry(models.Model):
    """A code and a name, each given once (names whatever their case, accents and blanks)."""

    code = models.CharField("código", max_length=32, unique=True, db_collation="C")
    name = models.CharField("nombre", max_length=500)
    name_key = folded_key()

    class Meta:
        abstract = True
        ordering = ["name_key", "code"]
        constraints = [
            unique("%(class)s_name_once", ["name_key"], "Ya existe una entrada con ese nombre en el catálogo."),
            not_blank("%(class)s_name_not_blank", "name_key", "El nombre no puede estar vacío."),
            not_blank("%(class)s_code_not_blank", "code", "El código no puede estar vacío."),
        ]

    def __str__(self) -> str:
        return self.name


class MefActivity(CatalogueEntry):
    """An activity of the ministry's catalogue (actividad presupuestal), such as GESTIÓN ADMINISTRATIVA."""

    class Meta(CatalogueEntry.Meta):
        verbose_name = "actividad MEF"
        verbose_name_plural = "actividades MEF"


class MeasurementUnit(CatalogueEntry):
    """What quantities count: ACCIONES, INFORMES, DOCUMENTOS."""

    class Meta(CatalogueEntry.Meta):
        verbose_name = "unidad de medida"
        verbose_name_plural = "unidades de medida"
