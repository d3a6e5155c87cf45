"""Source documents that were brought in: what each file said and how it was read, what was written of it and undone."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Coalesce

from activities.choices import FIRST_YEAR, LAST_YEAR, ImportState, RowStatus
from activities.models.activity import Activity
from activities.models.fields import change_set
from activities.models.plan import Plan
from units.access.grants import Access
from units.choices import Role
from units.models import Unit
from units.models.constraints import check, not_blank, one_of, unique

_BECAME = models.Case(
    models.When(application__isnull=True, then=models.Value(ImportState.STORED)),
    models.When(application__undoing__isnull=True, then=models.Value(ImportState.APPLIED)),
    default=models.Value(ImportState.UNDONE),
)


class ImportQuerySet(models.QuerySet):
    def visible_to(self, access: Access, role: Role = Role.READER) -> Self:
        """Return those of institutions on which `access` holds `role`.

        What was stored for an institution that there was not is of the installation until it is applied.
        """
        rows = self.alias(of_institution=Coalesce("institution", "application__plan__institution"), became=_BECAME)
        return rows if access.everywhere(role) else rows.filter(of_institution__in=access.unit_ids(role))


class Import(models.Model):
    """One file that was stored, for which plan, and how it was read. Append-only.

    `institution` null: there was none with `institution_code` yet. `options` is how it is to be read and brought in,
    `report` the reader's report without its rows, with what applying would have changed when it was stored.
    """

    institution = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="imports", verbose_name="institución")
    institution_code = models.CharField("código de la institución", max_length=32)
    year = models.PositiveSmallIntegerField("año")
    filename = models.CharField("archivo", max_length=255)
    sha256 = models.CharField("huella", max_length=64)
    content = models.BinaryField("contenido")
    cut_off = models.DateField("corte", null=True)
    options = models.JSONField("opciones", default=dict)
    report = models.JSONField("informe")
    change_set = change_set()

    objects = ImportQuerySet.as_manager()

    class Meta:
        verbose_name = "importación"
        verbose_name_plural = "importaciones"
        ordering = ["-id"]
        constraints = [
            check(
                "import_year_plausible",
                models.Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                f"El año va de {FIRST_YEAR} a {LAST_YEAR}.",
            ),
        ]

    def __str__(self) -> str:
        return self.filename

    @property
    def of_institution(self) -> Unit | None:
        """Its institution, also where applying it made that; None as long as there is none."""
        application = getattr(self, "application", None)
        return self.institution or (application.plan.institution if application else None)

    @property
    def state(self) -> ImportState:
        """What became of it: its application and the undoing of that are records of their own."""
        application = getattr(self, "application", None)
        if application is None:
            return ImportState.STORED
        return ImportState.UNDONE if hasattr(application, "undoing") else ImportState.APPLIED


class ImportRow(models.Model):
    """One data row as the file printed it, and how it was read: the row of the import report. Append-only."""

    source = models.ForeignKey(Import, models.PROTECT, related_name="rows", db_index=False, verbose_name="importación")
    line = models.PositiveIntegerField("línea")
    status = models.CharField("lectura", max_length=8, choices=RowStatus.choices)
    cells = ArrayField(models.TextField(), verbose_name="celdas")
    reading = models.JSONField("cifras leídas")
    change_set = change_set()

    class Meta:
        ordering = ["source_id", "line"]
        constraints = [
            unique("import_row_line_once", ["source", "line"], "La importación ya tiene esa línea."),
            one_of("import_row_status_known", "status", RowStatus, "La lectura de la fila no existe."),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.line}"


class ImportApplication(models.Model):
    """That an import was written into a plan, in the transaction of its figures, by what was chosen. Append-only."""

    named_with: ClassVar = ("source",)

    source = models.OneToOneField(Import, models.PROTECT, related_name="application", verbose_name="importación")
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="import_applications", verbose_name="plan")
    choices = models.JSONField("elecciones", default=dict)
    outcome = models.JSONField("resultado", default=dict)
    change_set = change_set()

    class Meta:
        verbose_name = "aplicación de una importación"
        verbose_name_plural = "aplicaciones de importaciones"
        ordering = ["id"]

    def __str__(self) -> str:
        return f"aplicación de {self.source}"


class AppliedRow(models.Model):
    """Which activity a row was written into, and what stayed doubtful of it. Append-only.

    `reading` is 0 for the one that the reader took, else the number of the alternative that a person chose.
    """

    application = models.ForeignKey(ImportApplication, models.PROTECT, related_name="rows", verbose_name="aplicación")
    row = models.OneToOneField(ImportRow, models.PROTECT, related_name="applied", verbose_name="fila")
    activity = models.ForeignKey(Activity, models.PROTECT, related_name="applied_rows", verbose_name="actividad")
    reading = models.PositiveSmallIntegerField("lectura tomada", default=0, db_default=0)
    doubts = ArrayField(models.TextField(), verbose_name="dudas")
    change_set = change_set()

    class Meta:
        ordering = ["application_id", "id"]

    def __str__(self) -> str:
        return f"{self.application_id}:{self.row_id}"


class ImportUndoing(models.Model):
    """That what an import wrote was taken back, and why. Append-only."""

    application = models.OneToOneField(
        ImportApplication, models.PROTECT, related_name="undoing", verbose_name="aplicación"
    )
    reason = models.TextField("motivo")
    change_set = change_set()

    class Meta:
        verbose_name = "importación deshecha"
        verbose_name_plural = "importaciones deshechas"
        ordering = ["id"]
        constraints = [not_blank("import_undoing_says_why", "reason", "Deshacer una importación necesita un motivo.")]

    def __str__(self) -> str:
        return f"deshecha la aplicación {self.application_id}"
