"""A template of progress that was filled in, handed in on a page: every row gets its verdict."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from activities.pages.month_rows import BADGES
from poi_api.http.parsers import WorkbookParser
from units.choices import Role
from units.pages.api import Problem
from units.pages.api_words import for_people
from units.pages.page import Page
from units.pages.page_form import PageForm, UploadField


class UploadForm(PageForm):
    """The workbook."""

    file = UploadField(label="Plantilla llena (XLSX)", accept=".xlsx", missing="Elija el libro que llenó.")


class MonthUploadPage(Page):
    """Hands in a template: what is good is saved, and the rest is said row by row."""

    template_name, width = "activities/month_upload.html", "middle"
    least_role = Role.REPORTER

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.show(form=UploadForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        form = UploadForm(request.POST, request.FILES)
        if not form.is_valid():
            return self.show(400, form=form)
        content = form.cleaned_data["file"].read()
        try:
            answer = self.api.upload("/progress/sheet/", content, WorkbookParser.media_type, mode="partial")
        except Problem as problem:
            form.refuse(problem)
            return self.show(problem.status, form=form)
        return self.show(form=UploadForm(), answer=answer, rows=[_shown(item) for item in answer["items"]])


def _shown(item: dict[str, Any]) -> dict[str, Any]:
    """Return a verdict with the badge that says it, and what is wrong in words for people."""
    errors = [for_people(error["detail"]) for error in item["errors"]]
    return {**item, "badge": BADGES[item["status"]], "errors": errors}
