"""The view of a report: what is asked, and the answer in the format agreed on."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_view

from poi_api.http import exact_json
from poi_api.http.files import file_answer
from poi_api.http.formats import JSON, RENDERERS, file_headers
from reports.shared.files import report_file
from reports.shared.question import Question
from reports.shared.reading import Document, moment_shown
from reports.shared.report import DocumentReport, Report
from units.access.grants import Access
from units.access.permissions import state_of
from units.requests.answer_memory import asked_by, wording_of
from units.requests.conditional import Freshness, freshness_of
from units.requests.conditional_view import ConditionalView
from units.requests.renewal import Made


class ReportView(ConditionalView):
    """Answers with its `report`."""

    report: ClassVar[Report]
    answer_headers = ("Report-As-Of", "Report-Version", "Content-Disposition")
    row_members: ClassVar[Sequence[str]] = ()  # of a report in pages

    def question(self, request: HttpRequest, access: Access, variant: str) -> Any:
        return self.report.query.question(request.GET, access, state_of(request).day, variant, self.row_members)

    def freshness(self, question: Question, access: Access) -> Freshness:
        return freshness_of(access, state_of(self.request), question.institutions, question.moment)

    def means_the_same(self, question: Question) -> bool:
        return question.means_the_same

    def variant_of(self, question: Any, variant: str) -> str:
        # A code may come to name another institution. A past answer stays as it is when one comes to name something
        # else, but for who asks by that code
        return f"{variant} {question.institutions} {question.ids if question.moment else ''}"

    def answer(self, question: Any, access: Access, variant: str) -> tuple[HttpResponseBase, Freshness]:
        if variant == "json" and isinstance(self.report, DocumentReport):
            document = self.report.document(question, access)
            url = self.request.get_full_path()
            self.again = None if document.again is None else document.again.then(partial(_made, question, url))
            made = _made(question, url, document)
            return HttpResponse(made.body, content_type="application/json", headers=made.headers), made.freshness
        if variant in self.report.whole:
            content, freshness = self.report.whole[variant](question, access)
            said = _about(question, moment_shown(question, freshness))
            return HttpResponse(content, content_type=RENDERERS[variant].content_type, headers=said), freshness
        http = self.request._request
        headers = file_headers(variant, self.report.stem(question), http)
        if http.method == "HEAD":
            freshness = self.freshness(question, access)
            said = _about(question, moment_shown(question, freshness))
            return StreamingHttpResponse(headers=headers | said), freshness
        asked, gzip = asked_by(wording_of(http.META), access, state_of(http)), "Content-Encoding" in headers
        file, freshness = report_file(self.report, variant, question, access, asked, gzip=gzip)
        return file_answer(file, headers | _about(question, moment_shown(question, freshness))), freshness


def _made(question: Question, url: str, document: Document) -> Made:
    body = exact_json.dumps(document.linked(question, url))
    return Made(body, _about(question, document.members["as_of"]), document.freshness)


def _about(question: Question, as_of: str | None) -> dict[str, str]:
    """Return the headers that say which version and which knowledge an answer shows (api.md, "Formats")."""
    known = {"Report-As-Of": as_of} if as_of else {}
    return known | {"Report-Version": question.basis.version_name}


def documented(
    operation_id: str, summary: str, *, document: Any = None, lines: Any = OpenApiTypes.STR, **more: Any
) -> Callable[[type[ReportView]], type[ReportView]]:
    """Return a decorator that documents a view: its query by the report's, the answer by `document` (JSON).

    `lines` describes the lines of a format made of JSON; `more` is what `extend_schema` takes besides.
    """

    def document_view(view: type[ReportView]) -> type[ReportView]:
        report = view.report
        rows = document().fields.get("results") if document else None
        view.row_members = list(rows.child.fields) if rows else []
        formats = [RENDERERS[name] for name in (*report.files, *report.whole)]
        view.renderer_classes = [*(JSON if document else ()), *formats]
        shapes = {(200, each.media_type): lines if each.format == "jsonl" else each.shape for each in formats}
        responses = ({(200, "application/json"): document} if document else {}) | shapes
        described = extend_schema(
            operation_id=operation_id, summary=summary, parameters=[report.query], responses=responses, **more
        )
        return extend_schema_view(get=described)(view)

    return document_view
