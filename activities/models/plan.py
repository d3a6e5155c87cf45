"""The operating plan of an institution and a year, and its versions."""

from typing import TYPE_CHECKING

from django.db import models

from activities.choices import FIRST_YEAR, LAST_YEAR, PlanStatus
from activities.models.fields import change_set
from units.choices import Role
from units.models import Unit

if TYPE_CHECKING:
    from units.access.grants import Access


class PlanQuerySet(models.QuerySet["Plan"]):
    def visible_to(self, access: "Access", role: Role = Role.READER) -> "PlanQuerySet":
        """Return the plans whose headers `access` may read: those of the institutions it belongs to.

        With a `role` above reader: those of the institutions on which it holds that role.
        """
        if access.everywhere(role):
            return self
        if role is Role.READER:
            return self.filter(institution__in=Unit.objects.institutions_of(access))
        return self.filter(institution__in=access.unit_ids(role))


class Plan(models.Model):
    """One institution, one year: `draft → approved → closed`, and the rules by which it is reported.

    `tolerance_percent` null: no deviation needs a reason. Bands: green from `green_from`, amber from
    `amber_from`, red below, in percent of the rounded progress that is shown (domain.md, rule 6).
    """

    institution = models.ForeignKey(Unit, models.PROTECT, related_name="plans", verbose_name="institución")
    year = models.PositiveSmallIntegerField("año")
    status = models.CharField(
        "estado",
        max_length=8,
        choices=PlanStatus.choices,
        default=PlanStatus.DRAFT,
        db_default=PlanStatus.DRAFT,
    )
    requires_review = models.BooleanField("requiere revisión", default=False, db_default=False)
    tolerance_percent = models.DecimalField("tolerancia (%)", max_digits=7, decimal_places=2, null=True, blank=True)
    green_from = models.DecimalField("verde desde (%)", max_digits=7, decimal_places=2, default=95, db_default=95)
    amber_from = models.DecimalField("ámbar desde (%)", max_digits=7, decimal_places=2, default=75, db_default=75)

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "plan operativo"
        verbose_name_plural = "planes operativos"
        ordering = ["-year", "institution__name_key", "id"]
        constraints = [
            models.UniqueConstraint(
                name="plan_once_per_institution_and_year",
                fields=["institution", "year"],
                violation_error_message="La institución ya tiene un plan operativo de ese año.",
            ),
            models.CheckConstraint(
                name="plan_year_plausible",
                condition=models.Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                violation_error_message=f"El año va de {FIRST_YEAR} a {LAST_YEAR}.",
            ),
            models.CheckConstraint(
                name="plan_status_known",
                condition=models.Q(status__in=PlanStatus.values),
                violation_error_message="El estado del plan no existe.",
            ),
            models.CheckConstraint(
                name="plan_tolerance_not_negative",
                condition=models.Q(tolerance_percent__isnull=True) | models.Q(tolerance_percent__gte=0),
                violation_error_message="La tolerancia no puede ser negativa.",
            ),
            models.CheckConstraint(
                name="plan_bands_in_order",
                condition=models.Q(amber_from__gte=0, green_from__gte=models.F("amber_from")),
                violation_error_message="El ámbar no puede empezar por debajo de 0 ni por encima del verde.",
            ),
        ]

    def __str__(self) -> str:
        return f"POI {self.year}"


class PlanVersion(models.Model):
    """A state of a plan's targets: 1 is the initial one, each later one a modification. Append-only.

    `effective_on` is shown, never computed with (domain.md, rule 8).
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions", verbose_name="plan")
    number = models.PositiveSmallIntegerField("número")
    resolution = models.CharField("resolución", max_length=200, blank=True, db_default="")
    reason = models.TextField("motivo", blank=True, db_default="")
    effective_on = models.DateField("vigente desde", null=True, blank=True)
    change_set = change_set()

    class Meta:
        verbose_name = "versión del plan"
        verbose_name_plural = "versiones del plan"
        ordering = ["plan_id", "number"]
        constraints = [
            models.UniqueConstraint(
                name="plan_version_number_once",
                fields=["plan", "number"],
                violation_error_message="El plan ya tiene una versión con ese número.",
            ),
            models.CheckConstraint(
                name="plan_version_number_from_1",
                condition=models.Q(number__gte=1),
                violation_error_message="Las versiones se numeran desde 1.",
            ),
            models.CheckConstraint(
                name="plan_version_says_why",
                condition=models.Q(number=1) | ~models.Q(reason=""),
                violation_error_message="Una modificación del plan necesita un motivo.",
            ),
        ]

    def __str__(self) -> str:
        return f"versión {self.number}"
