"""What was promised: the twelve monthly quantities of an activity in a version of its plan."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models

from activities.models.activity import Activity
from activities.models.fields import change_set, quantity
from units.models import Unit
from units.models.constraints import check

NO_PROGRAMME = (Decimal(0),) * 12


class IsProgramme(models.Func):
    """Tell whether an array is twelve quantities, none missing or negative."""

    function = "is_programme"
    output_field = models.BooleanField()


class NothingFrom(models.Func):
    """Tell whether quantities are 0 from a month on; so it is where no month is given."""

    function = "nothing_from"
    output_field = models.BooleanField()


class TargetRevision(models.Model):
    """An activity's programme from `version` on (a draft's edits all belong to version 1). Append-only.

    Per activity the latest revision of the highest version ≤ N is its target in version N (domain.md,
    rule 8). `cancelled_from` is the month with which the activity ends, null if it does not; from then on
    nothing is programmed. `unit` is who answered for the activity when the revision was made.
    """

    activity = models.ForeignKey(
        Activity, models.PROTECT, related_name="revisions", db_index=False, verbose_name="actividad"
    )
    version = models.PositiveSmallIntegerField("versión", default=1)
    programmed = ArrayField(quantity("programado"), size=12, verbose_name="programado")
    cancelled_from = models.PositiveSmallIntegerField("anulada desde", null=True, blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name="unidad")
    change_set = change_set()

    class Meta:
        verbose_name = "revisión de metas"
        verbose_name_plural = "revisiones de metas"
        ordering = ["activity_id", "version", "id"]
        indexes = [models.Index(fields=["activity", "-version", "-id"], name="target_latest")]
        constraints = [
            check(
                "target_is_twelve_quantities",
                IsProgramme("programmed"),
                "Una meta son doce cantidades, ninguna vacía ni negativa.",
            ),
            check(
                "target_cancelled_from_a_month",
                models.Q(cancelled_from__isnull=True) | models.Q(cancelled_from__gte=1, cancelled_from__lte=12),
                "Una actividad se anula desde un mes, de 1 a 12.",
            ),
            check(
                "target_nothing_once_cancelled",
                NothingFrom("programmed", "cancelled_from"),
                "Desde el mes en que se anula, una actividad no tiene programa.",
            ),
            check("target_version_from_1", models.Q(version__gte=1), "Las versiones se numeran desde 1."),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} v{self.version}"

    @classmethod
    def of(cls, activity: Activity, programmed: Sequence[Decimal], **more: Any) -> Self:
        """Return a revision, not saved, for which the unit answers that the activity has now; `more` are its others."""
        return cls(activity=activity, programmed=list(programmed), unit_id=activity.unit_id, **more)

    @property
    def is_cancelled(self) -> bool:
        """Tell whether the activity ends in this version."""
        return self.cancelled_from is not None
