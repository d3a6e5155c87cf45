"""What was promised: the twelve monthly quantities of an activity in a version of its plan."""

from decimal import Decimal

from django.db import models

from activities.models.activity import Activity
from activities.models.fields import change_set, twelve_quantities
from units.models import Unit
from units.models.constraints import check

NO_PROGRAMME = (Decimal(0),) * 12


class IsProgramme(models.Func):
    """Tell whether an array is twelve quantities, none missing or negative."""

    function = "is_programme"
    output_field = models.BooleanField()


class TargetRevision(models.Model):
    """An activity's programme from `version` on (a draft's edits all belong to version 1). Append-only.

    Per activity the latest revision of the highest version ≤ N is its target in version N (domain.md,
    rule 8). `is_cancelled` says that the version took the activity out; its programme is then twelve
    zeros. `unit` is who answered for the activity when the revision was made.
    """

    activity = models.ForeignKey(Activity, models.PROTECT, related_name="revisions", verbose_name="actividad")
    version = models.PositiveSmallIntegerField("versión", default=1)
    programmed = twelve_quantities("programado")
    is_cancelled = models.BooleanField("anulada", default=False, db_default=False)
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
            check("target_version_from_1", models.Q(version__gte=1), "Las versiones se numeran desde 1."),
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} v{self.version}"
