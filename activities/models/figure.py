"""What it all adds up to: one wide row per activity, the read model of every report."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from activities.models.activity import Activity
from activities.models.fields import ShownDecimalField


def _by_month(field: models.Field, label: str) -> ArrayField:
    return ArrayField(field, size=12, verbose_name=label)


def _numbers(label: str, *, size: int = 12, null: bool = False) -> ArrayField:
    return ArrayField(ShownDecimalField(max_digits=15, decimal_places=3, null=null), size=size, verbose_name=label)


class Figure(models.Model):
    """The official state of an activity's twelve months, derived from revisions, entries and reviews.

    Only the database function `refresh_figures` writes it, in the transaction of its cause; arrays run
    from January to December. `executed`, `late`, `reason` and `evidence_url` are those of the latest
    accepted entry; `pending` and `pending_version` those of a newer entry that waits for its review;
    `entry_version` and `status` those of the newest entry (domain.md, rules 1, 8 and 12). The measures of
    the quarters and of the year are shown values; `activities/sql/measures.sql` says how they come about.
    """

    activity = models.OneToOneField(
        Activity, models.DO_NOTHING, primary_key=True, related_name="figure", verbose_name="actividad"
    )
    programmed = _numbers("programado")
    executed = _numbers("ejecutado", null=True)
    pending = _numbers("pendiente", null=True)
    pending_version = _by_month(models.IntegerField(null=True), "versión pendiente")
    entry_version = _by_month(models.IntegerField(), "versión")
    status = _by_month(models.TextField(), "estado")
    late = _by_month(models.BooleanField(null=True), "fuera de plazo")
    reason = _by_month(models.TextField(null=True), "motivo")
    evidence_url = _by_month(models.TextField(null=True), "medio de verificación")
    cancelled_from = models.SmallIntegerField("anulada desde", null=True)
    quarter_programmed = _numbers("programado por trimestre", size=4)
    quarter_executed = _numbers("ejecutado por trimestre", size=4, null=True)
    quarter_progress = _numbers("avance por trimestre (%)", size=4, null=True)
    annual_target = ShownDecimalField("meta anual", max_digits=15, decimal_places=3)
    executed_total = ShownDecimalField("ejecutado", max_digits=15, decimal_places=3, null=True)
    progress = ShownDecimalField("avance (%)", max_digits=15, decimal_places=2, null=True)

    def __str__(self) -> str:
        return f"cifras de {self.activity_id}"

    @property
    def is_cancelled(self) -> bool:
        """Tell whether the activity ends, with whichever month of the year."""
        return self.cancelled_from is not None
