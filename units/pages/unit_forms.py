"""Making a unit, naming it, moving it in the tree, and when it is not needed any more."""

from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from units.choices import Role, UnitKind
from units.pages.api import Problem
from units.pages.options import code_field, options_of
from units.pages.page import FormPage, Page, done
from units.pages.page_form import PageForm
from units.pages.person import NoForm
from units.pages.unit_list import OfUnit

_ALIASES = "Uno por línea: otras formas en que los documentos escriben su nombre."


def reason_field(**options: Any) -> forms.CharField:
    """Return the field for why something is done."""
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label="Motivo", max_length=1000, widget=widget, help_text="Queda en la historia.", **options)


def _aliases_field() -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 4})
    return forms.CharField(label="Otros nombres", required=False, widget=widget, help_text=_ALIASES)


def _lines(text: str) -> list[str]:
    return [line for line in (line.strip() for line in text.splitlines()) if line]


class NewUnitForm(PageForm):
    """A unit below another, or an institution."""

    code = forms.CharField(label="Código", max_length=32)
    name = forms.CharField(label="Nombre", max_length=500)
    kind = forms.ChoiceField(label="Tipo", choices=[*reversed(UnitKind.choices)])

    def __init__(self, *typed: Any, page: Page, **more: Any) -> None:
        super().__init__(*typed, **more)
        parents = options_of(page.api, "/units/", is_active=True)
        self.fields["parent"] = code_field("Depende de", parents, blank="De ninguna (institución)", required=False)
        self.fields["aliases"] = _aliases_field()

    def body(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {**said, "parent": said["parent"] or None, "aliases": _lines(said["aliases"])}


class NewUnitPage(FormPage):
    """One more unit, for who plans for the one above it."""

    template_name, form_class = "pages/new_unit.html", NewUnitForm
    least_role = Role.PLANNER

    def initial(self) -> dict[str, Any]:
        return self.asked("parent")

    def save(self, form: Any) -> str:
        unit = self.api.post("/units/", form.body())
        messages.success(self.request, f"Se creó la unidad {unit['name']}.")
        return reverse("unit", args=[unit["id"]])


class UnitFormPage(OfUnit, FormPage):
    """A form about a unit, for who may change it; `held` is the ETag of what the person saw."""

    def admit(self) -> None:
        """Raise PermissionDenied for who may not change the unit, as the API refuses it."""
        if not self.may_plan:
            raise PermissionDenied

    def change(self, **body: Any) -> Any:
        """Change the unit that the person saw; a reason that was left blank is none. Raises Problem."""
        etag, reason = self.request.POST.get("etag", ""), body.pop("reason", "")
        body |= {"reason": reason} if reason else {}
        return self.api.patch(f"/units/{self.unit['id']}/", body, if_match=etag)


class NamesForm(PageForm):
    """What a unit is called."""

    code = forms.CharField(label="Código", max_length=32)
    name = forms.CharField(label="Nombre", max_length=500)
    kind = forms.ChoiceField(label="Tipo", choices=UnitKind.choices)
    aliases = _aliases_field()
    reason = reason_field(required=False)

    def body(self) -> dict[str, Any]:
        return {**self.cleaned_data, "aliases": _lines(self.cleaned_data["aliases"])}


class EditUnitPage(UnitFormPage):
    """Another code, name or kind of a unit, and its other names."""

    template_name, form_class = "pages/edit_unit.html", NamesForm

    def initial(self) -> dict[str, Any]:
        return {**self.unit, "aliases": "\n".join(self.unit["aliases"])}

    def save(self, form: Any) -> str:
        unit = self.change(**form.body())
        messages.success(self.request, f"Los datos de {unit['name']} quedaron guardados.")
        return self.back


class TrialPage(UnitFormPage):
    """A form whose act is said first, in a trial that changes nothing, and done when that is sent as confirmed."""

    trial: Any = None

    @property
    def confirmed(self) -> bool:
        return "confirmed" in self.request.POST

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        goes_on, status = done(form, self.save)
        if goes_on and self.confirmed:
            return HttpResponseRedirect(goes_on)
        return self.show(200 if goes_on else status, form=form, trial=self.trial, **self.context())


class MoveForm(PageForm):
    """Below which unit it is to be."""

    def __init__(self, *typed: Any, page: Page, **more: Any) -> None:
        super().__init__(*typed, **more)
        self.fields["parent"] = code_field("Pasa a depender de", options_of(page.api, "/units/", is_active=True))
        self.fields["reason"] = reason_field(required=False)


class MoveUnitPage(TrialPage):
    """Moving a unit with all that is below it: first it is said who comes to see it, and who does not any more."""

    template_name, form_class = "pages/move_unit.html", MoveForm

    def save(self, form: PageForm) -> str:
        said = form.cleaned_data
        self.trial = self.change(parent=said["parent"], reason=said["reason"], dry_run=not self.confirmed)
        if self.confirmed:
            messages.success(self.request, f"{self.trial['name']} depende ahora de {self.trial['parent']['name']}.")
        return self.back


class RetirementForm(PageForm):
    """Whether a unit goes although it has something to do, and why."""

    force = forms.BooleanField(label="Desactivarla de todos modos", required=False, help_text="Pide un motivo.")
    reason = reason_field(required=False)


class DeactivateUnitPage(UnitFormPage):
    """Deactivating a unit; what stands in the way is said first."""

    template_name, form_class = "pages/deactivate_unit.html", RetirementForm

    def context(self) -> dict[str, Any]:
        return {"in_the_way": self._in_the_way}

    @cached_property
    def _in_the_way(self) -> list[str]:
        """Return why the unit cannot go just so: what the API would say, in a trial that changes nothing."""
        try:
            self.api.patch(f"/units/{self.unit['id']}/", {"is_active": False, "dry_run": True})
        except Problem as problem:
            return [item["detail"] for item in problem.items]
        return []

    def save(self, form: PageForm) -> str:
        said = form.cleaned_data
        unit = self.change(is_active=False, **said)
        messages.success(self.request, f"{unit['name']} quedó inactiva.")
        return self.back


class ReasonForm(PageForm):
    """Why."""

    reason = reason_field(required=False)


class ActivateUnitPage(UnitFormPage):
    """Making a unit active again."""

    template_name, form_class = "pages/activate_unit.html", ReasonForm

    def save(self, form: PageForm) -> str:
        unit = self.change(is_active=True, **form.cleaned_data)
        messages.success(self.request, f"{unit['name']} está activa otra vez.")
        return self.back


class RemoveUnitPage(UnitFormPage):
    """Deleting a unit that nothing uses."""

    template_name, form_class = "pages/remove_unit.html", NoForm

    def save(self, form: PageForm) -> str:
        name = self.unit["name"]
        self.api.delete(f"/units/{self.unit['id']}/", if_match=self.request.POST.get("etag", ""))
        messages.success(self.request, f"Se borró la unidad {name}.")
        return reverse("units")
