"""The installation's catalogues, MEF activities and measurement units: read by everybody, kept by its planners."""

from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from units.choices import Role
from units.pages.api import Answer
from units.pages.options import FilterForm
from units.pages.page import OneActPage, Page
from units.pages.page_form import NoForm, PageForm

_ROWS = 50


class Catalogue(NamedTuple):
    """A catalogue: its address here and in the API, the kind of its entries in history, and its names."""

    name: str
    path: str
    entity: str
    title: str
    one: str


MEF = Catalogue("actividades-mef", "/mef-activities/", "mef_activity", "Actividades MEF", "actividad MEF")
UNITS = Catalogue(
    "unidades-de-medida", "/measurement-units/", "measurement_unit", "Unidades de medida", "unidad de medida"
)
CATALOGUES = (MEF, UNITS)


class OfCatalogue(Page):
    """A page of one catalogue, as `catalogue` says."""

    catalogue: ClassVar[Catalogue] = MEF

    @property
    def keeps_it(self) -> bool:
        """Whether the person plans for the installation, whose the catalogues are."""
        return self.access.everywhere(Role.PLANNER)

    @property
    def tabs(self) -> list[tuple[str, str, bool]]:
        """The catalogues: title, address, and whether it is the open one."""
        return [(each.title, reverse(f"catalogue_{each.entity}"), each == self.catalogue) for each in CATALOGUES]


class CataloguePage(OfCatalogue):
    """The entries, or those that are searched for."""

    template_name = "activities/catalogue.html"

    @property
    def title(self) -> str:
        return self.catalogue.title

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = self.asked("search", "page", "as_of")
        entries = self.api.get(self.catalogue.path, limit=_ROWS, **asked)
        filters = FilterForm({"search": forms.CharField(label="Buscar", max_length=200)}, asked)
        return self.show(listed=entries, filters=filters, asked=asked)


class EntryForm(PageForm):
    """An entry of a catalogue."""

    code = forms.CharField(label="Código", max_length=32)
    name = forms.CharField(label="Nombre", max_length=500)


class NewEntryPage(OfCatalogue, OneActPage):
    """One more entry."""

    template_name = "activities/catalogue_form.html"
    form_class: ClassVar[type[PageForm]] = EntryForm
    button = "Agregar"

    @property
    def title(self) -> str:
        return f"{self.button} {self.catalogue.one}"

    @property
    def back(self) -> str:
        return reverse(f"catalogue_{self.catalogue.entity}")

    def admits(self) -> bool:
        return self.keeps_it

    def save(self, form: PageForm) -> str:
        entry = self.api.post(self.catalogue.path, form.cleaned_data)
        return self.told(f"Se agregó {entry['code']} {entry['name']}.", self.back)


class _OfEntry(NewEntryPage):
    """A form about the entry that the address names."""

    @property
    def path(self) -> str:
        return f"{self.catalogue.path}{self.kwargs['entry']}/"

    @cached_property
    def entry_answer(self) -> Answer:
        return self.api.ask(self.path)

    @property
    def etag(self) -> str:
        return self.entry_answer.etag

    def context(self) -> dict[str, Any]:
        return {"entry": self.entry_answer.data}


class EditEntryPage(_OfEntry):
    """Another code or name; it is that of all activities that have it."""

    button = "Cambiar"

    def initial(self) -> dict[str, Any]:
        return self.entry_answer.data

    def save(self, form: PageForm) -> str:
        entry = self.api.patch(self.path, form.cleaned_data, if_match=self.held)
        return self.told(f"Quedó como {entry['code']} {entry['name']}.", self.back)


class RemoveEntryPage(_OfEntry):
    """Deleting an entry that no activity has."""

    form_class, button, danger = NoForm, "Borrar", True

    def save(self, form: PageForm) -> str:
        self.api.delete(self.path, if_match=self.held)
        return self.told(f"Se borró de {self.catalogue.title}.", self.back)
