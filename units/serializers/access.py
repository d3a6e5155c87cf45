"""How machine clients and memberships are shown and sent."""

from typing import Any

from django.contrib.auth.models import User
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.fields import MomentField, NamedField, TextField, WordField
from units.access.accounts import accounts_visible_to
from units.choices import Role
from units.models import ApiClient, Membership
from units.serializers.references import UNIT_EXAMPLE, ReferenceSerializer, unit_field
from units.serializers.shown import Shown, ShownSerializer

_CLIENT = {
    "id": 5,
    "name": "Tablero de gerencia",
    "role": "reader",
    "unit": UNIT_EXAMPLE,
    "created_at": "2022-03-01T09:30:00-05:00",
    "expires_at": "2022-12-31T23:59:59-05:00",
    "revoked_at": None,
    "last_used_at": "2022-07-04T09:15:00-05:00",
}
_NEW_CLIENT = {
    "name": "Tablero de gerencia",
    "role": "reader",
    "unit": "SAT-U01",
    "expires_at": "2022-12-31T23:59:59-05:00",
}
_MEMBERSHIP = {
    "id": 3,
    "user": {"id": 4, "code": "mquispe", "name": "María Quispe"},
    "role": "reporter",
    "unit": UNIT_EXAMPLE,
}
_NO_ACCOUNT = (
    "No existe una persona activa con ese nombre de usuario entre las que usted ve: el primer rol en sus unidades lo "
    "da un planificador de toda la instalación."
)
_WHERE = "Vale en ella y en las que dependen de ella; nulo: en toda la instalación."


@extend_schema_serializer(examples=[OpenApiExample("Un cliente", value=_CLIENT)])
class ClientSerializer(ShownSerializer):
    """A machine client, without its key."""

    unit = ReferenceSerializer(allow_null=True)
    last_used_at = serializers.DateTimeField(
        source="use.used_at", default=None, allow_null=True, help_text="Al minuto."
    )

    class Meta:
        model = ApiClient
        fields: Any = ["id", "name", "role", "unit", "created_at", "expires_at", "revoked_at", "last_used_at"]


@extend_schema_serializer(
    examples=[OpenApiExample("Un cliente con su clave", value={**_CLIENT, "key": "poi_1f2e3d4c_…"})]
)
class ClientWithKeySerializer(ClientSerializer):
    """A machine client whose key is shown this once; null where the same answer is given again."""

    key = serializers.CharField(allow_null=True, help_text="Se muestra una sola vez; nula si la respuesta se repite.")

    class Meta(ClientSerializer.Meta):
        fields = [*ClientSerializer.Meta.fields, "key"]


@extend_schema_serializer(examples=[OpenApiExample("Un cliente nuevo", value=_NEW_CLIENT)])
class ClientInput(KnownFieldsMixin):
    """A new client. Its unit is required, so that nobody gives the whole installation by leaving it out."""

    name = TextField(max_length=200)
    role = WordField(Role.choices)
    unit = unit_field(allow_null=True, help_text=_WHERE)
    expires_at = MomentField(required=False, allow_null=True, help_text="Hasta cuándo vale; nulo: sin vencimiento.")


@extend_schema_serializer(
    examples=[OpenApiExample("Con otro vencimiento", value={"expires_at": "2023-12-31T23:59:59-05:00"})]
)
class KeyRotationInput(KnownFieldsMixin):
    """A new key, and until when."""

    expires_at = MomentField(required=False, help_text="Hasta cuándo vale la clave nueva; sin él, como la anterior.")


class PersonSerializer(Shown):
    """A person as a reference: its user name is its code."""

    id = serializers.IntegerField()
    code = serializers.CharField(source="username", max_length=150)
    name = serializers.SerializerMethodField()

    @extend_schema_field(str)
    def get_name(self, person: User) -> str:
        return person.get_full_name() or person.get_username()


@extend_schema_serializer(examples=[OpenApiExample("Una membresía", value=_MEMBERSHIP)])
class MembershipSerializer(ShownSerializer):
    user = PersonSerializer()
    unit = ReferenceSerializer(allow_null=True)

    class Meta:
        model = Membership
        fields = ["id", "user", "role", "unit"]


@extend_schema_serializer(
    examples=[OpenApiExample("Una membresía nueva", value={"user": "mquispe", "role": "reporter", "unit": "SAT-U01"})]
)
class MembershipInput(KnownFieldsMixin):
    user = NamedField(
        named=accounts_visible_to,
        by="username",
        longest=150,
        help_text="El nombre de usuario, de quien ya tiene un rol en sus unidades. A los demás solo los nombran los "
        "planificadores de toda la instalación.",
        error_messages={"does_not_exist": _NO_ACCOUNT},
    )
    role = WordField(Role.choices)
    unit = unit_field(allow_null=True, help_text=_WHERE)
