"""Publications: reports frozen for ever."""

from django.db import models

from activities.models.fields import change_set
from units.models import Unit


class Publication(models.Model):
    """A report as it stood: which one, with which parameters, over which units. Append-only."""

    report = models.CharField("informe", max_length=64)
    title = models.CharField("título", max_length=300)
    parameters = models.JSONField("parámetros")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="publications", verbose_name="unidad")
    change_set = change_set()

    class Meta:
        verbose_name = "publicación"
        verbose_name_plural = "publicaciones"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.title


class PublicationContent(models.Model):
    """The bytes of a publication in one format, with their SHA-256 (64 hexadecimal digits). Append-only."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="contents", verbose_name="publicación")
    format = models.CharField("formato", max_length=8)
    content = models.BinaryField("contenido")
    sha256 = models.CharField("huella", max_length=64)
    change_set = change_set()

    class Meta:
        verbose_name = "contenido de publicación"
        verbose_name_plural = "contenidos de publicaciones"
        ordering = ["publication_id", "format"]
        constraints = [
            models.UniqueConstraint(
                name="publication_format_once",
                fields=["publication", "format"],
                violation_error_message="La publicación ya tiene ese formato.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.publication_id}.{self.format}"
