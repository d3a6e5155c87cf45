"""The forms of plans: a new one, its rules, its copy, and the acts that take a reason."""

from typing import Any

from django import forms

from activities.choices import FIRST_YEAR, LAST_YEAR
from units.pages.options import Options, code_field
from units.pages.page_form import DayField, PageForm, QuantityField


def reason_field(**options: Any) -> forms.CharField:
    """Return the field for why something is done."""
    return forms.CharField(label="Motivo", max_length=5000, widget=forms.Textarea(attrs={"rows": 3}), **options)


def year_field() -> forms.IntegerField:
    """Return the field for the year of a plan."""
    return forms.IntegerField(label="Año", min_value=FIRST_YEAR, max_value=LAST_YEAR)


class ReasonForm(PageForm):
    reason = reason_field()


class OptionalReasonForm(PageForm):
    reason = reason_field(required=False)


class ApprovalForm(PageForm):
    page_lists_conflicts = True
    resolution = forms.CharField(label="Resolución que lo aprueba", max_length=200, required=False)
    effective_on = DayField(label="Vigente desde", required=False)
    reason = reason_field(required=False)


class ClosingForm(PageForm):
    page_lists_conflicts = True
    force = forms.BooleanField(label="Cerrar aunque falte algo", required=False, help_text="Pide un motivo.")
    reason = reason_field(required=False)


class CopyForm(PageForm):
    year = year_field()


class RulesForm(PageForm):
    """The rules of a plan; `body` is what the API takes of them."""

    requires_review = forms.BooleanField(label="Los avances se revisan antes de contar", required=False)
    tolerance_percent = QuantityField(
        label="Tolerancia (%)", required=False,
        help_text="Un desvío mayor pide un motivo al registrar el avance. En blanco, ninguno lo pide.",
    )  # fmt: skip
    green = QuantityField(label="Verde desde (%)", initial=95)
    amber = QuantityField(label="Ámbar desde (%)", initial=75, help_text="Por debajo es rojo.")
    api_names = {"bands": "green", "bands.green": "green", "bands.amber": "amber"}

    def body(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        said["bands"] = {name: said.pop(name) for name in ("green", "amber")}
        return said


class NewPlanForm(RulesForm):
    """A new draft, of one of the person's institutions."""

    year = year_field()
    field_order = ["institution", "year"]

    def __init__(self, *typed: Any, institutions: Options | None, **more: Any) -> None:
        super().__init__(*typed, **more)
        self.fields["institution"] = code_field("Institución", institutions)
        self.order_fields(self.field_order)
