"""What is sent to store, apply and undo an import, and how imports are shown."""

from typing import Any

from drf_spectacular.drainage import set_override
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from activities.by_line import chosen_by_line
from activities.choices import FIRST_YEAR, LAST_YEAR, ImportState
from activities.models import Import, ImportApplication
from activities.queries.import_report import exact, report_of
from activities.serializers.import_report import (
    RENAME,
    ROW,
    SUMMARY,
    ChangesMadeSerializer,
    PlacedSerializer,
    ReadRowSerializer,
    RenameSerializer,
    RowCountsSerializer,
    SummarySerializer,
    TotalsSerializer,
)
from activities.serializers.plan import PlanReferenceSerializer
from activities.serializers.recorded import RecordedMixin, WithdrawalSerializer
from activities.services.importing.choices import Choices
from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.fields import CodeField, TextField
from poi_api.http.forms import FormFileField, FormTextsField, FormTruthField
from poi_api.http.parameters import WholeParameter
from units.serializers.references import INSTITUTION_EXAMPLE, ReferenceSerializer
from units.serializers.shown import ShownSerializer

_MOST_COLUMNS, _LONGEST_TITLE = 1000, 500
_RECORDED = {"at": "2022-07-18T09:15:00-05:00", "by": "user:planificacion", "client": None}
_HEAD = {
    "id": 5,
    "institution": INSTITUTION_EXAMPLE,
    "institution_code": "SAT",
    "new_institution": "",
    "year": 2022,
    "cut_off": "2022-07-05",
    "filename": "poi-2022.csv",
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "layout": "",
    "columns": {},
    "draft": False,
    "strict": False,
    "overwrite": False,
    "status": "stored",
    **_RECORDED,
    "application": None,
    "undoing": None,
}
_TOTALS = {"stated": 4, "imported": 4, "difference": 0}
_COUNTS = {"found": 1, "noted": 0, "to_choose": 0}
_DETAIL = {
    **_HEAD,
    "rows": [ROW],
    "row_counts": _COUNTS,
    "totals": _TOTALS,
    "summary": SUMMARY,
    "renames": [RENAME],
    "conflicts": [],
}
_CHOICES = {"choices": {"readings": {"9": 2}, "same": {"12": 7, "14": None}}}
_UPLOAD = {"file": "(el archivo)", "institution": "SAT", "year": 2022}


@extend_schema_field({"type": "object", "additionalProperties": {"type": ["integer", "null"], "minimum": 0}})
class _LinesField(serializers.Field):
    """A number by line, which is a name in JSON: `{"12": 7}`; what is chosen by it is the field's name."""

    def to_internal_value(self, data: Any) -> dict[int, int | None]:
        """Return the numbers by line. Raises ValidationError."""
        try:
            return chosen_by_line(str(self.field_name), data)
        except ValueError as error:
            raise serializers.ValidationError(str(error), code="invalid") from error


class ChoicesInput(KnownFieldsMixin):
    readings = _LinesField(required=False, help_text="Por línea, el número de su lectura; 0: la que se tomó.")
    same = _LinesField(
        required=False, help_text="Por línea con un nombre nuevo, el id de la actividad que es; nulo: otra actividad."
    )

    def to_internal_value(self, data: Any) -> Choices:
        """Return the choices. Raises ValidationError."""
        return Choices(**super().to_internal_value(data))


@extend_schema_serializer(examples=[OpenApiExample("Lo elegido", value=_CHOICES, request_only=True)])
class ApplicationInput(KnownFieldsMixin):
    """What was chosen of the diagnosis; all of it may be left out."""

    choices = ChoicesInput(required=False)


