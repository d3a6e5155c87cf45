"""The figures of one activity over HTTP."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError

from activities.models import Plan
from activities.queries.activity_figures import activity_progress, activity_seen
from activities.queries.basis import BASIS_PARAMETERS, Basis, basis_from
from activities.queries.latest_version import refuse_unknown_version
from activities.serializers.figures import BASIS_DOCUMENTATION, ActivityFiguresSerializer
from poi_api.http.parameters import Parameters
from units.access.grants import Access
from units.requests.conditional import freshen, not_modified
from units.requests.figure_view import FigureView


class ActivityProgressView(FigureView):
    """Los doce meses, los cuatro trimestres y el año de una actividad."""

    @extend_schema(
        operation_id="activities_progress_retrieve",
        summary="Las cifras de una actividad",
        parameters=BASIS_DOCUMENTATION,
        responses=ActivityFiguresSerializer,
    )
    def get(self, *args: Any, **path: Any) -> HttpResponseBase:
        return super().get(*args, **path)

    def figures(self, request: HttpRequest, access: Access, variant: str, **path: Any) -> HttpResponseBase:
        activity_id = int(path["pk"])
        basis = self._basis(request, access, path)
        if "HTTP_IF_NONE_MATCH" in request.META:
            known = activity_seen(activity_id, access)
            if known and (answer := not_modified(request, etag := known.seen.etag(request, access))):
                freshen(answer, known.seen, access, etag)
                return answer
        found = activity_progress(activity_id, access, basis)
        if found is None:
            raise Http404
        body = HttpResponse(found.body, content_type="application/json")
        freshen(body, found.seen, access, found.seen.etag(request, access))
        return body

    def require_in_sight(self, access: Access, **path: Any) -> None:
        if activity_seen(int(path["pk"]), access) is None:
            raise Http404

    def _basis(self, request: HttpRequest, access: Access, path: dict[str, Any]) -> Basis:
        """Read the question; what the caller cannot see is said before what is wrong with it (api.md)."""
        try:
            basis = basis_from(Parameters(request.GET, (*BASIS_PARAMETERS, "format")))
            refuse_unknown_version(basis, lambda: Plan.objects.filter(activities=path["pk"]))
            return basis
        except ValidationError:
            self.require_in_sight(access, **path)
            raise
