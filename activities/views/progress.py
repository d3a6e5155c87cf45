"""A month of an activity, and the entries behind it, over HTTP."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_view

from activities.filters import PastQuery
from activities.models import Activity, Figure, ProgressEntry, Review
from activities.queries.document_lines import with_provenance
from activities.queries.latest_version import known_version
from activities.queries.programmes import show_version
from activities.serializers.basis import VersionQuery
from activities.serializers.progress import (
    EntrySerializer,
    MonthInput,
    MonthSerializer,
    SubmittedMonthSerializer,
    month_of,
    submitted_month,
)
from activities.serializers.reading import MONTH, read_month
from activities.services.progress.submitting import SUBMIT_MONTHS, SubmittedMonth, hold_for_progress, submit_month
from activities.services.progress.verdicts import SubmittedItem
from activities.views.activity import OfActivity
from poi_api.http.exceptions import Stale
from units.access.lookup import read_act
from units.choices import Role
from units.models.point import Point
from units.requests.resources import ListMixin, RetrieveMixin, content_etag
from units.requests.short_way import Act, Done, ShortView
from units.requests.writes import WritingMixin, Written, require, writes

_SUBMITTED = ("id", "month", "executed", "reason", "evidence_url", "expected")  # of an item, as SUBMIT_MONTHS takes it


@extend_schema_view(
    retrieve=extend_schema(operation_id="activities_progress_month_retrieve", summary="Un mes de una actividad")
)
class MonthViewSet(RetrieveMixin, OfActivity, WritingMixin, ShortView):
    """Lo programado, lo ejecutado y lo que espera revisión en un mes."""

    serializer_class = MonthSerializer
    detail_query = VersionQuery
    path_from = "unit.path"
    short_method, together = "PUT", True
    reason_is_cause = False  # it explains the figure

    @classmethod
    def act_alone(cls, said: Any, request_id: str, **path: str) -> Act | None:
        """Return what submits what is good in everything."""
        if not MONTH.fits(said):
            return None
        activity, month = int(path["pk"]), int(path["month"])
        item, flaws = read_month(said, activity=activity, year=None, month=month)
        if flaws:
            return None
        values = [request_id, *(item[name] for name in _SUBMITTED)]
        return Act(SUBMIT_MONTHS, values, partial(cls._done, month), (activity, month))

    @staticmethod
    def _done(month: int, row: Sequence[Any]) -> Done:
        access, (_, *found) = read_act(row)
        submitted = SubmittedMonth.read(found)
        shown = submitted_month(submitted, month)
        return Done(access, {**shown, "result": submitted.result}, content_etag(shown), Point.read(submitted.point))

    @property
    def month(self) -> int:
        """The month of the path, 1 to 12."""
        return int(self.kwargs["month"])

    def get_object(self) -> dict[str, Any]:
        """Return the month of the path. Raises Http404."""
        activity = self.get_activity()
        figure = Figure.objects.get(activity=activity)
        version = self.read_query(self.detail_query)["version"]
        show_version([figure], known_version(version, None, [activity.plan_id]))
        return month_of(figure, self.month)

    def aim(self) -> Activity:
        visible = Activity.objects.visible_to(self.access).select_related("unit", "plan")
        self.activity = get_object_or_404(visible, pk=self.kwargs["pk"])
        require(self.access, Role.REPORTER, self.activity.unit.path)
        return self.activity

    @writes(
        "Registrar el avance de un mes",
        MonthInput,
        operation_id="activities_progress_month_update",
        responses=SubmittedMonthSerializer,
    )
    def update(self, activity: Activity, item: SubmittedItem) -> Written:
        """Lo que no cambia nada no se registra de nuevo; `executed: null` retira la cifra, con un motivo."""
        verdict, conflict = submit_month(item, access=self.access)
        month = self.represent(activity)
        etag = content_etag(month)
        if conflict:
            raise Stale(month, etag=etag, code=conflict["code"], detail=conflict["detail"], field=conflict["field"])
        return Written({**month, "result": verdict}, etag=etag)

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        if self.action == "update":
            context["month_of"] = {"activity": self.activity.pk, "year": self.activity.plan.year, "month": self.month}
        return context

    def lock(self, target: Activity) -> Activity:
        """Hold the activity where its state is about to be compared; the service holds it anyway."""
        if "If-Match" in self.request.headers:
            hold_for_progress(target)
        return target

    def represent(self, target: Activity) -> dict[str, Any]:
        return month_of(Figure.objects.get(activity=target), self.month)


@extend_schema_view(
    list=extend_schema(operation_id="activities_progress_month_history_list", summary="Registros de un mes")
)
class HistoryViewSet(OfActivity, ListMixin):
    """Todo lo que se registró en un mes, del más antiguo al más nuevo, con sus revisiones."""

    serializer_class = EntrySerializer
    entity_of_the_past = "progress_entry"
    list_query = PastQuery

    def get_queryset(self) -> QuerySet[ProgressEntry]:
        reviews = Prefetch("reviews", Review.objects.select_related("change_set__client").order_by("id"))
        entries = self.get_activity().entries.filter(month=self.kwargs["month"])
        brought = with_provenance(entries.select_related("change_set__client"))
        return brought.prefetch_related(reviews).order_by("entry_version")
