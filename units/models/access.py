"""Who may do what where: people by membership, machines by key."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from units.choices import Role
from units.models.unit import Unit

if TYPE_CHECKING:
    from units.access.grants import Access


class GrantQuerySet(models.QuerySet):
    def visible_to(self, access: "Access", role: Role = Role.PLANNER) -> Self:
        """Return the grants on units where `access` holds `role` or more, itself on the unit or above it."""
        if access.everywhere(role):
            return self
        return self.filter(unit__path__overlap=access.unit_ids(role))


class Membership(models.Model):
    """A person's role on a unit and all below it; without a unit, on the installation."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name="persona"
    )
    role = models.CharField("rol", max_length=16, choices=Role.choices)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name="unidad"
    )

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = "membresía"
        verbose_name_plural = "membresías"
        ordering = ["user_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="membership_role_known",
                condition=models.Q(role__in=Role.values),
                violation_error_message="El rol no existe.",
            ),
            models.UniqueConstraint(
                name="membership_once_per_unit",
                fields=["user", "unit"],
                nulls_distinct=False,
                violation_error_message="La persona ya tiene un rol en esa unidad.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.get_role_display()}"


class ApiClient(models.Model):
    """A machine client: one key, one role, one unit (none: the installation). Never deleted, only revoked.

    The key itself is not stored: `prefix` finds the row, `key_hash` is the SHA-256 of the whole key.
    """

    name = models.CharField("nombre", max_length=200)
    role = models.CharField("rol", max_length=16, choices=Role.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="clients", verbose_name="unidad")
    prefix = models.CharField("prefijo", max_length=16, unique=True, editable=False)
    key_hash = models.BinaryField("huella de la clave", max_length=32, editable=False)
    expires_at = models.DateTimeField("vence", null=True, blank=True)
    revoked_at = models.DateTimeField("revocada", null=True, editable=False)
    created_at = models.DateTimeField("creada", db_default=Now(), editable=False)

    objects = GrantQuerySet.as_manager()

    class Meta:
        verbose_name = "cliente"
        verbose_name_plural = "clientes"
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                name="client_role_known",
                condition=models.Q(role__in=Role.values),
                violation_error_message="El rol no existe.",
            ),
            models.CheckConstraint(
                name="client_name_not_blank",
                condition=~models.Q(name=""),
                violation_error_message="El nombre del cliente no puede estar vacío.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ClientUse(models.Model):
    """When a key was last used, to the minute; apart from the client, because using a key changes nothing."""

    client = models.OneToOneField(ApiClient, models.CASCADE, primary_key=True, related_name="use")
    used_at = models.DateTimeField("último uso")

    class Meta:
        verbose_name = "uso de clave"
        verbose_name_plural = "usos de claves"

    def __str__(self) -> str:
        return f"{self.client_id}: {self.used_at}"
