"""The figures of one activity over HTTP."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError

from activities.models import Plan
from activities.queries.activity_figures import activity_progress, activity_seen
from activities.queries.basis import Basis
from activities.queries.latest_version import refuse_unknown_version
from activities.serializers.basis import BasisQuery, basis_of
from activities.serializers.figures import ActivityFiguresSerializer
from activities.serializers.progress import MonthSerializer
from poi_api.http import exact_json
from poi_api.http.formats import TABLED, TABLES
from units.access.grants import Access
from units.requests.conditional import Freshness
from units.requests.conditional_view import ConditionalView
from units.requests.list_tables import table_answer


class ActivityProgressView(ConditionalView):
    """Los doce meses, los cuatro trimestres y el año de una actividad; como tabla, los doce meses."""

    renderer_classes = TABLED
    tables = ("get",)

    @extend_schema(summary="Las cifras de una actividad", parameters=[BasisQuery], responses=ActivityFiguresSerializer)
    def get(self, *args: Any, **path: Any) -> HttpResponseBase:
        return super().get(*args, **path)

    def question(self, request: HttpRequest, access: Access, variant: str) -> Basis:
        try:
            with self.format_refused_too():
                basis = basis_of(BasisQuery.read(request.GET))
                refuse_unknown_version(basis, lambda: Plan.objects.filter(activities=self._activity))
        except ValidationError:
            self.freshness(Basis(), access)  # what the caller cannot see is said first (api.md, "Errors")
            raise
        return basis

    def freshness(self, question: Basis, access: Access) -> Freshness:
        if (seen := activity_seen(self._activity, access, question.as_of)) is None:
            raise Http404
        return seen

    def answer(self, question: Basis, access: Access, variant: str) -> tuple[HttpResponseBase, Freshness]:
        if (found := activity_progress(self._activity, access, question)) is None:
            raise Http404
        freshness, figures = found
        if variant in TABLES:
            months = exact_json.own(figures.encode())["months"]
            return table_answer(self, months, MonthSerializer()), freshness
        return HttpResponse(figures, content_type="application/json"), freshness

    @property
    def _activity(self) -> int:
        return int(self.kwargs["pk"])
