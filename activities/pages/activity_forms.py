"""Adding an activity to a draft, and changing one: its name, its unit, what it counts and how."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.text import capfirst

from activities.choices import Accumulation, PlanStatus
from activities.models.classification import LONGEST_NAME
from activities.pages.activity import ActivityFormPage
from activities.pages.catalogues import CATALOGUES
from activities.pages.history_words import CLASSIFIERS
from activities.pages.of_plan import DraftPage
from poi_api.http.problem_items import ErrorItem
from units.pages.options import code_field, options_of, units_of
from units.pages.page import OneActPage, Page
from units.pages.page_form import PageForm

_FIELDS = "activities/parts/classified_form.html"
_LONGEST_CODE = 32
_PARTS = (("code", "código", _LONGEST_CODE), ("name", "nombre", LONGEST_NAME))
_RULES = (
    "Suma: los meses se suman. Último: cuenta el último mes programado, como en un padrón. "
    "Promedio: la media de los meses programados."
)
_NAMED = ("unit", "mef_activity", "measurement_unit")
_CLASSIFYING = [f"{thing}_{part}" for thing in CLASSIFIERS for part, *_ in _PARTS]


class DescriptionForm(PageForm):
    """What can still be changed of an activity of an approved plan: its name, and what classifies it.

    That has the fields `oei_code`, `oei_name` and so on; two blanks are not said.
    """

    name = forms.CharField(label="Nombre", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *typed: Any, **more: Any) -> None:
        super().__init__(*typed, **more)
        for thing, words in CLASSIFIERS.items():
            for part, said, longest in _PARTS:
                label = f"{words[0].upper()}{words[1:]}: {said}"
                self.fields[f"{thing}_{part}"] = forms.CharField(label=label, required=False, max_length=longest)

    @property
    def described(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of the classification, the code and the name of each thing."""
        return [(self[f"{thing}_code"], self[f"{thing}_name"]) for thing in CLASSIFIERS]

    @property
    def says_something(self) -> bool:
        """Whether any of them holds something."""
        return any(self[name].value() for name in _CLASSIFYING)

    @property
    def others(self) -> list[forms.BoundField]:
        """The fields of all else."""
        return [field for field in self if field.name not in _CLASSIFYING]

    def body(self) -> dict[str, Any]:
        """Return what is sent to the API; what is blank, and may be, is left out."""
        said = self.cleaned_data
        body = {name: value for name, value in said.items() if name not in _CLASSIFYING and value != ""}
        return body | {"classification": {thing.value: _part(said, thing) for thing in CLASSIFIERS}}

    def _field_of(self, item: ErrorItem) -> str | None:
        within, _, place = (item["field"] or "").partition(".")
        if within != "classification":
            return super()._field_of(item)
        thing, _, part = place.partition(".")
        return f"{thing}_{part or 'code'}"


def classified(activity: Mapping[str, Any]) -> dict[str, str]:
    """Return what the fields hold of an activity as the API shows it."""
    said = activity["classification"]
    return {f"{thing}_{part}": said[thing][part] for thing in CLASSIFIERS if said[thing] for part, *_ in _PARTS}


def _part(said: Mapping[str, Any], thing: str) -> dict[str, str] | None:
    """Return the code and the name of a thing, one of them where the other is blank, None where both are."""
    return {part: said[f"{thing}_{part}"] for part, *_ in _PARTS if said[f"{thing}_{part}"]} or None


class ActivityForm(DescriptionForm):
    """An activity of a draft; its twelve targets are typed in the table of them."""

    def __init__(self, *typed: Any, page: Page, institution: dict[str, Any], **more: Any) -> None:
        super().__init__(*typed, **more)
        self.fields["code"] = forms.CharField(
            label="Código", required=False, max_length=32, help_text="En blanco, el siguiente libre (A001…)."
        )
        self.fields["unit"] = code_field("Unidad", units_of(page, institution, is_active=True))
        for each in CATALOGUES:
            self.fields[each.entity] = code_field(capfirst(each.one), options_of(page.api, each.path))
        self.fields["accumulation"] = forms.ChoiceField(
            label="Acumulación", choices=Accumulation.choices, help_text=_RULES
        )


class NewActivityPage(DraftPage, OneActPage):
    """One more activity in a draft, for who plans for its unit."""

    template_name, fields = "activities/plan_act.html", _FIELDS
    title, button = "Agregar una actividad", "Agregar"

    @property
    def back(self) -> str:
        return reverse("draft_targets", args=[self.plan["id"]])

    def form(self, *typed: Any, **more: Any) -> PageForm:
        return ActivityForm(*typed, page=self, institution=self.plan["institution"], **more)

    def save(self, form: Any) -> str:
        made = self.api.post("/activities/", {"plan": self.plan["id"], **form.body()})
        return self.told(
            f"Se agregó la actividad {made['code']}: escriba sus doce metas.", f"{self.back}?code={made['code']}"
        )


class EditActivityPage(ActivityFormPage):
    """Changing an activity: of a draft all of it, of an approved plan its name and what classifies it."""

    template_name, fields = "activities/edit_activity.html", _FIELDS
    verb, button = "Cambiar", "Guardar"

    @property
    def is_draft(self) -> bool:
        plan = self.api.get(f"/plans/{self.activity['plan']['id']}/")
        return bool(plan["status"] == PlanStatus.DRAFT)

    def form(self, *typed: Any, **more: Any) -> PageForm:
        if not self.is_draft:
            return DescriptionForm(*typed, **more)
        return ActivityForm(*typed, page=self, institution=self.activity["plan"]["institution"], **more)

    def initial(self) -> dict[str, Any]:
        return {
            **self.activity,
            **{name: self.activity[name]["code"] for name in _NAMED},
            **classified(self.activity),
        }

    def save(self, form: Any) -> str:
        self.api.patch(f"/activities/{self.activity['id']}/", form.body(), if_match=self.held)
        return self.told("Los cambios quedaron guardados.", self.back)
