"""What clients and memberships share: planners manage those of their own units (domain.md, "Roles")."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from rest_framework.request import Request

from poi_api.http.formats import TABLES
from units.choices import Role
from units.requests.conditional import conditional_answer, freshness_of
from units.requests.list_tables import all_rows, table_answer
from units.requests.resources import ListMixin, RetrieveMixin, content_etag, json_answer
from units.requests.writes import WritingMixin, require


class GrantViewSet(ListMixin, RetrieveMixin, WritingMixin):
    """Only planners see grants: one on a unit where the caller holds less is a 403, outside it is a 404."""

    def get_queryset(self) -> QuerySet:
        grants: Any = super().get_queryset()
        lowest = Role.PLANNER if self.action == "list" else Role.READER
        visible: QuerySet = grants.visible_to(self.access, lowest)
        return visible

    def get_object(self) -> Any:
        target = super().get_object()
        require(self.access, Role.PLANNER, self.path_of(target))
        return target

    def path_of(self, target: Any) -> Iterable[int] | None:
        path: Iterable[int] | None = target.unit.path if target.unit else None
        return path

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer with an ETag of what is shown: using a key changes it, and is no change."""
        self.require_somewhere(Role.PLANNER)
        last_change = freshness_of(self.access, self.state).last_change
        rows = self.filter_queryset(self.get_queryset())
        if self.format in TABLES:
            shown = list(all_rows(self, rows))
            etag = content_etag([self.format, shown])
            return conditional_answer(request, last_change, etag, lambda: table_answer(self, shown))
        page = self.page_of(rows)
        return conditional_answer(request, last_change, content_etag(page), lambda: json_answer(page))
