"""Publications over HTTP: made by an institution's planners, never edited or deleted."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Func, IntegerField, Prefetch, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import quote_etag
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from activities.serializers.plan import ReasonInput
from poi_api.http.exceptions import Invalid
from poi_api.http.filters import CodeFilter, ListQuery, Ordering, OwnIdFilter, WordFilter
from poi_api.http.formats import PUBLISHED, RENDERERS, TABLES
from poi_api.http.texts import quoted
from reports.models import Publication, PublicationContent
from reports.publications.publishing import Asker, publish, restated_values, restatement
from reports.publications.serializers import (
    NewPublication,
    PublicationSerializer,
    RestatedValueSerializer,
    RestatementSerializer,
)
from reports.publications.withdrawing import withdraw_publication
from reports.shared.report import publishable
from units.choices import Role
from units.filters import own_institutions, visible_units
from units.history.change_sets import take_position
from units.models import Unit
from units.requests.conditional import conditional_answer, freshness_of
from units.requests.list_tables import table_answer
from units.requests.resources import ListMixin, RetrieveMixin, json_answer
from units.requests.writes import WritingMixin, require, writes

_SHOWN = ("unit", "change_set__client", "withdrawal__change_set__client")
_TYPES = {"json": "application/json"} | {name: each.content_type for name, each in RENDERERS.items()}


class PublicationQuery(ListQuery):
    id = OwnIdFilter()
    institution = CodeFilter(named=visible_units, path="unit", text="Código de la institución.")
    report = WordFilter(words=publishable(), text="Informe publicado.")
    ordering = Ordering(fields={"id": "id", "report": "report"}, finally_by=("-id",))


class PublicationViewSet(ListMixin, RetrieveMixin, WritingMixin):
    """Informes congelados para siempre: los ve quien ve toda la institución de que tratan, o quien la planifica."""

    summaries = {"list": "Publicaciones", "retrieve": "Una publicación, sin su contenido"}
    serializer_class = PublicationSerializer
    list_query = PublicationQuery
    answer_headers: tuple[str, ...] = ()
    tables = ("list", "diff")

    def get_queryset(self) -> QuerySet[Publication]:
        size = Func(F("content"), function="octet_length", output_field=IntegerField())
        contents = PublicationContent.objects.defer("content").annotate(size=size).order_by("format")
        publications = Publication.objects.visible_to(self.access).select_related(*_SHOWN)
        return publications.prefetch_related(Prefetch("contents", queryset=contents))

    @writes("Publicar un informe", NewPublication)
    def create(self, _: None, data: dict[str, Any]) -> Publication:
        institution = self._institution(data["parameters"])
        require(self.access, Role.PLANNER, institution.path)
        try:
            return publish(asker=self._asker, unit=institution, **data)
        except ValidationError as error:
            raise ValidationError({"parameters": error.detail}) from error

    @writes("Retirar una publicación", ReasonInput, at="withdraw")
    def withdraw(self, publication: Publication, data: dict[str, Any]) -> Publication:
        """La marca como equivocada; su contenido se conserva tal cual."""
        withdraw_publication(publication=publication, **data)
        return publication

    def path_of(self, target: Publication) -> Iterable[int] | None:
        return target.unit.path if target.unit else None

    def lock(self, target: Publication) -> Publication:
        """Return the publication with its institution held: of the row itself nothing changes, nor may it."""
        get_object_or_404(Unit.objects.select_for_update(of=("self",), no_key=True), publications=target)
        return target

    def represent(self, target: Publication) -> Any:
        take_position()
        return super().represent(target)

    def _institution(self, parameters: dict[str, list[str]]) -> Unit:
        codes, field = parameters.get("institution", []), "parameters.institution"
        if len(codes) != 1:
            raise Invalid("required", "Indique una institución: se publica el informe de una.", field=field)
        institution: Unit | None = own_institutions(self.request).filter(code=codes[0]).first()
        if institution is None:
            raise Invalid("unknown_code", f"No existe el código {quoted(codes[0])}.", field=field)
        return institution

    @property
    def _asker(self) -> Asker:
        return Asker(self.access, self.state.day)

    @extend_schema(
        operation_id="publications_content",
        summary="Lo publicado, byte por byte",
        responses={(200, "application/json"): OpenApiTypes.OBJECT}
        | {(200, each.media_type): each.shape for each in PUBLISHED if each.format in RENDERERS},
        examples=[
            OpenApiExample(
                "El informe", value={"count": 0, "results": []}, media_type="application/json", response_only=True
            )
        ],
    )
    @action(detail=True, renderer_classes=PUBLISHED, answer_headers=("Content-Disposition",))
    def content(self, request: Request, pk: str) -> HttpResponseBase:
        """El contenido en uno de los formatos que tiene; siempre el mismo, con el `sha256` que se muestra."""
        variant = request.accepted_renderer.format
        last_change = freshness_of(self.access, self.state).last_change
        frozen = {content.format: content for content in self.get_object().contents.all()}
        self.check_query()
        if variant not in frozen:
            raise ValidationError({"format": f"Use uno de: {', '.join(frozen)}."}, code="invalid_choice")
        kept = frozen[variant]
        return conditional_answer(request, last_change, quote_etag(kept.sha256), lambda: _download(kept))

    @extend_schema(
        operation_id="publications_diff",
        summary="Lo que hoy sería distinto de lo publicado",
        responses=RestatementSerializer,
    )
    @action(detail=True)
    def diff(self, request: Request, pk: str) -> HttpResponseBase:
        """Línea por línea, lo que cambiaría si el informe se calculara hoy con los mismos parámetros.

        Como tabla, una fila por cada valor distinto.
        """
        freshness = freshness_of(self.access, self.state)
        publication = self.get_object()
        self.check_query()
        # From one day to the next more is overdue
        etag = freshness.etag(request.get_full_path(), self.access, f"{self.format} {self.state.day}")
        return conditional_answer(request, freshness.last_change, etag, lambda: self._restated(publication))

    def _restated(self, publication: Publication) -> HttpResponseBase:
        found = restatement(publication, self._asker)
        if self.format not in TABLES:
            return json_answer(found)
        return table_answer(self, restated_values(found), RestatedValueSerializer())


def _download(kept: PublicationContent) -> HttpResponse:
    name = f"publicacion-{kept.publication_id}.{kept.format}"
    return HttpResponse(
        bytes(kept.content),
        content_type=_TYPES[kept.format],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
