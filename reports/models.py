"""Publications: reports frozen for ever."""

from typing import Self

from django.db import models
from django.db.models import Q

from activities.models.fields import change_set
from units.access.grants import Access
from units.choices import Role
from units.models import Unit
from units.models.constraints import not_blank, one_of, unique


class Audience(models.TextChoices):
    """Who may see a publication, of those who see the whole institution that it is about."""

    PLANNERS = "planners", "Planificadores"
    MEMBERS = "members", "Miembros"


class PublicationQuerySet(models.QuerySet):
    def visible_to(self, access: Access) -> Self:
        """Return the publications about institutions of which `access` sees the whole, or, if so said, plans it."""
        if access.everywhere(Role.PLANNER):
            return self
        read = Q(audience=Audience.MEMBERS)
        if not access.everywhere():
            read &= _about(access, Role.READER)
        return self.filter(read | _about(access, Role.PLANNER))

    def standing(self) -> Self:
        """Return the publications that were not withdrawn."""
        return self.filter(withdrawal__isnull=True)


def _about(access: Access, role: Role) -> Q:
    return Q(unit__path__overlap=access.unit_ids(role))


class Publication(models.Model):
    """A report as it stood: which one, with which parameters, over which units, for whom. Append-only."""

    report = models.CharField("informe", max_length=64)
    title = models.CharField("título", max_length=300)
    parameters = models.JSONField("parámetros")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="publications", verbose_name="unidad")
    audience = models.CharField(
        "para quién", max_length=8, choices=Audience.choices, default=Audience.MEMBERS, db_default=Audience.MEMBERS
    )
    change_set = change_set()

    objects = PublicationQuerySet.as_manager()

    class Meta:
        verbose_name = "publicación"
        verbose_name_plural = "publicaciones"
        ordering = ["-id"]
        constraints = [one_of("publication_audience_known", "audience", Audience, "No existe ese público.")]

    def __str__(self) -> str:
        return self.title


class PublicationWithdrawal(models.Model):
    """That a publication was a mistake; what it says stays, and whoever reads it is told. Append-only."""

    publication = models.OneToOneField(
        Publication, models.PROTECT, related_name="withdrawal", verbose_name="publicación"
    )
    reason = models.TextField("motivo")
    change_set = change_set()

    class Meta:
        verbose_name = "retiro de una publicación"
        verbose_name_plural = "retiros de publicaciones"
        ordering = ["id"]
        constraints = [
            not_blank("publication_withdrawal_says_why", "reason", "Retirar una publicación necesita un motivo."),
        ]

    def __str__(self) -> str:
        return f"retiro de la publicación {self.publication_id}"


class PublicationContent(models.Model):
    """The bytes of a publication in one format, with their SHA-256 (64 hexadecimal digits). Append-only."""

    publication = models.ForeignKey(
        Publication, models.PROTECT, related_name="contents", db_index=False, verbose_name="publicación"
    )
    format = models.CharField("formato", max_length=8)
    content = models.BinaryField("contenido")
    sha256 = models.CharField("huella", max_length=64)
    change_set = change_set()

    class Meta:
        verbose_name = "contenido de publicación"
        verbose_name_plural = "contenidos de publicaciones"
        ordering = ["publication_id", "format"]
        constraints = [
            unique("publication_format_once", ["publication", "format"], "La publicación ya tiene ese formato."),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id}.{self.format}"
