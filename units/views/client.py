"""Machine clients over HTTP: their keys are shown once, renewed and revoked."""

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.decorators import action
from rest_framework.request import Request

from units.choices import Role
from units.filters import ClientQuery
from units.models import ApiClient
from units.requests.resources import content_etag
from units.requests.writes import Written
from units.serializers.access import ClientInput, ClientSerializer, ClientWithKeySerializer, KeyRotationInput
from units.services.clients import create_client, revoke_client, rotate_client
from units.views.grants import GrantViewSet


@extend_schema_view(
    list=extend_schema(summary="Clientes de sus unidades"),
    retrieve=extend_schema(summary="Un cliente"),
    create=extend_schema(
        summary="Crear un cliente con su clave",
        request=ClientInput,
        responses={201: OpenApiResponse(ClientWithKeySerializer)},
    ),
    destroy=extend_schema(summary="Revocar un cliente"),
    rotate=extend_schema(
        summary="Cambiar la clave de un cliente", request=KeyRotationInput, responses=ClientWithKeySerializer
    ),
)
class ClientViewSet(GrantViewSet):
    """Máquinas que usan la API con una clave propia. Los ven y manejan los planificadores de su unidad."""

    queryset = ApiClient.objects.select_related("unit", "use")
    serializer_class = ClientSerializer
    list_query = ClientQuery
    answers_304 = False  # the ETag leaves out when the key was last used

    def create(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require_somewhere(Role.PLANNER)
        return self.write(lambda _, data: self._create(data), body=ClientInput)

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.write(
            lambda client, _: revoke_client(client=client, revoked_by=self.access), target=self.find(Role.PLANNER)
        )

    @action(detail=True, methods=["post"])
    def rotate(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.write(self._rotate, target=self.find(Role.PLANNER), body=KeyRotationInput)

    def _create(self, data: dict[str, Any]) -> Written:
        client, key = create_client(**data, granted_by=self.access)
        return self._shown_once(client, key, status=201, location=self.location_of(client))

    def _rotate(self, client: ApiClient, data: dict[str, Any]) -> Written:
        return self._shown_once(client, rotate_client(client=client, **data))

    def _shown_once(self, client: ApiClient, key: str, **more: Any) -> Written:
        shown = self.represent(client)
        return Written({**shown, "key": key}, secret=("key",), etag=content_etag(shown), **more)
