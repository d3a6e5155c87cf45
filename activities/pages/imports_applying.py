"""Writing the figures of a document by what is chosen of its diagnosis, and taking them back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from activities.choices import ImportState
from activities.pages.imports import OfImport
from activities.pages.imports_choices import chosen_of, doubtful_rows, kept_choices, new_names
from activities.pages.imports_words import changes_in_words
from activities.pages.plan_forms import ReasonForm
from units.pages.api import Problem
from units.pages.page import FormPage
from units.pages.page_form import PageForm

_PAGE = 30  # doubtful rows that are shown at a time


class ApplyImportPage(OfImport):
    """Asks for what only a person can tell, and writes the document. What is left open stays in doubt, or is new."""

    template_name = "activities/apply_import.html"

    def get(self, request: HttpRequest, source: int) -> HttpResponse:
        return self._shown({}, "")

    def post(self, request: HttpRequest, source: int) -> HttpResponse:
        data = request.POST.dict()
        if page := data.get("page"):
            return self._shown(data, page)
        try:
            self.api.post(f"/imports/{source}/apply/", {"choices": chosen_of(data)})
        except Problem as problem:
            return self._shown(data, data.get("shown", ""), problem)
        messages.success(request, "Se escribieron las cifras del documento.")
        return HttpResponseRedirect(reverse("import", args=[source]))

    def _shown(self, data: dict[str, str], page: str, problem: Problem | None = None) -> HttpResponse:
        rows = self.read_page(page, _PAGE, to_choose=True)
        rows["results"] = doubtful_rows(rows["results"], data)
        return self.show(
            problem.status if problem else 200,
            source=self.source,
            is_open=self.source["status"] == ImportState.STORED,
            rows=rows,
            kept=kept_choices(data, rows["results"]),
            names=new_names(self.source, data),
            gone=[each for each in self.source["renames"] if not each["candidates"]],
            changes=changes_in_words(self.source["summary"]["changes"]),
            problem=problem,
        )


class UndoImportPage(OfImport, FormPage):
    """Takes back what a document wrote, while nothing later is about it."""

    template_name, form_class = "activities/undo_import.html", ReasonForm

    def context(self) -> dict[str, Any]:
        return {"source": self.source}

    def save(self, form: PageForm) -> str:
        self.api.post(f"/imports/{self.source['id']}/undo/", form.cleaned_data)
        messages.success(self.request, "La importación se deshizo: sus cifras ya no cuentan.")
        return reverse("import", args=[self.source["id"]])
