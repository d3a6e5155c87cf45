"""What the caller's units still owe, over HTTP."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from activities.filters import DueFilterSet
from activities.models import Activity
from activities.queries.due import DueMonths
from activities.serializers.due import DueSerializer
from poi_api.database.clock import today
from units.requests.conditional import freshen, not_modified, seen_by
from units.requests.resources import ListMixin


class DueViewSet(ListMixin):
    """Los meses programados y abiertos que nadie reportó, y los devueltos; primero los que vencen antes."""

    queryset = Activity.objects.all()
    serializer_class = DueSerializer
    filterset_class = DueFilterSet

    def get_queryset(self) -> QuerySet[Activity]:
        return Activity.objects.visible_to(self.access)

    @extend_schema(operation_id="progress_due_list", summary="Lo que falta reportar")
    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        day = today()
        due: Any = DueMonths(self.filter_queryset(self.get_queryset()), day)
        seen = seen_by(self.access)
        etag = seen.etag(request._request, self.access, f"json {day}")  # the day changes what is late
        answer = not_modified(request._request, etag) or self._page(due)
        freshen(answer, seen, self.access, etag)
        return answer
