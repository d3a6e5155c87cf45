"""The rivals' table: one narrow row per activity and month, as a plain service would have it."""

from django.db import models

from activities.models import Activity


class PlainMonth(models.Model):
    """Made by `tests.bench.data`, not by a migration."""

    activity = models.ForeignKey(Activity, models.DO_NOTHING, related_name="plain_months")
    month = models.SmallIntegerField()
    programmed = models.DecimalField(max_digits=15, decimal_places=3)
    executed = models.DecimalField(max_digits=15, decimal_places=3, null=True)

    class Meta:
        managed = False
        db_table = "bench_month"
        ordering = ["month"]

    def __str__(self) -> str:
        return f"{self.activity_id}/{self.month}"
