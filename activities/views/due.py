"""What the caller's units still owe, over HTTP."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from activities.filters import DueQuery
from activities.models import Activity
from activities.queries.due import DueMonths
from activities.serializers.month_rows import DueSerializer
from units.requests.resources import ListMixin


class DueViewSet(ListMixin):
    """Los meses programados y abiertos que nadie reportó, y los devueltos; primero los que vencen antes."""

    summaries = {"list": "Lo que falta reportar"}
    serializer_class = DueSerializer
    list_query = DueQuery

    def get_queryset(self) -> QuerySet[Activity]:
        return Activity.objects.visible_to(self.access)

    def variant(self) -> str:
        return f"json {self.state.day}"  # the day changes what is late

    def sorted_by(self, rows: QuerySet[Activity]) -> Sequence[str]:
        return list(map(repr, DueMonths.keys_of(self.asked)))

    def rows_of(self, rows: QuerySet[Activity]) -> Any:
        return DueMonths(rows, self.asked, self.state.day)
