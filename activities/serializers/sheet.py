"""A template of progress that was filled in: how it is sent, and how the verdicts on its rows are shown."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from activities.choices import BatchMode
from activities.document import DocumentError
from activities.serializers.batch import (
    CLOSED_EXAMPLE,
    ProgressBatchSerializer,
    ProgressVerdictSerializer,
    item_example,
    refuse_many_items,
)
from activities.serializers.reading import read_progress
from activities.services.progress.sheets import ReadLine
from activities.sheets.reading import FilledLine, read_sheet
from poi_api.http.bodies import KnownFieldsMixin
from poi_api.http.exceptions import Invalid
from poi_api.http.parameters import ChoiceParameter, TruthParameter
from poi_api.http.problem_items import ErrorItem, error_item
from poi_api.http.query import QuerySerializer

_ANSWER = {
    "dry_run": False,
    "mode": "partial",
    "summary": {"created": 1, "updated": 0, "unchanged": 0, "rejected": 1},
    "without_quantity": [9],
    "items": [
        {**item_example(0, "created", 3, 1, []), "row": 7},
        {**item_example(1, "rejected", 1, 0, [CLOSED_EXAMPLE]), "row": 8},
    ],
}


class SheetQuery(QuerySerializer):
    """What is said of a template beside it; the words of a batch."""

    mode = ChoiceParameter(
        BatchMode.values,
        default=BatchMode.ATOMIC,
        help_text="Si una fila se rechaza: `atomic` no guarda ninguna (400); `partial` guarda las demás (200).",
    )
    dry_run = TruthParameter(default=False, help_text="`true`: los mismos veredictos, sin guardar nada.")


@extend_schema_field(OpenApiTypes.BINARY)
class TemplateField(serializers.Field):
    """A workbook; becomes what it says."""

    default_error_messages = {
        "required": "Falta el libro: envíelo solo, o en un formulario en el campo «file».",
        "no_file": "Debe ser un archivo.",
    }

    def to_internal_value(self, data: Any) -> Any:
        """Return the lines. Raises ValidationError for what is no file, Invalid for what is no template."""
        if not isinstance(data, UploadedFile):
            self.fail("no_file")
        try:
            return read_sheet(data.read())
        except DocumentError as error:
            line = f" (fila {error.line})" if error.line else ""
            raise Invalid(error.code, f"{error}{line}", field=self.field_name) from None


class SheetInput(KnownFieldsMixin):
    """What a form with a template has."""

    file = TemplateField(help_text="La plantilla llena, en XLSX.")

    def validate(self, attrs: Any) -> Any:
        """Return the lines, read as the items of a batch. Raises TooLarge (413)."""
        sheet = attrs["file"]
        refuse_many_items(len(sheet.lines))
        lines = [_read(line, place) for place, line in enumerate(sheet.lines)]
        return {"lines": lines, "without_quantity": sheet.without_quantity}


def _read(line: FilledLine, place: int) -> ReadLine:
    """Read a line as an item; what is wrong with a cell names it."""
    item, found = read_progress(line.said, place)
    flaws = [error_item(code, detail, field=field, index=place) for field, code, detail in line.flaws]
    flaws += [_of_cell(flaw, line) for flaw in found if not flaws or flaw["field"] in line.cells]
    return ReadLine(item | {"row": line.row, "flawed": bool(flaws)}, line.code, flaws)


def _of_cell(flaw: ErrorItem, line: FilledLine) -> ErrorItem:
    cell = line.cells.get(flaw["field"] or "")
    return {**flaw, "detail": f"La celda {cell}: {flaw['detail']}"} if cell else flaw


class SheetVerdictSerializer(ProgressVerdictSerializer):
    row = serializers.IntegerField(help_text="La fila de la hoja, desde 1.")


@extend_schema_serializer(examples=[OpenApiExample("Una fila registrada y una rechazada", value=_ANSWER)])
class SheetSerializer(ProgressBatchSerializer):
    without_quantity = serializers.ListField(
        child=serializers.IntegerField(),
        help_text="Las filas que traen motivo o medio de verificación, y ninguna cantidad: no registran nada.",
    )
    items = SheetVerdictSerializer(many=True)
