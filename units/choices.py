"""Closed vocabularies of the `units` app, with the Spanish that people read."""

from django.db import models


class UnitKind(models.TextChoices):
    INSTITUTION = "institution", "Institución"
    ORGAN = "organ", "Órgano"
    ORGANIC_UNIT = "organic_unit", "Unidad orgánica"


class Role(models.TextChoices):
    """From least to most: each role may do all that the one before it may (domain.md, "Roles")."""

    READER = "reader", "Lector"
    REPORTER = "reporter", "Informante"
    REVIEWER = "reviewer", "Revisor"
    PLANNER = "planner", "Planificador"

    @property
    def rank(self) -> int:
        """Return 0 for `reader` up to 3 for `planner`."""
        return _RANKS[self.value]

    def includes(self, other: "Role") -> bool:
        """Tell whether this role may do what `other` may."""
        return self.rank >= other.rank


_RANKS = {role.value: rank for rank, role in enumerate(Role)}


class Operation(models.TextChoices):
    CREATED = "created", "Creado"
    UPDATED = "updated", "Modificado"
    DELETED = "deleted", "Eliminado"
    MOVED = "moved", "Trasladado"  # along with its unit; shown only to those who see it newly or no longer
