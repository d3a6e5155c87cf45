"""A template of progress that was filled in, over HTTP."""

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from activities.models import Activity
from activities.serializers.sheet import SheetInput, SheetQuery, SheetSerializer
from activities.services.progress.sheets import submit_sheet
from activities.views.batch import written
from poi_api.http.parsers import FormParser, WorkbookParser
from units.choices import Role
from units.requests.writes import WritingMixin, Written


class ProgressSheetViewSet(WritingMixin):
    """El avance de una plantilla llena (`GET /reports/poi/template/`), con un veredicto por fila con cantidad.

    El libro se envía solo, o en un formulario en el campo `file`. Una fila sin cantidad no dice nada. Lo que una fila
    dice vale si nadie registró el mes después de que se preparó la plantilla (`version_conflict`).
    """

    queryset = Activity.objects.none()
    serializer_class = SheetSerializer
    write_query = SheetQuery
    parser_classes = (WorkbookParser, FormParser)
    shows_resource = False

    @extend_schema(
        operation_id="progress_sheet_create",
        summary="Registrar el avance de una plantilla llena",
        request={WorkbookParser.media_type: OpenApiTypes.BINARY, FormParser.media_type: SheetInput},
        responses={200: SheetSerializer},
    )
    def create(self, request: Request) -> HttpResponseBase:
        self.require_somewhere(Role.REPORTER)
        return self.write(self._submit, body=SheetInput)

    def _submit(self, _: None, data: dict[str, Any]) -> Written:
        return written(submit_sheet(**data, access=self.access, **self.read_query(SheetQuery)))
