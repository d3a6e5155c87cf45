"""The activities of a plan (actividades operativas)."""

from typing import Self

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Value

from activities.choices import Accumulation
from activities.models.catalogue import MeasurementUnit, MefActivity
from activities.models.classification import IsClassification
from activities.models.plan import Plan
from activities.models.striking import STANDING, StandingManager, struck_out
from units.access.grants import Access
from units.models import Unit
from units.models.constraints import check, not_blank, one_of, unique
from units.models.functions import folded_key
from units.models.reading import is_past
from units.models.unit import OfUnitQuerySet


class ActivityQuerySet(OfUnitQuerySet):
    entity = "activity"

    def of_units_seen(self, access: Access) -> Self:
        """Return those whose unit the caller sees; that of a past moment may be out of sight (domain.md, rule 9)."""
        if access.everywhere() or not is_past():
            return self
        return self.filter(unit__in=Unit.objects.visible_to(access))


class Activity(models.Model):
    """What one unit does under one plan. Its targets are in `TargetRevision`, its figures in `Figure`."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="activities", verbose_name="plan")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="activities", verbose_name="unidad")
    mef_activity = models.ForeignKey(
        MefActivity, models.PROTECT, related_name="activities", verbose_name="actividad MEF"
    )
    measurement_unit = models.ForeignKey(
        MeasurementUnit, models.PROTECT, related_name="activities", verbose_name="unidad de medida"
    )
    code = models.CharField("código", max_length=32, db_collation="C")
    name = models.CharField("nombre", max_length=1000)
    name_key = folded_key()
    accumulation = models.CharField(
        "acumulación",
        max_length=8,
        choices=Accumulation.choices,
        default=Accumulation.SUM,
        db_default=Accumulation.SUM,
    )
    # {oei, aei, …: {code, name}}, in which what is not said has no member
    classification = models.JSONField("clasificación", default=dict, db_default=Value({}, models.JSONField()))
    is_struck_out = struck_out()

    objects = StandingManager.from_queryset(ActivityQuerySet)()

    class Meta:
        verbose_name = "actividad POI"
        verbose_name_plural = "actividades POI"
        ordering = ["plan_id", "code"]
        constraints = [
            unique(
                "activity_code_once_per_plan",
                ["plan", "code"],
                "El plan ya tiene una actividad con ese código.",
                condition=STANDING,
            ),
            unique(
                "activity_once_per_plan_and_unit",
                ["plan", "unit", "mef_activity", "name_key"],
                "La unidad ya tiene en el plan una actividad con ese nombre y actividad MEF.",
                condition=STANDING,
            ),
            not_blank("activity_name_not_blank", "name_key", "El nombre de la actividad no puede estar vacío."),
            not_blank("activity_code_not_blank", "code", "El código de la actividad no puede estar vacío."),
            one_of("activity_accumulation_known", "accumulation", Accumulation, "La regla de acumulación no existe."),
            check(
                "activity_classification_known",
                IsClassification("classification"),
                "La clasificación dice de cada cosa su código y su nombre.",
            ),
        ]
        indexes = [GinIndex(fields=["classification"], opclasses=["jsonb_path_ops"], name="activity_classification")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    def copied_to(self, plan: Plan) -> "Activity":
        """Return an activity of another plan, not saved, that is like this one in all that people write of it."""
        written = [field.attname for field in self._meta.concrete_fields if field.editable and not field.primary_key]
        return Activity(**{name: getattr(self, name) for name in written} | {"plan_id": plan.pk})
