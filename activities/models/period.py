"""When units report: the window of each month, and who got it opened again."""

from typing import TYPE_CHECKING

from django.db import models

from activities.models.fields import change_set, month_in_year, month_number
from activities.models.plan import Plan
from units.models import Unit

if TYPE_CHECKING:
    from units.access.grants import Access


class ReportingPeriodQuerySet(models.QuerySet["ReportingPeriod"]):
    def visible_to(self, access: "Access") -> "ReportingPeriodQuerySet":
        """Return the periods of the plans whose headers `access` may read."""
        return self.filter(plan__in=Plan.objects.visible_to(access))


class ReportingPeriod(models.Model):
    """One month of a plan: it opens, is due and closes on inclusive days of Lima (domain.md, rule 10)."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="periods", verbose_name="plan")
    month = month_number()
    opens_on = models.DateField("abre")
    due_on = models.DateField("vence")
    closes_on = models.DateField("cierra")

    objects = ReportingPeriodQuerySet.as_manager()

    class Meta:
        verbose_name = "periodo de registro"
        verbose_name_plural = "periodos de registro"
        ordering = ["plan_id", "month"]
        constraints = [
            models.UniqueConstraint(
                name="period_month_once_per_plan",
                fields=["plan", "month"],
                violation_error_message="El plan ya tiene un periodo de ese mes.",
            ),
            month_in_year("period"),
            models.CheckConstraint(
                name="period_dates_in_order",
                condition=models.Q(opens_on__lte=models.F("due_on"), due_on__lte=models.F("closes_on")),
                violation_error_message="Un periodo abre, vence y cierra en ese orden.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id}/{self.month}"


class Reopening(models.Model):
    """A month opened again for a unit and all below it, through the day `until`. Append-only."""

    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="reopenings", verbose_name="periodo")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reopenings", verbose_name="unidad")
    until = models.DateField("hasta")
    reason = models.TextField("motivo")
    change_set = change_set()

    class Meta:
        verbose_name = "reapertura"
        verbose_name_plural = "reaperturas"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="reopening_says_why",
                condition=~models.Q(reason=""),
                violation_error_message="Una reapertura necesita un motivo.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period_id} hasta {self.until}"


class ReopeningWithdrawal(models.Model):
    """The end of a reopening before its day, with the reason. Append-only."""

    reopening = models.OneToOneField(Reopening, models.PROTECT, related_name="withdrawal", verbose_name="reapertura")
    reason = models.TextField("motivo")
    change_set = change_set()

    class Meta:
        verbose_name = "retiro de reapertura"
        verbose_name_plural = "retiros de reaperturas"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="reopening_withdrawal_says_why",
                condition=~models.Q(reason=""),
                violation_error_message="El retiro de una reapertura necesita un motivo.",
            ),
        ]

    def __str__(self) -> str:
        return f"retiro de {self.reopening_id}"
