"""A template of progress that was filled in, handed in on a page: every row gets its verdict."""

from collections.abc import Mapping
from typing import Any

from activities.pages.month_rows import BADGES
from poi_api.http.parsers import WorkbookParser
from units.choices import Role
from units.pages.api_words import for_people
from units.pages.page import FormPage
from units.pages.page_form import PageForm, UploadField


class UploadForm(PageForm):
    """The workbook."""

    file = UploadField(label="Plantilla llena (XLSX)", accept=".xlsx", missing="Elija el libro que llenó.")


class MonthUploadPage(FormPage):
    """Hands in a template: what is good is saved, and the rest is said row by row."""

    template_name, form_class = "activities/month_upload.html", UploadForm
    least_role = Role.REPORTER
    answer: Mapping[str, Any] = {}

    def context(self) -> dict[str, Any]:
        return {"answer": self.answer, "rows": [_shown(item) for item in self.answer.get("items", ())]}

    def save(self, form: PageForm) -> str:
        content = form.cleaned_data["file"].read()
        self.answer = self.api.upload("/progress/sheet/", content, WorkbookParser.media_type, mode="partial")
        return ""


def _shown(item: dict[str, Any]) -> dict[str, Any]:
    """Return a verdict with the badge that says it, and what is wrong in words for people."""
    errors = [for_people(error["detail"]) for error in item["errors"]]
    return {**item, "badge": BADGES[item["status"]], "errors": errors}
