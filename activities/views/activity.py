"""Activities and the history of their targets over HTTP."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from activities.filters import ActivityQuery, PastQuery
from activities.models import Activity, Figure, TargetRevision
from activities.queries.latest_version import known_version
from activities.queries.programmes import show_version
from activities.serializers.activity import (
    ActivityChangesInput,
    ActivityInput,
    ActivitySerializer,
    RevisionSerializer,
)
from activities.serializers.basis import VersionQuery
from activities.serializers.plan import RemovalInput
from activities.services.plans.activities import change_activity, create_activity
from activities.services.plans.plans import lock_plan
from activities.services.plans.striking import remove_activity
from units.choices import Role
from units.requests.resources import ListMixin, ResourceViewSet, RetrieveMixin
from units.requests.writes import WritingMixin, require, writes
from units.serializers.moment import MomentQuery

_NAMED = ("unit", "mef_activity", "measurement_unit")
_SHOWN = ("plan__institution", "figure", *_NAMED)


class _DetailQuery(VersionQuery, MomentQuery):
    """Of which version, as known when."""


class ActivityViewSet(ListMixin, RetrieveMixin, WritingMixin):
    """Actividades operativas, con su programa en la versión vigente o en otra."""

    summaries = {"list": "Actividades POI", "retrieve": "Una actividad POI"}
    serializer_class = ActivitySerializer
    list_query = ActivityQuery
    entity_of_the_past = "activity"
    detail_query = _DetailQuery
    path_from = "unit.path"

    def get_queryset(self) -> QuerySet[Activity]:
        seen = Activity.objects.visible_to(self.access).of_units_seen(self.access)
        return seen.select_related(*_SHOWN).order_by("plan_id", "code")

    def paginate_queryset(self, queryset: Any) -> Any:
        version = known_version(self.asked["version"], self.moment, queryset.order_by().values("plan"))
        page = super().paginate_queryset(queryset)
        show_version([_figure_of(activity) for activity in page or ()], version, self.moment)
        return page

    def get_object(self) -> Activity:
        target: Activity = super().get_object()
        if self.action == "retrieve":
            version = known_version(self.read_query(self.detail_query)["version"], self.moment, [target.plan_id])
            show_version([_figure_of(target)], version, self.moment)
        return target

    def lock(self, target: Activity) -> Activity:
        """Return the activity read anew, with its plan held. Raises Http404 if it went, or left the caller's units."""
        plan = lock_plan(target.plan_id)
        own = Activity.objects.visible_to(self.access, Role.PLANNER).select_related("figure", *_NAMED)
        activity = get_object_or_404(own.select_for_update(of=("self",)), pk=target.pk)
        activity.plan = plan
        return activity

    @writes("Agregar una actividad a un borrador", ActivityInput)
    def create(self, _: None, data: dict[str, Any]) -> Activity:
        """En un plan aprobado se agrega con una nueva versión del plan."""
        require(self.access, Role.PLANNER, data["unit"].path)
        data["plan"] = lock_plan(data["plan"].pk)
        return create_activity(**data)

    @writes("Cambiar una actividad", ActivityChangesInput)
    def partial_update(self, activity: Activity, data: dict[str, Any]) -> Activity:
        """En un borrador; de un plan aprobado solo cambian `name` y `classification`.

        Lo demás cambia con una nueva versión del plan.
        """
        if "unit" in data:
            require(self.access, Role.PLANNER, data["unit"].path)
        change_activity(activity=activity, changes=data)
        return activity

    @writes("Descartar una actividad de un borrador", RemovalInput)
    def destroy(self, activity: Activity, _: dict[str, Any]) -> None:
        """Si nunca estuvo en un plan aprobado deja de verse, y otra puede tener su código; sin historia, se borra."""
        remove_activity(activity=activity)


def _figure_of(activity: Activity) -> Figure:
    """Return the figures of an activity; in its past it may have been deleted since, with its figures."""
    return getattr(activity, "figure", None) or Figure(activity=activity)


class OfActivity(ResourceViewSet):
    """What hangs from the activity of the path, which the caller must see."""

    def get_activity(self) -> Activity:
        """Return the activity. Raises Http404."""
        return get_object_or_404(Activity.objects.visible_to(self.access), pk=self.kwargs["pk"])


class RevisionViewSet(OfActivity, ListMixin):
    """Todo programa mensual que la actividad tuvo, del más antiguo al vigente."""

    summaries = {"list": "Metas que tuvo una actividad"}
    serializer_class = RevisionSerializer
    entity_of_the_past = "target_revision"
    list_query = PastQuery

    def get_queryset(self) -> QuerySet[TargetRevision]:
        self.activity = self.get_activity()
        return self.activity.revisions.select_related("change_set__client").order_by("version", "id")

    def paginate_queryset(self, queryset: Any) -> Any:
        versions = {version.number: version for version in self.activity.plan.versions.standing()}
        page: Any = super().paginate_queryset(queryset)
        for revision in page:
            revision.of_version = versions.get(revision.version)
        return page
