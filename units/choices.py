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


class AccountEventKind(models.TextChoices):
    """What happens to a person's account, as history tells it after who did it; never with a secret."""

    LOCKED = "locked", "Cuenta bloqueada"
    UNLOCKED = "unlocked", "Cuenta desbloqueada"
    LINK_MADE = "link_made", "Enlace de contraseña creado"
    PASSWORD_CHOSEN = "password_chosen", "Contraseña elegida con el enlace"
    PASSWORD_CHANGED = "password_changed", "Contraseña cambiada"
    SESSIONS_ENDED = "sessions_ended", "Otras sesiones cerradas"
    SECOND_STEP_ON = "second_step_on", "Segundo paso activado"
    SECOND_STEP_OFF = "second_step_off", "Segundo paso desactivado"
    SECOND_STEP_TAKEN = "second_step_taken", "Segundo paso quitado por quien administra la cuenta"
    RECOVERY_CODES_MADE = "recovery_codes_made", "Códigos de recuperación renovados"
    RECOVERY_CODE_USED = "recovery_code_used", "Ingreso con un código de recuperación"
    INSTITUTION_LINKED = "institution_linked", "Cuenta de la institución vinculada"
    INSTITUTION_UNLINKED = "institution_unlinked", "Cuenta de la institución desvinculada"
