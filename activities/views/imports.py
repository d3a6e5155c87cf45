"""Documents over HTTP: stored with their diagnosis, applied by what was chosen, undone, and given back as they came."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header, quote_etag
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from activities.filters import ImportQuery, ImportRowsQuery
from activities.models import Import
from activities.queries.import_report import RowsAsked, all_rows_of, report_of
from activities.queries.planned_institutions import planned_institutions
from activities.serializers.import_report import RowLineSerializer
from activities.serializers.imports import ApplicationInput, ImportHeadSerializer, ImportInput, ImportSerializer
from activities.serializers.plan import ReasonInput
from activities.services.importing.admission import admitted
from activities.services.importing.applying import apply_import
from activities.services.importing.choices import Choices
from activities.services.importing.ledger import hold_imports
from activities.services.importing.refusing import refusals_answered
from activities.services.importing.storing import store_import
from activities.services.importing.terms import Terms
from activities.services.importing.undoing import undo_import
from poi_api.database.snapshot import snapshot
from poi_api.http.exceptions import Invalid
from poi_api.http.formats import TABLES
from poi_api.http.parsers import FormParser
from poi_api.http.places import refuse_pages
from units.choices import Role
from units.history.change_sets import check_references, set_cause, take_position
from units.models import Unit
from units.requests.conditional import conditional_answer, freshness_of
from units.requests.list_tables import table_answer
from units.requests.resources import ListMixin, RetrieveMixin
from units.requests.writes import WritingMixin, Written, require, writes

_SHOWN = (
    "institution",
    "change_set__client",
    "application__plan__institution",
    "application__change_set__client",
    "application__undoing__change_set__client",
)
_PAGES = {"rows_limit", "rows_offset"}  # by which rows are divided into pages
# Whatever is in it, a browser runs nothing of it
_ORIGINAL_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
}


class OriginalRenderer(BaseRenderer):
    """A file as it came, for the negotiation alone."""

    media_type = "application/octet-stream"
    format = "original"
    charset = None


class _ImportsMixin(WritingMixin):
    """What a planner of the institution sees; of one that there is not yet, a planner of the installation."""

    serializer_class = ImportSerializer
    lowest = Role.READER

    def get_queryset(self) -> QuerySet[Import]:
        visible = Import.objects.visible_to(self.access, self.lowest)
        return visible.defer("content").select_related(*_SHOWN)

    def path_of(self, target: Import) -> Iterable[int] | None:
        return target.of_institution.path if target.of_institution else None

    def represent(self, target: Import) -> Any:
        """Return the import with its place in the order of changes, taken when all that is long is ready."""
        context = self.get_serializer_context()
        context["report"] = report_of(target, RowsAsked())
        check_references()
        take_position()
        return ImportSerializer(self.get_queryset().get(pk=target.pk), context=context).data


class ImportsViewSet(ListMixin, _ImportsMixin):
    """Los documentos que se guardaron, se aplicaron y se deshicieron."""

    summaries = {"list": "Documentos importados"}
    list_query = ImportQuery
    parser_classes = (FormParser,)
    lowest = Role.PLANNER

    def get_serializer_class(self) -> Any:
        return ImportHeadSerializer if self.action == "list" else ImportSerializer

    def list(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.require_somewhere(Role.PLANNER)
        return super().list(request, *args, **kwargs)

    @writes("Guardar y diagnosticar un documento", ImportInput)
    def create(self, _: None, data: dict[str, Any]) -> Import | Written:
        """Lo lee y dice qué haría; no escribe ninguna cifra. Con `dry_run` tampoco lo guarda."""
        file, dry_run = data.pop("file"), data.pop("dry_run", False)
        terms = Terms(**{**data, "institution": self._institution(data.get("institution", ""))})
        set_cause(f"Importación de {file.name}")
        with admitted(), refusals_answered():
            source = store_import(file.read(), filename=file.name, terms=terms)
        if not dry_run:
            return source
        return Written({**self.represent(source), "id": None}, status=201, dry_run=True, etag="")

    def _institution(self, code: str) -> str:
        """Return the code of the institution meant, empty where the document decides.

        That it does for who plans the installation, and could make one. Raises Invalid, or Forbidden where the caller
        does not plan.
        """
        if not code and self.access.everywhere(Role.PLANNER):
            return ""
        if not code:
            planned = planned_institutions(self.access)
            if len(planned) != 1:
                raise Invalid("required", "Indique de qué institución es el documento.", field="institution")
            return planned[0].code
        institution = Unit.objects.institutions_of(self.access).filter(code=code).first()
        if institution is not None:
            require(self.access, Role.PLANNER, institution.path)
        elif not self.access.everywhere(Role.PLANNER):
            raise Invalid("does_not_exist", "No existe entre lo que usted puede ver.", field="institution")
        return code


class ImportViewSet(RetrieveMixin, _ImportsMixin):
    """Un documento: cómo se leyó, en qué se escribió y qué fue de él."""

    summaries = {"retrieve": "Un documento importado, fila por fila"}
    answer_headers: tuple[str, ...] = ()
    detail_query = ImportRowsQuery
    tables = ("retrieve",)

    def get_serializer_context(self) -> dict[str, Any]:
        context = super().get_serializer_context()
        if self.action != "retrieve":
            return context
        return {**context, "rows": _rows_asked(self.read_query(self.detail_query))}

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Como tabla, todas las filas que dejan los filtros."""
        if self.format not in TABLES:
            return super().retrieve(request, *args, **kwargs)
        with snapshot():
            freshness = freshness_of(self.access, self.state)
            source = self.get_object()
            rows = all_rows_of(source, self._rows_of_table())
            etag = freshness.etag(request.get_full_path(), self.access, self.format)
            return conditional_answer(
                request, freshness.last_change, etag, lambda: table_answer(self, rows, RowLineSerializer())
            )

    def _rows_of_table(self) -> RowsAsked:
        """Return which rows are asked for, which are not divided into pages. Raises ValidationError."""
        with self.format_refused_too():
            values, errors = self.parse_query(self.detail_query)
            refuse_pages(self.detail_query.said(self.request.query_params, values, errors), errors, _PAGES)
            if errors:
                raise ValidationError(errors)
        return _rows_asked({name: value for name, value in values.items() if name not in _PAGES})

    def get_object(self) -> Import:
        target: Import = super().get_object()
        require(self.access, Role.PLANNER, self.path_of(target))
        return target

    def lock(self, target: Import) -> Import:
        """Return the import read anew: of the row itself nothing changes, nor may it.

        One that is undone waits until no other one writes, one that is applied not before its file was read.
        """
        if self.action == "undo":
            hold_imports()
        return Import.objects.select_related(*_SHOWN).get(pk=target.pk)

    @writes("Escribir las cifras de un documento", ApplicationInput, at="apply")
    def apply(self, source: Import, data: dict[str, Any]) -> Import:
        """En una transacción, con las lecturas y los nombres elegidos. Un nombre sin elegir es otra actividad."""
        set_cause(f"Importación de {source.filename}")
        with admitted(), refusals_answered():
            apply_import(source, data.get("choices", Choices()))
        return source

    @writes("Deshacer una importación", ReasonInput, at="undo")
    def undo(self, source: Import, data: dict[str, Any]) -> Import:
        """Mientras nada posterior trate de lo que escribió: retira sus cifras y repone las metas anteriores."""
        with admitted():
            undo_import(source, **data)
        return source

    @extend_schema(
        operation_id="imports_file",
        summary="El archivo tal como llegó",
        responses={(200, OriginalRenderer.media_type): OpenApiTypes.BINARY},
        examples=[
            OpenApiExample(
                "El archivo", value="(sus bytes)", media_type=OriginalRenderer.media_type, response_only=True
            )
        ],
    )
    @action(detail=True, renderer_classes=[OriginalRenderer], answer_headers=("Content-Disposition",))
    def file(self, request: Request, pk: str) -> HttpResponseBase:
        """Siempre los mismos bytes, como un archivo que se descarga."""
        last_change = freshness_of(self.access, self.state).last_change
        source = self.get_object()
        self.check_query()
        return conditional_answer(request, last_change, quote_etag(source.sha256), lambda: _original(source))


def _rows_asked(values: Mapping[str, Any]) -> RowsAsked:
    return RowsAsked(**{name.removeprefix("rows_"): value for name, value in values.items()})


def _original(source: Import) -> HttpResponse:
    name = content_disposition_header(as_attachment=True, filename=source.filename) or "attachment"
    headers = {"Content-Disposition": name, **_ORIGINAL_HEADERS}
    return HttpResponse(bytes(source.content), content_type=OriginalRenderer.media_type, headers=headers)
