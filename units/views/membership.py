"""Memberships over HTTP: which person holds which role where."""

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, extend_schema, extend_schema_view
from rest_framework.request import Request

from units.choices import Role
from units.filters import MembershipQuery
from units.models import Membership
from units.serializers.access import MembershipInput, MembershipSerializer
from units.services.memberships import create_membership, delete_membership
from units.views.grants import GrantViewSet


@extend_schema_view(
    list=extend_schema(summary="Roles de personas en sus unidades"),
    retrieve=extend_schema(summary="El rol de una persona en una unidad"),
    create=extend_schema(
        summary="Dar un rol a una persona",
        request=MembershipInput,
        responses={201: OpenApiResponse(MembershipSerializer)},
    ),
    destroy=extend_schema(summary="Retirar el rol de una persona"),
)
class MembershipViewSet(GrantViewSet):
    """Qué rol tiene cada persona y en qué unidad. Los ven y manejan los planificadores de la unidad."""

    queryset = Membership.objects.select_related("user", "unit")
    serializer_class = MembershipSerializer
    list_query = MembershipQuery

    def create(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require_somewhere(Role.PLANNER)
        return self.write(
            lambda _, data: create_membership(**data, granted_by=self.access),
            body=MembershipInput,
            status=201,
        )

    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return self.write(
            lambda membership, _: delete_membership(membership=membership, revoked_by=self.access),
            target=self.find(Role.PLANNER),
        )