@extend_schema_serializer(examples=[OpenApiExample("Un documento", value=_UPLOAD, request_only=True)])
class ImportInput(KnownFieldsMixin):
    """A document and how it is to be read."""

    file = FormFileField(help_text="XLSX, CSV, TSV o una tabla HTML (.xls de CEPLAN), de hasta 10 MB.")
    institution = CodeField(required=False, help_text="Su código; sin él, la única que usted planifica.")
    institution_name = TextField(
        max_length=500, required=False, allow_blank=True, help_text="Su nombre, si es una institución nueva."
    )
    year = WholeParameter(min_value=FIRST_YEAR, max_value=LAST_YEAR, help_text="Vale más que el que diga el documento.")
    sheet = TextField(max_length=255, required=False, allow_blank=True, help_text="Hoja, si varias tienen tablas.")
    layout = TextField(
        max_length=100,
        required=False,
        allow_blank=True,
        help_text="Con `columns`: el nombre con que se guardan. Sin ellas: el nombre con que se guardaron.",
    )
    columns = FormTextsField(
        most=_MOST_COLUMNS,
        longest=_LONGEST_TITLE,
        required=False,
        help_text="Qué es cada título que ninguna regla reconoce: `{título: significado}`.",
    )
    resolution = TextField(max_length=200, required=False, allow_blank=True, help_text="La que aprueba las metas.")
    draft = FormTruthField(required=False, help_text="Hacer un borrador del plan, solo con sus metas.")
    strict = FormTruthField(required=False, help_text="Dejar fuera las filas inferidas.")
    overwrite = FormTruthField(required=False, help_text="Reemplazar lo que las personas registraron.")
    dry_run = FormTruthField(required=False, help_text="Solo diagnosticar, sin guardar nada.")


class ImportApplicationSerializer(RecordedMixin, ShownSerializer):
    """That an import was applied: to which plan, by which choices, and what it changed."""

    plan = PlanReferenceSerializer()
    choices = ChoicesInput()
    result = serializers.CharField(help_text="`imported`, o `unchanged` si no cambió nada.")
    changes = ChangesMadeSerializer()
    renames = RenameSerializer(
        many=True, help_text="Lo que ya no nombra; cada candidata que no se eligió es otra actividad."
    )
    conflicts = PlacedSerializer(many=True)

    class Meta:
        model = ImportApplication
        fields = ["plan", "choices", "result", "changes", "renames", "conflicts", "at", "by", "client"]

    def to_representation(self, application: ImportApplication) -> dict[str, Any]:
        said = exact(application.outcome)
        return {
            "plan": PlanReferenceSerializer(application.plan).data,
            "choices": application.choices,
            "result": said.get("result", "unchanged"),
            "changes": said.get("changes", {}),
            "renames": said.get("renames", []),
            "conflicts": said.get("problems", []),
            **RecordedMixin(application).data,
        }


class _Option(serializers.Field):
    """One of the options that an import was stored with, by its own `name`; `shape` is how the schema tells it."""

    def __init__(self, otherwise: Any, shape: Any, *, name: str = "") -> None:
        super().__init__(source="options")
        self._otherwise, self._name = otherwise, name
        set_override(self, "field", shape)

    def to_representation(self, value: dict[str, Any]) -> Any:
        return value.get(self._name or str(self.field_name), self._otherwise)


@extend_schema_serializer(examples=[OpenApiExample("Un documento guardado", value=_HEAD)])
class ImportHeadSerializer(RecordedMixin, ShownSerializer):
    """An import without its rows."""

    id = serializers.IntegerField(allow_null=True, help_text="Nulo en una prueba: no se guardó.")
    institution = ReferenceSerializer(source="of_institution", allow_null=True, help_text="Nula: aún no existe.")
    new_institution = _Option("", str, name="institution_name")
    status = serializers.ChoiceField(ImportState.choices, source="state")
    layout = _Option("", str)
    columns = _Option({}, {"type": "object", "additionalProperties": {"type": "string"}})
    draft, strict, overwrite = _Option(False, bool), _Option(False, bool), _Option(False, bool)
    application = ImportApplicationSerializer(allow_null=True, default=None)
    undoing = WithdrawalSerializer(source="application.undoing", allow_null=True, default=None)

    class Meta:
        model = Import
        fields = list(_HEAD)


@extend_schema_serializer(examples=[OpenApiExample("Un diagnóstico", value=_DETAIL)])
class ImportSerializer(ImportHeadSerializer):
    """An import with the report of how it was read, and what is to be chosen.

    The context's `rows` says which rows are shown, or its `report` is what they and the diagnosis are, where that was
    made before.
    """

    rows = ReadRowSerializer(many=True)
    row_counts = RowCountsSerializer()
    totals = TotalsSerializer()
    summary = SummarySerializer()
    renames = RenameSerializer(many=True)
    conflicts = PlacedSerializer(many=True, help_text="Lo que las personas registraron de otro modo.")

    class Meta(ImportHeadSerializer.Meta):
        fields = list(_DETAIL)

    def to_representation(self, source: Import) -> dict[str, Any]:
        head = ImportHeadSerializer(source, context=self.context).data
        report = self.context.get("report") or report_of(source, self.context["rows"])
        return {**head, **report}
