"""The index of the API at `/api/v1/`: every collection, and the guides."""

from functools import cache
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from poi_api.http import exact_json
from poi_api.http.lean_view import LeanView
from poi_api.http.pagination import AddressField
from poi_api.http.query import QuerySerializer
from poi_api.openapi.contents import GUIDES, guide_address
from poi_api.openapi.fixed import Fixed, fixed_answer
from poi_api.openapi.views import document

_UNITS = {"url": "/api/v1/units/", "title": "Unidades que puede ver", "methods": ["GET", "POST"]}
_GUIDE = {"url": guide_address("submitting"), "title": GUIDES["submitting"]}
_EXAMPLE = {
    "title": "API del Plan Operativo Institucional",
    "version": "1.0.0",
    "documentation": "/api/docs/",
    "schema": "/api/schema/",
    "collections": [_UNITS],
    "guides": [_GUIDE],
}


class GuideSerializer(serializers.Serializer):
    url = AddressField()
    title = serializers.CharField()


class CollectionSerializer(GuideSerializer):
    methods = serializers.ListField(child=serializers.CharField(), help_text="Lo que se le puede pedir.")


@extend_schema_serializer(examples=[OpenApiExample("El índice", value=_EXAMPLE)])
class IndexSerializer(serializers.Serializer):
    title = serializers.CharField()
    version = serializers.CharField()
    documentation = AddressField(help_text="Las páginas de la documentación.")
    schema = AddressField(help_text="El esquema OpenAPI.")
    collections = CollectionSerializer(
        many=True, help_text="Cada dirección sin identificadores, en el orden en que se aprende."
    )
    guides = GuideSerializer(many=True, help_text="Textos para quien escribe programas, en inglés.")


class IndexView(LeanView):
    """Qué hay y dónde: no pide clave."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    has_place = False

    @extend_schema(operation_id="index", summary="El índice de la API", tags=["start"], responses=IndexSerializer)
    def get(self, request: Request) -> HttpResponse:
        self.read_query(QuerySerializer)
        return fixed_answer(request, _index())


@cache
def _index() -> Fixed:
    described = document()
    order = [tag["name"] for tag in described["tags"]]
    collections = [
        (next(iter(methods.values())), {"url": path, "methods": [name.upper() for name in methods]})
        for path, methods in described["paths"].items()
        if "{" not in path
    ]
    collections.sort(key=lambda each: order.index(each[0]["tags"][0]))
    index = {
        "title": described["info"]["title"],
        "version": described["info"]["version"],
        "documentation": "/api/docs/",
        "schema": "/api/schema/",
        "collections": [{**about, "title": operation["summary"]} for operation, about in collections],
        "guides": [{"url": guide_address(name), "title": title} for name, title in GUIDES.items()],
    }
    return Fixed.of(exact_json.dumps(index))
