"""Source documents that were brought in: what each file said, row by row, and how it was read."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from activities.choices import RowStatus
from activities.models.activity import Activity
from activities.models.fields import change_set
from activities.models.plan import Plan
from units.models.constraints import one_of, unique


class Import(models.Model):
    """One file that was brought in, the plan it went into (null: not applied), and its report. Append-only."""

    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="imports", verbose_name="plan")
    filename = models.CharField("archivo", max_length=255)
    sha256 = models.CharField("huella", max_length=64)
    content = models.BinaryField("contenido")
    cut_off = models.DateField("corte", null=True)
    report = models.JSONField("informe")
    change_set = change_set()

    class Meta:
        verbose_name = "importación"
        verbose_name_plural = "importaciones"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.filename


class ImportRow(models.Model):
    """One data row as the file printed it, and the reading that was taken. Append-only."""

    source = models.ForeignKey(Import, models.PROTECT, related_name="rows", verbose_name="importación")
    line = models.PositiveIntegerField("línea")
    activity = models.ForeignKey(
        Activity, models.PROTECT, null=True, related_name="import_rows", verbose_name="actividad"
    )
    status = models.CharField("lectura", max_length=8, choices=RowStatus.choices)
    cells = ArrayField(models.TextField(), verbose_name="celdas")
    reading = models.JSONField("cifras leídas")
    change_set = change_set()

    class Meta:
        verbose_name = "fila importada"
        verbose_name_plural = "filas importadas"
        ordering = ["source_id", "line"]
        constraints = [
            unique("import_row_line_once", ["source", "line"], "La importación ya tiene esa línea."),
            one_of("import_row_status_known", "status", RowStatus, "La lectura de la fila no existe."),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.line}"
