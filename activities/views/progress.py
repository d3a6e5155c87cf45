"""A month of an activity, and the entries behind it, over HTTP."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view

from activities.models import Activity, Figure, ProgressEntry, Review
from activities.serializers import EntrySerializer, MonthSerializer
from activities.serializers.progress import month_of
from activities.views.activity import OfActivity
from units.resources import ListMixin, RetrieveMixin


@extend_schema_view(
    retrieve=extend_schema(operation_id="activities_progress_month_retrieve", summary="Un mes de una actividad")
)
class MonthViewSet(OfActivity, RetrieveMixin):
    """Lo programado, lo ejecutado y lo que espera revisión en un mes."""

    queryset = Activity.objects.all()
    serializer_class = MonthSerializer

    def get_object(self) -> dict[str, Any]:
        """Return the month of the path. Raises Http404."""
        return month_of(Figure.objects.get(activity=self.get_activity()), int(self.kwargs["month"]))


@extend_schema_view(
    list=extend_schema(operation_id="activities_progress_month_history_list", summary="Registros de un mes")
)
class HistoryViewSet(OfActivity, ListMixin):
    """Todo lo que se registró en un mes, del más antiguo al más nuevo, con sus revisiones."""

    queryset = ProgressEntry.objects.all()
    serializer_class = EntrySerializer

    def get_queryset(self) -> QuerySet[ProgressEntry]:
        reviews = Prefetch("reviews", Review.objects.select_related("change_set").order_by("id"))
        entries = self.get_activity().entries.filter(month=self.kwargs["month"])
        return entries.select_related("change_set__client").prefetch_related(reviews).order_by("entry_version")
