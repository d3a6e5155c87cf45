"""Activities and the history of their targets over HTTP."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view

from activities.filters import ActivityFilterSet
from activities.models import Activity, TargetRevision
from activities.serializers import ActivitySerializer, RevisionSerializer
from units.resources import ListMixin, ResourceViewSet, RetrieveMixin

_SHOWN = ("plan__institution", "unit", "mef_activity", "measurement_unit", "figure")


@extend_schema_view(list=extend_schema(summary="Actividades POI"), retrieve=extend_schema(summary="Una actividad POI"))
class ActivityViewSet(ListMixin, RetrieveMixin):
    """Actividades operativas, con su programa vigente."""

    queryset = Activity.objects.all()
    serializer_class = ActivitySerializer
    filterset_class = ActivityFilterSet

    def get_queryset(self) -> QuerySet[Activity]:
        return Activity.objects.visible_to(self.access).select_related(*_SHOWN).order_by("plan_id", "code")


class OfActivity(ResourceViewSet):
    """What hangs from the activity of the path, which the caller must see."""

    def get_activity(self) -> Activity:
        """Return the activity. Raises Http404."""
        return get_object_or_404(Activity.objects.visible_to(self.access), pk=self.kwargs["pk"])


@extend_schema_view(list=extend_schema(summary="Metas que tuvo una actividad"))
class RevisionViewSet(OfActivity, ListMixin):
    """Todo programa mensual que la actividad tuvo, del más antiguo al vigente."""

    queryset = TargetRevision.objects.all()
    serializer_class = RevisionSerializer

    def get_queryset(self) -> QuerySet[TargetRevision]:
        self.activity = self.get_activity()
        return self.activity.revisions.select_related("change_set").order_by("version", "id")

    def get_serializer_context(self) -> dict[str, Any]:
        versions = {version.number: version for version in self.activity.plan.versions.all()}
        return {**super().get_serializer_context(), "plan_versions": versions}
