"""How the classification of an activity is shown and sent."""

from typing import Any

from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from activities.models.classification import LONGEST_NAME, Classifier, said_alone
from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.fields import CodeField, NameField
from poi_api.http.texts import of_the

CLASSIFICATION_EXAMPLE = {
    "oei": {"code": "OEI.02", "name": "FORTALECER LA GESTIÓN INSTITUCIONAL"},
    "aei": {"code": "AEI.02.01", "name": "INSTRUMENTOS DE GESTIÓN IMPLEMENTADOS EN LA INSTITUCIÓN"},
    "categoria": {"code": "9001", "name": "ACCIONES CENTRALES"},
    "producto": {"code": "3999999", "name": "SIN PRODUCTO"},
    "prioridad": {"code": "1", "name": "Muy Alta"},
    "ubigeo": {"code": "150101", "name": "LIMA, LIMA, LIMA"},
}


class CodeAndNameSerializer(serializers.Serializer):
    """Something with a code that is in no catalogue, so it has no id."""

    code = serializers.CharField()
    name = serializers.CharField()


class ClassificationSerializer(serializers.Serializer):
    """What an activity is classified by; null is what is not said of it."""

    alone_in_tables = True  # `oei_code`, as in reports

    def get_fields(self) -> dict[str, serializers.Field]:
        return {
            name: CodeAndNameSerializer(allow_null=True, help_text=f"Código y nombre {of_the(said)}, si se dicen.")
            for name, said in Classifier.choices
        }

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        return {name: instance.get(name) for name in Classifier.values}


class CodeAndNameInput(KnownFieldsMixin):
    """A code with its name: both, also in a PATCH."""

    code = CodeField()
    name = NameField(longest=LONGEST_NAME)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        missing = [name for name in ("code", "name") if name not in attrs]
        if missing:
            said = str(self.error_messages["required"])
            raise serializers.ValidationError({name: [ErrorDetail(said, "required")] for name in missing})
        return attrs


class ClassificationInput(KnownFieldsMixin):
    """What an activity is to be classified by: null is not said, and in a PATCH what is left out stays as it is."""

    def get_fields(self) -> dict[str, serializers.Field]:
        return {
            name: CodeAndNameInput(required=False, allow_null=True, help_text=f"Código y nombre {of_the(said)}.")
            for name, said in Classifier.choices
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return attrs if getattr(self.root, "partial", False) else said_alone(attrs)
