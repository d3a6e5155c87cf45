"""The operating plan of an institution and a year, and its versions."""

from typing import Self

from django.db import models

from activities.choices import FIRST_YEAR, LAST_YEAR, PlanStatus
from activities.models.fields import change_set
from activities.models.striking import STANDING, StandingManager, struck_out
from units.access.grants import Access
from units.choices import Role
from units.models import Unit
from units.models.constraints import check, not_blank, one_of, unique


class PlanQuerySet(models.QuerySet):
    def visible_to(self, access: Access, role: Role = Role.READER) -> Self:
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
    is_struck_out = struck_out()

    objects = StandingManager.from_queryset(PlanQuerySet)()

    class Meta:
        verbose_name = "plan operativo"
        verbose_name_plural = "planes operativos"
        ordering = ["-year", "institution__name_key", "id"]
        constraints = [
            unique(
                "plan_once_per_institution_and_year",
                ["institution", "year"],
                "La institución ya tiene un plan operativo de ese año.",
                condition=STANDING,
            ),
            check(
                "plan_struck_out_is_draft",
                STANDING | models.Q(status=PlanStatus.DRAFT),
                "Solo se descarta un borrador.",
            ),
            check(
                "plan_year_plausible",
                models.Q(year__gte=FIRST_YEAR, year__lte=LAST_YEAR),
                f"El año va de {FIRST_YEAR} a {LAST_YEAR}.",
            ),
            one_of("plan_status_known", "status", PlanStatus, "El estado del plan no existe."),
            check(
                "plan_tolerance_not_negative",
                models.Q(tolerance_percent__isnull=True) | models.Q(tolerance_percent__gte=0),
                "La tolerancia no puede ser negativa.",
            ),
            check(
                "plan_bands_in_order",
                models.Q(amber_from__gte=0, green_from__gte=models.F("amber_from")),
                "El ámbar no puede empezar por debajo de 0 ni por encima del verde.",
            ),
        ]

    def __str__(self) -> str:
        return f"POI {self.year}"


class PlanVersionQuerySet(models.QuerySet):
    def standing(self) -> Self:
        """Return the versions that hold: those whose approval was not withdrawn."""
        return self.filter(withdrawal__isnull=True)


class PlanVersion(models.Model):
    """A state of a plan's targets: 1 is the initial one, each later one a modification. Append-only.

    Version 1 is recorded again when a plan is approved anew after its approval was withdrawn; the last record of a
    number counts, and a trigger refuses a second one beside one that
    stands. `effective_on` is shown, never computed
    with (domain.md, rule 8).
    """

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="versions", verbose_name="plan")
    number = models.PositiveSmallIntegerField("número")
    resolution = models.CharField("resolución", max_length=200, blank=True, db_default="")
    reason = models.TextField("motivo", blank=True, db_default="")
    effective_on = models.DateField("vigente desde", null=True, blank=True)
    change_set = change_set()

    objects = PlanVersionQuerySet.as_manager()

    class Meta:
        verbose_name = "versión del plan"
        verbose_name_plural = "versiones del plan"
        ordering = ["plan_id", "number", "id"]
        constraints = [
            check("plan_version_number_from_1", models.Q(number__gte=1), "Las versiones se numeran desde 1."),
            check(
                "plan_version_says_why",
                models.Q(number=1) | ~models.Q(reason=""),
                "Una modificación del plan necesita un motivo.",
            ),
        ]

    def __str__(self) -> str:
        return f"versión {self.number}"


class ApprovalWithdrawal(models.Model):
    """The end of an approval: its version 1 counts no longer, and the plan is a draft again. Append-only."""

    version = models.OneToOneField(PlanVersion, models.PROTECT, related_name="withdrawal", verbose_name="versión")
    reason = models.TextField("motivo")
    change_set = change_set()

    class Meta:
        verbose_name = "retiro de una aprobación"
        verbose_name_plural = "retiros de aprobaciones"
        ordering = ["id"]
        constraints = [
            not_blank("approval_withdrawal_says_why", "reason", "Retirar una aprobación necesita un motivo."),
        ]

    def __str__(self) -> str:
        return f"retiro de la aprobación {self.version_id}"
