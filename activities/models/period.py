"""When units report: the window of each month, and who got it opened again."""

from typing import Self

from django.db import models

from activities.choices import MONTHS
from activities.models.fields import change_set, month_in_year, month_number
from activities.models.plan import Plan
from units.access.grants import Access
from units.choices import Role
from units.models import Unit
from units.models.constraints import check, not_blank, unique


class ReportingPeriodQuerySet(models.QuerySet):
    def visible_to(self, access: Access, role: Role = Role.READER) -> Self:
        """Return the periods of the plans that are visible to `access` with `role`."""
        return self.filter(plan__in=Plan.objects.visible_to(access, role))


class ReportingPeriod(models.Model):
    """One month of a plan: it opens, is due and closes on inclusive days of Lima (domain.md, rule 10)."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="periods", db_index=False, verbose_name="plan")
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
            unique("period_month_once_per_plan", ["plan", "month"], "El plan ya tiene un periodo de ese mes."),
            month_in_year("period"),
            check(
                "period_dates_in_order",
                models.Q(opens_on__lte=models.F("due_on"), due_on__lte=models.F("closes_on")),
                "Un periodo abre, vence y cierra en ese orden.",
            ),
        ]

    def __str__(self) -> str:
        return MONTHS[self.month - 1]


class ReopeningQuerySet(models.QuerySet):
    def visible_to(self, access: Access) -> Self:
        """Return the reopenings that hold for a unit the caller sees: of it, or of one above it."""
        if access.everywhere():
            return self
        granted = access.unit_ids()
        paths = Unit.objects.filter(pk__in=granted).values_list("path", flat=True)
        above = {unit_id for path in paths for unit_id in path}
        return self.filter(models.Q(unit__path__overlap=granted) | models.Q(unit_id__in=above))


class Reopening(models.Model):
    """A month opened again for a unit and all below it, through the day `until`. Append-only."""

    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="reopenings", verbose_name="periodo")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="reopenings", verbose_name="unidad")
    until = models.DateField("hasta")
    reason = models.TextField("motivo")
    change_set = change_set()

    objects = ReopeningQuerySet.as_manager()

    class Meta:
        verbose_name = "reapertura"
        verbose_name_plural = "reaperturas"
        ordering = ["id"]
        constraints = [
            not_blank("reopening_says_why", "reason", "Una reapertura necesita un motivo."),
        ]

    def __str__(self) -> str:
        return f"hasta el {self.until:%d/%m/%Y}"


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
            not_blank("reopening_withdrawal_says_why", "reason", "El retiro de una reapertura necesita un motivo."),
        ]

    def __str__(self) -> str:
        return f"retiro de {self.reopening_id}"
