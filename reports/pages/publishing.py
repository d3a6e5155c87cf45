"""Publishing: which report is frozen, of what, and for whom."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.urls import reverse, reverse_lazy

from activities.pages.plan_forms import year_field
from activities.queries.planned_institutions import planned_institutions
from reports.models import Audience
from reports.pages.publication_words import AUDIENCES, GROUPS, MONTHS, QUARTERS
from reports.poi.report import POI
from reports.shared.report import publishable, report_called
from units.pages.options import Options, code_field
from units.pages.page import OneActPage
from units.pages.page_form import DayField, PageForm

_PARAMETERS = ("institution", "year", "group_by", "through", "version", "as_of", "draft")


class PublishForm(PageForm):
    """What is published of a report, and for whom."""

    api_names = {f"parameters.{name}": name for name in _PARAMETERS}
    field_order = ("institution", "year", "group_by", "through")
    version = forms.IntegerField(label="Versión", required=False, min_value=1, help_text="En blanco, la vigente.")
    as_of = DayField(label="Como se sabía el", required=False, help_text="En blanco, lo que se sabe ahora.")
    draft = forms.BooleanField(label="Es de un borrador", required=False)
    title = forms.CharField(
        label="Título", required=False, max_length=300, help_text="En blanco, el nombre del informe."
    )
    audience = forms.ChoiceField(label="Quiénes la ven", choices=list(AUDIENCES.items()))

    def __init__(self, *typed: Any, report: str, institutions: Options, **more: Any) -> None:
        super().__init__(*typed, **more)
        self._report = report
        self.fields["institution"] = code_field("Institución", institutions)
        self.fields["year"] = year_field()
        if "group_by" in report_called(report).query.parameters():
            self.fields["group_by"] = forms.ChoiceField(label="Por", choices=list(GROUPS.items()))
        if ends := _ends(report):
            self.fields["through"] = forms.ChoiceField(label="Hasta", choices=list(ends.items()))
        marked = "; se imprime PROYECTO" if report == POI.name else ""
        self.fields["draft"].help_text = f"Solo para planificadores{marked}."
        self.order_fields(self.field_order)

    def body(self) -> dict[str, Any]:
        """Return what the API takes."""
        said = self.cleaned_data
        asked = [name for name in _PARAMETERS if name in said and name != "draft"]
        parameters = {name: str(said[name]) for name in asked if said[name] not in (None, "")}
        if said["draft"]:
            parameters["draft"] = "true"
        own = {"title": said["title"]} if said["title"] else {}
        return {"report": self._report, "audience": said["audience"], "parameters": parameters, **own}


def _ends(report: str) -> dict[str, str]:
    """Return up to when a report can be asked for: quarters, months, or nothing."""
    if "through" not in report_called(report).query.parameters():
        return {}
    return QUARTERS if report == POI.name else MONTHS


class PublishPage(OneActPage):
    """Freezes a report in every format that it has: the official document, or the one that the address names."""

    template_name = "reports/publish.html"
    title, button, back = "Publicar", "Publicar", reverse_lazy("publications")

    @property
    def report(self) -> str:
        asked = self.request.GET.get("report", "")
        return asked if asked in publishable() else POI.name

    def form(self, *typed: Any, **more: Any) -> PageForm:
        planned = planned_institutions(self.access)
        if not planned:
            raise PermissionDenied
        if len(planned) == 1 and "initial" in more:
            more["initial"]["institution"] = planned[0].code
        institutions = [(unit.code, f"{unit.name} · {unit.code}") for unit in planned]
        return PublishForm(*typed, report=self.report, institutions=institutions, **more)

    def initial(self) -> dict[str, Any]:
        latest = max(_ends(self.report), key=int, default="")
        usual = {"audience": Audience.MEMBERS, "through": latest, "year": self.state.day.year}
        asked: dict[str, Any] = {**usual, **self.asked(*_PARAMETERS)}
        asked["draft"] = asked.get("draft") == "true"
        return asked | {"audience": Audience.PLANNERS} if asked["draft"] else asked

    def context(self) -> dict[str, Any]:
        titles = [(name, report_called(name).title) for name in publishable()]
        titles.sort(key=lambda each: (each[0] != POI.name, each[1]))
        return {"reports": titles, "report_title": report_called(self.report).title}

    def save(self, form: Any) -> str:
        made = self.api.post("/publications/", form.body())
        return self.told("Quedó publicado.", reverse("publication", args=[made["id"]]))
