"""Making a unit, naming it, moving it in the tree, and when it is not needed any more."""

from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.db.models import Q
from django.urls import reverse, reverse_lazy

from units.choices import Role, UnitKind
from units.models import Unit
from units.pages.api import Problem
from units.pages.options import MOST_OPTIONS, code_field, options_of
from units.pages.page import OneActPage, Page
from units.pages.page_form import NoForm, PageForm
from units.pages.unit_list import OfUnit


def reason_field(**options: Any) -> forms.CharField:
    """Return the field for why something is done."""
    widget = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label="Motivo", max_length=1000, widget=widget, help_text="Queda en la historia.", **options)


def other_unit_field(label: str, page: OfUnit, typed: str) -> forms.Field:
    """Return the field for the unit that a page's own goes to: those of its institution where that is possible.

    What was `typed` is among them, for the API says best why it is not.
    """
    possible = Q(institution=page.unit["institution"]["id"], is_active=True) & ~Q(path__contains=[page.unit["id"]])
    planned = Unit.objects.visible_to(page.access, Role.PLANNER)
    named = Q(code=typed.replace("\0", ""))  # PostgreSQL takes no NUL; of what was typed with one the form tells
    found = planned.filter(possible | named).values_list("code", "name")[: MOST_OPTIONS + 1]
    options = [(code, f"{name} · {code}") for code, name in found]
    return code_field(label, options if len(options) <= MOST_OPTIONS else None)


class _NamesForm(PageForm):
    """What a unit is called; of its other names each line is one."""

    field_order = ("code", "name", "kind", "parent")
    code = forms.CharField(label="Código", max_length=32)
    name = forms.CharField(label="Nombre", max_length=500)
    aliases = forms.CharField(
        label="Otros nombres",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Uno por línea: otras formas en que los documentos escriben su nombre.",
    )

    def clean_aliases(self) -> list[str]:
        return [line.strip() for line in self.cleaned_data["aliases"].splitlines() if line.strip()]


class NewUnitForm(_NamesForm):
    """A unit below another, or, by who plans the installation, an institution."""

    def __init__(self, *typed: Any, page: Page, **more: Any) -> None:
        super().__init__(*typed, **more)
        parents = options_of(page.api, "/units/", is_active=True)
        if parents == []:  # the first unit of all
            self.initial["kind"] = UnitKind.INSTITUTION
        everywhere = page.access.everywhere(Role.PLANNER)
        kinds, blank = [*reversed(UnitKind.choices)], "De ninguna (institución)" if everywhere else ""
        self.fields["parent"] = code_field("Depende de", parents, blank=blank, required=not everywhere)
        self.fields["kind"] = forms.ChoiceField(label="Tipo", choices=kinds if everywhere else kinds[:-1])
        self.order_fields(self.field_order)

    def clean_parent(self) -> str | None:
        return self.cleaned_data["parent"] or None


class NewUnitPage(OneActPage):
    """One more unit, for who plans for the one above it."""

    form_class, least_role = NewUnitForm, Role.PLANNER
    title, button, back = "Crear una unidad", "Crear", reverse_lazy("units")

    def initial(self) -> dict[str, Any]:
        return self.asked("parent")

    def save(self, form: PageForm) -> str:
        unit = self.api.post("/units/", form.cleaned_data)
        return self.told(f"Se creó la unidad {unit['name']}.", reverse("unit", args=[unit["id"]]))


class UnitFormPage(OfUnit, OneActPage):
    """A form about a unit, for who may change it; `verb` says what it does to it."""

    verb: ClassVar[str]

    @property
    def title(self) -> str:
        return f"{self.verb} {self.unit['name']}"

    @property
    def etag(self) -> str:
        return self.unit_answer.etag

    def admits(self) -> bool:
        return self.may_plan

    def change(self, **body: Any) -> Any:
        """Change the unit that the person saw; a reason that was left blank is none. Raises Problem."""
        reason = body.pop("reason", "")
        body |= {"reason": reason} if reason else {}
        return self.api.patch(f"/units/{self.unit['id']}/", body, if_match=self.held)


class ChangeForm(_NamesForm):
    """What a unit is called from now on, and why."""

    kind = forms.ChoiceField(label="Tipo", choices=UnitKind.choices)
    reason = reason_field(required=False)


class EditUnitPage(UnitFormPage):
    """Another code, name or kind of a unit, and its other names."""

    form_class, verb, button = ChangeForm, "Cambiar", "Guardar"

    def initial(self) -> dict[str, Any]:
        return {**self.unit, "aliases": "\n".join(self.unit["aliases"])}

    def save(self, form: PageForm) -> str:
        unit = self.change(**form.cleaned_data)
        return self.told(f"Los datos de {unit['name']} quedaron guardados.", self.back)


class TrialPage(UnitFormPage):
    """A form whose act is said first, in a trial that changes nothing, and done when that is sent as confirmed."""

    button = "Ver qué cambiaría"
    trial: Any = None

    @property
    def confirmed(self) -> bool:
        return "confirmed" in self.request.POST

    def context(self) -> dict[str, Any]:
        return {"trial": self.trial}


class MoveForm(PageForm):
    """Below which unit it is to be."""

    def __init__(self, *typed: Any, page: OfUnit, **more: Any) -> None:
        super().__init__(*typed, **more)
        self.fields["parent"] = other_unit_field("Pasa a depender de", page, self.data.get("parent", ""))
        self.fields["reason"] = reason_field(required=False)


class MoveUnitPage(TrialPage):
    """Moving a unit with all that is below it: first it is said who comes to see it, and who does not any more."""

    template_name, form_class, verb = "pages/move_unit.html", MoveForm, "Mover"

    def save(self, form: PageForm) -> str:
        said = form.cleaned_data
        self.trial = self.change(parent=said["parent"], reason=said["reason"], dry_run=not self.confirmed)
        if not self.confirmed:
            return ""
        return self.told(f"{self.trial['name']} depende ahora de {self.trial['parent']['name']}.", self.back)


class RetirementForm(PageForm):
    """Whether a unit goes although it has something to do, and why."""

    page_lists_conflicts = True
    force = forms.BooleanField(label="Desactivarla de todos modos", required=False, help_text="Pide un motivo.")
    reason = reason_field(required=False)


class DeactivateUnitPage(UnitFormPage):
    """Deactivating a unit; what stands in the way is said first."""

    template_name, form_class = "pages/deactivate_unit.html", RetirementForm
    verb, button, danger = "Desactivar", "Desactivar", True

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
        unit = self.change(is_active=False, **form.cleaned_data)
        return self.told(f"{unit['name']} quedó inactiva.", self.back)


class ReasonForm(PageForm):
    """Why."""

    reason = reason_field(required=False)


class ActivateUnitPage(UnitFormPage):
    """Making a unit active again."""

    form_class, verb, button = ReasonForm, "Activar", "Activar"

    def save(self, form: PageForm) -> str:
        unit = self.change(is_active=True, **form.cleaned_data)
        return self.told(f"{unit['name']} está activa otra vez.", self.back)


class RemoveUnitPage(UnitFormPage):
    """Deleting a unit that nothing uses."""

    form_class, verb, button, danger = NoForm, "Borrar", "Borrar", True
    said = "Solo se borra una unidad que nada usa. La que ya tuvo actividades o roles se desactiva."

    def save(self, form: PageForm) -> str:
        name = self.unit["name"]
        self.api.delete(f"/units/{self.unit['id']}/", if_match=self.held)
        return self.told(f"Se borró la unidad {name}.", reverse("units"))
