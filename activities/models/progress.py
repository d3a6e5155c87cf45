"""What was done: entries of progress, and the verdicts on them."""

from django.db import models

from activities.choices import Origin, Verdict
from activities.models.activity import Activity
from activities.models.fields import LARGEST, change_set, month_in_year, month_number, quantity


class ProgressEntry(models.Model):
    """One quantity reported for one activity and month; a correction is a new entry. Append-only.

    `executed` null withdraws the month's figure. An entry that does not need a review is accepted at
    once (domain.md, rule 12). Who, when and from which client is in the change set.
    """

    # Without an index of its own: that of `entry_version_once` begins with it
    activity = models.ForeignKey(
        Activity, models.PROTECT, related_name="entries", db_index=False, verbose_name="actividad"
    )
    month = month_number()
    entry_version = models.PositiveIntegerField("versión")
    executed = quantity("ejecutado", null=True, blank=True)
    reason = models.TextField("motivo", blank=True, db_default="")
    evidence_url = models.CharField("medio de verificación", max_length=2000, blank=True, db_default="")
    is_late = models.BooleanField("fuera de plazo", default=False, db_default=False)
    needs_review = models.BooleanField("requiere revisión", default=False, db_default=False)
    origin = models.CharField("origen", max_length=8, choices=Origin.choices, default=Origin.API, db_default=Origin.API)
    change_set = change_set()

    class Meta:
        verbose_name = "avance"
        verbose_name_plural = "avances"
        ordering = ["activity_id", "month", "entry_version"]
        constraints = [
            models.UniqueConstraint(
                name="entry_version_once",
                fields=["activity", "month", "entry_version"],
                violation_error_message="Otra persona registró este mes antes; consulte su estado y vuelva a intentar.",
            ),
            month_in_year("entry"),
            models.CheckConstraint(
                name="entry_version_from_1",
                condition=models.Q(entry_version__gte=1),
                violation_error_message="Los registros de un mes se numeran desde 1.",
            ),
            models.CheckConstraint(
                name="entry_executed_is_quantity",
                condition=models.Q(executed__isnull=True) | models.Q(executed__gte=0, executed__lte=LARGEST),
                violation_error_message="Lo ejecutado es una cantidad que no puede ser negativa.",
            ),
            models.CheckConstraint(
                name="entry_withdrawal_says_why",
                condition=models.Q(executed__isnull=False) | ~models.Q(reason=""),
                violation_error_message="Retirar una cifra necesita un motivo.",
            ),
            models.CheckConstraint(
                name="entry_origin_known",
                condition=models.Q(origin__in=Origin.values),
                violation_error_message="El origen del registro no existe.",
            ),
            models.CheckConstraint(
                name="entry_import_is_accepted_on_time",
                condition=~models.Q(origin=Origin.IMPORT) | models.Q(is_late=False, needs_review=False),
                violation_error_message="Lo importado se acepta de inmediato y no cuenta como tardío.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id}/{self.month} v{self.entry_version}"


class Review(models.Model):
    """A verdict on an entry; the latest one counts. Append-only. A return says why."""

    entry = models.ForeignKey(ProgressEntry, models.PROTECT, related_name="reviews", verbose_name="avance")
    verdict = models.CharField("veredicto", max_length=8, choices=Verdict.choices)
    comment = models.TextField("comentario", blank=True, db_default="")
    change_set = change_set()

    class Meta:
        verbose_name = "revisión de avance"
        verbose_name_plural = "revisiones de avance"
        ordering = ["entry_id", "id"]
        constraints = [
            models.CheckConstraint(
                name="review_verdict_known",
                condition=models.Q(verdict__in=Verdict.values),
                violation_error_message="El veredicto no existe.",
            ),
            models.CheckConstraint(
                name="review_return_says_why",
                condition=~models.Q(verdict=Verdict.RETURN) | ~models.Q(comment=""),
                violation_error_message="Una devolución necesita un comentario.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.verdict}"
