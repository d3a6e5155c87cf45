"""Merging a unit into another: first it is said what goes over, and who comes to see what."""

from typing import Any

from django import forms

from units.pages.page_form import DayField, PageForm
from units.pages.unit_forms import TrialPage, other_unit_field, reason_field
from units.pages.unit_list import OfUnit


class MergerForm(PageForm):
    """Into which unit, and by which decision."""

    def __init__(self, *typed: Any, page: OfUnit, **more: Any) -> None:
        super().__init__(*typed, **more)
        self.fields["into"] = other_unit_field("Se fusiona con", page, self.data.get("into", ""))
        self.fields["reason"] = reason_field()
        self.fields["resolution"] = forms.CharField(label="Resolución", max_length=200, required=False)
        self.fields["effective_on"] = DayField(label="Vigente desde", required=False)


class MergeUnitPage(TrialPage):
    """What goes over to the other unit is said, and done when it was confirmed."""

    template_name, form_class, verb = "pages/merge_unit.html", MergerForm, "Fusionar"

    def admits(self) -> bool:
        return self.may_merge

    def save(self, form: PageForm) -> str:
        said = {name: value for name, value in form.cleaned_data.items() if value}
        body = {**said, "dry_run": not self.confirmed}
        self.trial = self.api.post(f"/units/{self.unit['id']}/merge/", body, if_match=self.held)
        if not self.confirmed:
            return ""
        return self.told(f"{self.trial['unit']['name']} se fusionó con {self.trial['into']['name']}.", self.back)
