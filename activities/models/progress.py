"""What was done: entries of progress, and the verdicts on them."""

from django.db import models

from activities.choices import Origin, Verdict
from activities.models.activity import Activity
from activities.models.fields import LARGEST, change_set, month_in_year, month_number, quantity
from units.models.constraints import check, one_of, unique


class ProgressEntry(models.Model):
    """One quantity reported for one activity and month; a correction is a new entry. Append-only.

    `executed` null withdraws the month's figure. An entry that does not need a review is accepted at
    once (domain.md, rule 12). Who, when and from which client is in the change set.
    """

    # Without an index of its own: that of `entry_version_once` begins with it. Nor a foreign key: triggers see to
    # the same, once a statement (activities/sql/read_model.sql)
    activity = models.ForeignKey(
        Activity,
        models.PROTECT,
        related_name="entries",
        db_index=False,
        db_constraint=False,
        verbose_name="actividad",
    )
    month = month_number()
    entry_version = models.IntegerField("versión")
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
            unique(
                "entry_version_once",
                ["activity", "month", "entry_version"],
                "Otra persona registró este mes antes; consulte su estado y vuelva a intentar.",
            ),
            month_in_year("entry"),
            check(
                "entry_version_from_1", models.Q(entry_version__gte=1), "Los registros de un mes se numeran desde 1."
            ),
            check(
                "entry_executed_is_quantity",
                models.Q(executed__isnull=True) | models.Q(executed__gte=0, executed__lte=LARGEST),
                "Lo ejecutado es una cantidad que no puede ser negativa.",
            ),
            check(
                "entry_withdrawal_says_why",
                models.Q(executed__isnull=False) | ~models.Q(reason=""),
                "Retirar una cifra necesita un motivo.",
            ),
            one_of("entry_origin_known", "origin", Origin, "El origen del registro no existe."),
            check(
                "entry_import_is_accepted_on_time",
                ~models.Q(origin=Origin.IMPORT) | models.Q(is_late=False, needs_review=False),
                "Lo importado se acepta de inmediato y no cuenta como tardío.",
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
            one_of("review_verdict_known", "verdict", Verdict, "El veredicto no existe."),
            check(
                "review_return_says_why",
                ~models.Q(verdict=Verdict.RETURN) | ~models.Q(comment=""),
                "Una devolución necesita un comentario.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.verdict}"
