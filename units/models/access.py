"""Who may do what where: people by membership, machines by key."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from units.choices import Role
from units.models.constraints import not_blank, one_of, unique
from units.models.functions import folded_key
from units.models.unit import OfUnitQuerySet, Unit


class Membership(models.Model):
    """A person's role on a unit and all below it; without a unit, on the installation."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name="persona", db_index=False
    )
    role = models.CharField("rol", max_length=16, choices=Role.choices)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="memberships", verbose_name="unidad"
    )

    objects = OfUnitQuerySet.as_manager()

    class Meta:
        verbose_name = "rol"
        verbose_name_plural = "roles"
        ordering = ["user_id", "id"]
        constraints = [
            one_of("membership_role_known", "role", Role, "El rol no existe."),
            unique(
                "membership_once_per_unit",
                ["user", "unit"],
                "La persona ya tiene un rol en esa unidad.",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.get_role_display()}"


class ClientQuerySet(OfUnitQuerySet):
    def usable(self) -> Self:
        """Return the clients whose key can be used now."""
        return self.filter(models.Q(expires_at=None) | models.Q(expires_at__gt=Now()), revoked_at=None)


class ApiClient(models.Model):
    """A machine client: one key, one role, one unit (none: the installation). Never deleted, only revoked.

    The key itself is not stored: `prefix` finds the row, `key_hash` is the SHA-256 of the whole key. `institution`,
    that of the unit, is kept by a database trigger. A name stays taken after the key was revoked, so that history
    means one client by it.
    """

    name = models.CharField("nombre", max_length=200)
    name_key = folded_key()
    role = models.CharField("rol", max_length=16, choices=Role.choices)
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="clients", verbose_name="unidad")
    institution = models.ForeignKey(
        Unit, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="institución", db_index=False
    )
    prefix = models.CharField("prefijo", max_length=16, unique=True, editable=False)
    key_hash = models.BinaryField("huella de la clave", max_length=32, editable=False)
    expires_at = models.DateTimeField("vence", null=True, blank=True)
    revoked_at = models.DateTimeField("revocada", null=True, editable=False)
    created_at = models.DateTimeField("creada", db_default=Now(), editable=False)

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = "clave de sistema"
        verbose_name_plural = "claves de sistemas"
        ordering = ["name", "id"]
        constraints = [
            one_of("client_role_known", "role", Role, "El rol no existe."),
            not_blank("client_name_not_blank", "name", "El nombre del cliente no puede estar vacío."),
            unique(
                "client_name_once_per_institution",
                ["institution", "name_key"],
                "Ya existe un cliente con ese nombre en la institución.",
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ClientUse(models.Model):
    """When a key was last used, to the minute; apart from the client, because using a key changes nothing."""

    client = models.OneToOneField(ApiClient, models.CASCADE, primary_key=True, related_name="use")
    used_at = models.DateTimeField("último uso")

    def __str__(self) -> str:
        return f"{self.client_id}: {self.used_at}"


class Invitation(models.Model):
    """The one link by which a person may choose a password now; `digest` is the SHA-256 of its secret.

    It goes when it is spent, so that what is left says nothing of who was invited: history has the role.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="invitation", verbose_name="persona"
    )
    digest = models.BinaryField("huella del enlace", max_length=32)
    expires_at = models.DateTimeField("vence")

    def __str__(self) -> str:
        return f"{self.person_id}: {self.expires_at}"


class LoginAttempts(models.Model):
    """How many failed attempts to log in there were from an address, or for a name, since `began_at`.

    Only `units.access.attempts` reads and writes these rows, in single statements.
    """

    key = models.BinaryField("huella", max_length=32, primary_key=True)
    began_at = models.DateTimeField("desde")
    attempts = models.PositiveIntegerField("intentos")

    class Meta:
        indexes = [models.Index(fields=["began_at"], name="attempts_began_at")]

    def __str__(self) -> str:
        return f"{self.began_at}: {self.attempts}"
