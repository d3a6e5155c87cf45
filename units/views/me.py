"""Who one is, over HTTP."""

from datetime import datetime
from typing import Any, cast

from django.contrib.auth.models import User
from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from poi_api.http.lean_view import LeanView
from poi_api.http.query import QuerySerializer
from units.access.grants import Access
from units.access.permissions import access_of, state_of
from units.choices import Role
from units.models import ApiClient, Unit
from units.requests.conditional import conditional_answer, freshness_of
from units.requests.resources import content_etag, json_answer
from units.serializers.me import ACTS, MeSerializer
from units.serializers.references import ReferenceSerializer


class MeView(LeanView):
    """Con qué nombre y qué roles lo conoce el servicio, y hasta cuándo; también a quien aún no tiene un rol."""

    permission_classes = [IsAuthenticated]

    @extend_schema(operation_id="me", summary="Quién es usted aquí", tags=["start"], responses=MeSerializer)
    def get(self, request: Request) -> HttpResponseBase:
        self.read_query(QuerySerializer)
        access = access_of(request)
        last_change = freshness_of(access, state_of(request)).last_change
        data = _caller(request, access) | {"actor": access.actor, "roles": _roles(access)}
        return conditional_answer(request, last_change, content_etag(data), lambda: json_answer(data))


def _caller(request: Request, access: Access) -> dict[str, Any]:
    if access.client_id is not None:
        client = ApiClient.objects.get(pk=access.client_id)
        return {"kind": "client", "id": client.pk, "name": client.name, "expires_at": client.expires_at}
    person = User.objects.get(pk=cast(int, access.user_id))
    ends: datetime = request._request.session.get_expiry_date()
    name = person.get_full_name() or person.get_username()
    return {"kind": "person", "id": person.pk, "name": name, "expires_at": ends}


def _roles(access: Access) -> list[dict[str, Any]]:
    units = Unit.objects.in_bulk([grant.unit_id for grant in access.grants if grant.unit_id is not None])
    return [
        {
            "role": grant.role,
            "unit": None if grant.unit_id is None else ReferenceSerializer(units[grant.unit_id]).data,
            "may": [act for role, act in ACTS.items() if grant.role.includes(Role(role))],
        }
        for grant in access.grants
    ]
