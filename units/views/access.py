"""Machine clients and memberships over HTTP: planners manage those of their own units (domain.md, "Roles")."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from rest_framework.request import Request

from poi_api.http.formats import TABLES
from units.choices import Role
from units.filters import ClientQuery, MembershipQuery
from units.models import ApiClient, Membership
from units.requests.conditional import conditional_answer, freshness_of
from units.requests.list_tables import all_rows, table_answer
from units.requests.resources import ListMixin, RetrieveMixin, content_etag, json_answer
from units.requests.writes import WritingMixin, Written, require, writes
from units.serializers.access import (
    ClientInput,
    ClientSerializer,
    ClientWithKeySerializer,
    KeyRotationInput,
    MembershipInput,
    MembershipSerializer,
)
from units.services.clients import create_client, revoke_client, rotate_client
from units.services.people import create_membership, delete_membership


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


class ClientViewSet(GrantViewSet):
    """Máquinas que usan la API con una clave propia. Los ven y manejan los planificadores de su unidad."""

    summaries = {"list": "Clientes de sus unidades", "retrieve": "Un cliente"}
    queryset = ApiClient.objects.select_related("unit", "use")
    serializer_class = ClientSerializer
    list_query = ClientQuery

    @writes("Crear un cliente con su clave", ClientInput, responses=ClientWithKeySerializer)
    def create(self, _: None, data: dict[str, Any]) -> Written:
        client, key = create_client(**data, granted_by=self.access)
        return self._shown_once(client, key, status=201, location=self.location_of(client))

    @writes("Revocar un cliente")
    def destroy(self, client: ApiClient, _: dict[str, Any]) -> None:
        revoke_client(client=client, revoked_by=self.access)

    @writes("Cambiar la clave de un cliente", KeyRotationInput, at="rotate", responses=ClientWithKeySerializer)
    def rotate(self, client: ApiClient, data: dict[str, Any]) -> Written:
        return self._shown_once(client, rotate_client(client=client, **data))

    def _shown_once(self, client: ApiClient, key: str, **more: Any) -> Written:
        shown = self.represent(client)
        return Written({**shown, "key": key}, secret=("key",), etag=content_etag(shown), **more)


class MembershipViewSet(GrantViewSet):
    """Qué rol tiene cada persona y en qué unidad. Los ven y manejan los planificadores de la unidad."""

    summaries = {"list": "Roles de personas en sus unidades", "retrieve": "El rol de una persona en una unidad"}
    queryset = Membership.objects.select_related("user", "unit")
    serializer_class = MembershipSerializer
    list_query = MembershipQuery

    @writes("Dar un rol a una persona", MembershipInput)
    def create(self, _: None, data: dict[str, Any]) -> Membership:
        return create_membership(**data, granted_by=self.access)

    @writes("Retirar el rol de una persona")
    def destroy(self, membership: Membership, _: dict[str, Any]) -> None:
        delete_membership(membership=membership, revoked_by=self.access)
