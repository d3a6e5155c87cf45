"""The forms of a new version: its head, a row for each activity that it changes, a row for each that it adds."""

from typing import Any

from django import forms

from activities.choices import MONTHS, Accumulation
from activities.pages.draft_targets import TargetForm
from activities.pages.months import NAMES, month_fields, month_of, typed
from activities.pages.plan_forms import reason_field
from poi_api.http.problem_items import ErrorItem
from units.pages.page_form import DayField, PageForm

BY_DATE = "date"  # cancelled from the month in which the version is in effect
_FROM = [("", "No"), (BY_DATE, "Desde el mes de vigencia"), *((str(n), f"Desde {m}") for n, m in enumerate(MONTHS, 1))]
_CORRECTED = ("measurement_unit", "mef_activity", "accumulation")


def _code(label: str, listed: str, *, required: bool = False) -> forms.CharField:
    """Return a line for a code, which offers those of the list that stands in the page under an id."""
    widget = forms.TextInput(attrs={"list": listed, "autocomplete": "off"})
    return forms.CharField(label=label, required=required, max_length=32, widget=widget)


class HeadForm(PageForm):
    """With what the version is recorded."""

    resolution = forms.CharField(label="Resolución", max_length=200, required=False)
    effective_on = DayField(label="Vigente desde", required=False)
    reason = reason_field()


class ChangeForm(TargetForm):
    """What a version does to an activity; what is left as it is is not sent."""

    cancel = forms.ChoiceField(label="Anular", choices=_FROM, required=False)
    unit = _code("Trasladar a la unidad", "units")
    measurement_unit = _code("Corregir la unidad de medida", "measurement-units")
    mef_activity = _code("Corregir la actividad MEF", "mef-activities")
    accumulation = forms.ChoiceField(
        label="Corregir la acumulación", choices=[("", "Como está"), *Accumulation.choices], required=False
    )

    @property
    def others(self) -> list[forms.BoundField]:
        """What is done to an activity besides its months."""
        return [self[name] for name in ("cancel", "unit", *_CORRECTED)]

    @property
    def has_others(self) -> bool:
        return any(field.value() for field in self.others) or any(field.errors for field in self.others)

    def items(self) -> dict[str, dict[str, Any]]:
        """Return what is sent of the row, by the list of the version that it goes into."""
        activity, said = {"activity": self.row["id"]}, self.cleaned_data
        found: dict[str, dict[str, Any]] = {}
        if self.is_touched:
            found["targets"] = {**activity, **self.body()}
        if said["unit"]:
            found["move"] = {**activity, "unit": said["unit"]}
        if said["cancel"]:
            month = {} if said["cancel"] == BY_DATE else {"from_month": int(said["cancel"])}
            found["cancel"] = {**activity, **month}
        if corrected := {name: said[name] for name in _CORRECTED if said[name]}:
            found["correct"] = {**activity, **corrected}
        return found

    def say_changed(self, current: dict[str, Any]) -> None:
        """Say that the activity was changed meanwhile; months that were not typed in become those of now."""
        untouched = self.is_valid() and not self.is_touched
        super().say_changed(current)
        values = self.values_of(current)
        self.hold(was=self.text_of(values), **(values if untouched else {}))

    def _field_of(self, item: ErrorItem) -> str | None:
        return field_of(self, item, {"from_month": "cancel"})


class AdditionForm(PageForm):
    """An activity that a version adds."""

    name = forms.CharField(label="Nombre", max_length=1000)
    code = forms.CharField(label="Código", max_length=32, required=False, help_text="O el siguiente.")
    unit = _code("Unidad", "units", required=True)
    mef_activity = _code("Actividad MEF", "mef-activities", required=True)
    measurement_unit = _code("Unidad de medida", "measurement-units", required=True)
    accumulation = forms.ChoiceField(label="Acumulación", choices=Accumulation.choices)

    def __init__(self, typed_in: Any = None, *, by_comma: bool = False, **more: Any) -> None:
        super().__init__(typed_in, **more)
        self.fields.update(month_fields(NAMES if by_comma else ()))

    @property
    def months(self) -> list[forms.BoundField]:
        return [self[name] for name in NAMES]

    @property
    def others(self) -> list[forms.BoundField]:
        return [field for field in self if field.name not in NAMES]

    def item(self) -> dict[str, Any]:
        said = {name: value for name, value in self.cleaned_data.items() if name not in NAMES and value != ""}
        return {**said, "programmed": typed(self.cleaned_data)}

    def say(self, items: list[ErrorItem]) -> None:
        for item in items:
            self.add_error(field_of(self, item, {}), item["detail"])


def field_of(form: forms.Form, item: ErrorItem, renamed: dict[str, str]) -> str | None:
    """Return the field of a row that an error of the version is about: `targets.programmed[3]` is its month 4."""
    named = (item["field"] or "").partition(".")[2]
    place = named.partition("[")[2].rstrip("]")
    name = month_of(item, int(place) if place.isdecimal() else None) or renamed.get(named, named)
    return name if name in form.fields else None
