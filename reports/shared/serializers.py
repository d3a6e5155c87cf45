"""The shapes that reports share, for the schema alone."""

from rest_framework import serializers

from activities.serializers.classification import CLASSIFICATION_EXAMPLE
from activities.serializers.version import SeenScopeSerializer
from poi_api.http.pagination import AddressField
from reports.shared.question import Labels
from units.serializers.references import INSTITUTION_EXAMPLE, UNIT_EXAMPLE

_HEAD_EXAMPLE = {
    "from_year": 2022,
    "to_year": 2022,
    "version": "current",
    "as_of": "2023-01-05T10:15:00.000000-05:00",
    "include": None,
    "draft": False,
    "labels": "then",
    "scope": {"installation": True, "units": []},
}
ACTIVITY_EXAMPLE = {"id": 7, "code": "A007", "name": "EVALUACIÓN DEL PLAN OPERATIVO INSTITUCIONAL"}
LABELS_EXAMPLE = {
    "activity": ACTIVITY_EXAMPLE,
    "year": 2022,
    "institution": INSTITUTION_EXAMPLE,
    "unit": UNIT_EXAMPLE,
    "mef_activity": {"id": 1, "code": "M01", "name": "GESTIÓN ADMINISTRATIVA"},
    "measurement_unit": {"id": 1, "code": "UM01", "name": "INFORMES"},
    "classification": CLASSIFICATION_EXAMPLE,
}


class ScopeSerializer(SeenScopeSerializer):
    """How far the caller sees: everything, or these units and all below them."""


class ReportHeadSerializer(serializers.Serializer):
    """What every report starts with."""

    from_year = serializers.IntegerField()
    to_year = serializers.IntegerField()
    version = serializers.CharField(help_text="La versión medida: `current`, `initial` o su número.")
    as_of = serializers.DateTimeField(allow_null=True, help_text="El momento cuyo conocimiento se muestra.")
    include = serializers.ChoiceField(["submitted"], allow_null=True)
    draft = serializers.BooleanField(help_text="Si se pidieron también los borradores.")
    labels = serializers.ChoiceField(
        [*Labels], help_text="De cuándo son nombres, unidades y semáforos: de `as_of`, o de hoy."
    )
    scope = ScopeSerializer()


class ReportPageSerializer(ReportHeadSerializer):
    """A page of a report; each adds its `results`."""

    count = serializers.IntegerField()
    next = AddressField(allow_null=True)
    previous = AddressField(allow_null=True)


def document_example(**members: object) -> dict[str, object]:
    """Return the example of a report: the head, then `members`."""
    return {**_HEAD_EXAMPLE, **members}


def page_example(row: dict[str, object], **members: object) -> dict[str, object]:
    """Return the example of a page with one row and further members."""
    return document_example(**members, count=1, next=None, previous=None, results=[row])
