"""What was published: the list, one publication, what today would change of it, and withdrawing."""

from functools import cached_property
from itertools import chain
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from activities.pages.plan_forms import ReasonForm
from activities.queries.planned_institutions import planned_institutions
from reports.pages.differences import differences_in_words, lines_in_words, measures_apart
from reports.pages.printed import printed
from reports.pages.publication_words import AUDIENCES, parameters_in_words
from reports.poi.report import POI
from reports.shared.report import report_called
from units.choices import Role
from units.pages.page import OneActPage, Page
from units.pages.page_form import PageForm
from units.pages.slices import slice_of

_PAGE = 50  # lines of a comparison that are shown at a time


class PublicationsPage(Page):
    """The publications that the person may see, the newest first."""

    template_name, title = "reports/publications.html", "Publicaciones"

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = self.asked("institution", "report", "page")
        publications = self.api.get("/publications/", **asked)
        for each in publications["results"]:
            each["report_title"], each["for"] = report_called(each["report"]).title, AUDIENCES[each["audience"]]
            own = {name: values for name, values in each["parameters"].items() if name != "institution"}
            each["asked"] = parameters_in_words(each["report"], own)
        return self.show(listed=publications, asked=asked, publishes=planned_institutions(self.access))


class OfPublication(Page):
    """A page of the publication that its address names by `publication`; one that the person does not see is a 404."""

    @cached_property
    def publication(self) -> dict[str, Any]:
        return self.api.get(self.path)

    @property
    def path(self) -> str:
        return f"/publications/{self.kwargs['publication']}/"

    @property
    def may_plan(self) -> bool:
        return self.access.allows(Role.PLANNER, self.institution)

    @property
    def institution(self) -> list[int]:
        """The path of the institution that it is about; a publication of none is of the installation."""
        return [self.publication["unit"]["id"]] if self.publication["unit"] else []


class PublicationPage(OfPublication):
    """A publication: what was published, byte by byte as files, and the official document as it prints."""

    template_name = "reports/publication.html"

    def get(self, request: HttpRequest, publication: int) -> HttpResponse:
        shown = self.publication
        document = None
        if shown["report"] == POI.name:
            frozen = self.api.get(f"{self.path}content/", format="json")
            document = printed(frozen, request.GET.get("page", ""))
        return self.show(
            publication=shown,
            report_title=report_called(shown["report"]).title,
            audience=AUDIENCES[shown["audience"]],
            parameters=parameters_in_words(shown["report"], shown["parameters"]),
            contents=f"{self.path}content/",
            document=document,
        )


class ComparisonPage(OfPublication):
    """What the report would say otherwise if it were computed today."""

    template_name = "reports/comparison.html"

    def get(self, request: HttpRequest, publication: int) -> HttpResponse:
        path = f"{self.path}diff/"
        found = self.api.get(path)
        lines = slice_of(found["lines"], request.GET.get("page", ""), _PAGE)
        units = self._measurement_units(found)
        lines["results"] = lines_in_words(lines["results"], units)
        totals = differences_in_words(found["totals"], units)
        return self.show(publication=self.publication, comparison=found, lines=lines, totals=totals, table=path)

    def _measurement_units(self, found: dict[str, Any]) -> dict[str, str]:
        """Return the names of measurement units by their codes, where a value is that of one of them."""
        values = chain(found["totals"], *(line["changes"] for line in found["lines"]))
        if not measures_apart(values):
            return {}
        return {unit["code"]: unit["name"] for unit in self.api.get("/measurement-units/", limit=1000)["results"]}


class WithdrawPublicationPage(OfPublication, OneActPage):
    """Marking a publication as a mistake; its content stays."""

    template_name, form_class = "reports/withdraw_publication.html", ReasonForm
    title, button, danger = "Retirar la publicación", "Retirar", True

    def admits(self) -> bool:
        return self.may_plan

    @property
    def back(self) -> str:
        return reverse("publication", args=[self.publication["id"]])

    def save(self, form: PageForm) -> str:
        self.api.post(f"{self.path}withdraw/", form.cleaned_data)
        return self.told("La publicación quedó retirada: quien la lea lo sabrá.", self.back)
