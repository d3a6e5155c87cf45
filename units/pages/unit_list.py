"""The units as a tree, or those that are searched for, and one of them with who works there."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from units.choices import Role, UnitKind
from units.models import Unit
from units.pages.api import Answer
from units.pages.options import FilterForm
from units.pages.page import Page

_ROWS = 300
_DEEPEST = 6  # levels that are set in
_STATES = [("true", "Activas"), ("false", "Inactivas"), ("all", "Todas")]


class UnitsPage(Page):
    """The units that the person sees: as a tree where nothing is searched for."""

    template_name, title = "pages/units.html", "Unidades"

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = {"is_active": "true", **self.asked("search", "kind", "is_active", "page", "as_of")}
        question = {name: value for name, value in asked.items() if value != "all"}
        units = self.api.get("/units/", limit=_ROWS, **question)
        is_tree = not {"search", "kind", "page"} & set(asked) and units["count"] == len(units["results"])
        filters = FilterForm(
            {
                "search": forms.CharField(label="Buscar", max_length=200),
                "kind": forms.ChoiceField(label="Tipo", choices=[("", "Todos"), *UnitKind.choices]),
                "is_active": forms.ChoiceField(label="Estado", choices=_STATES),
            },
            asked,
        )
        for unit in units["results"]:
            unit["kind_name"] = UnitKind(unit["kind"]).label
        if is_tree:
            units["results"] = list(as_tree(units["results"]))
        return self.show(listed=units, asked=question, filters=filters, plans=self.access.holds(Role.PLANNER))


def as_tree(units: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield units from the top down, each before those below it, with its `level`; among sisters in their order."""
    known = {unit["id"] for unit in units}
    below: dict[int | None, list[dict[str, Any]]] = {}
    for unit in units:
        above = unit["parent"]["id"] if unit["parent"] else None
        below.setdefault(above if above in known else None, []).append(unit)
    waiting = [(unit, 0) for unit in reversed(below.get(None, []))]
    while waiting:
        unit, level = waiting.pop()
        yield {**unit, "level": min(level, _DEEPEST)}
        waiting.extend((each, level + 1) for each in reversed(below.get(unit["id"], [])))


class OfUnit(Page):
    """A page of the unit that its address names by `unit`; one that the person does not see is a 404."""

    @cached_property
    def unit_answer(self) -> Answer:
        """The unit as the API shows it, with the ETag that a change of it holds on to."""
        return self.api.ask(f"/units/{self.kwargs['unit']}/", as_of=self.request.GET.get("as_of"))

    @property
    def unit(self) -> dict[str, Any]:
        return self.unit_answer.data

    @property
    def back(self) -> str:
        return reverse("unit", args=[self.unit["id"]])

    @property
    def is_institution(self) -> bool:
        return bool(self.unit["kind"] == UnitKind.INSTITUTION)

    @cached_property
    def may_plan(self) -> bool:
        """Whether the person plans for the unit, or for the installation where it is an institution."""
        return self.access.everywhere(Role.PLANNER) if self.is_institution else self.plans_here

    @cached_property
    def plans_here(self) -> bool:
        """Whether the person plans for the unit, and so knows who works there and makes units below it."""
        return self.access.allows(Role.PLANNER, self._path)

    @cached_property
    def may_merge(self) -> bool:
        """Whether the person may merge the unit into another one: it plans for the institution, and that is a root."""
        return not self.is_institution and self.access.allows(Role.PLANNER, self._path[:1])

    @cached_property
    def _path(self) -> list[int]:
        return list(Unit.objects.values_list("path", flat=True).get(pk=self.unit["id"]))


class UnitPage(OfUnit):
    """A unit, those below it, and who works there."""

    template_name = "pages/unit.html"

    def get(self, request: HttpRequest, unit: int) -> HttpResponse:
        code, asked = self.unit["code"], self.asked("as_of")
        holders: dict[str, Any] = {}
        if self.plans_here:
            holders["people"] = self.api.get("/memberships/", unit=code, limit=_ROWS)["results"]
            holders["clients"] = self.api.get("/clients/", unit=code, is_revoked=False, limit=_ROWS)["results"]
        below = self.api.get("/units/", parent=code, limit=_ROWS, **asked)["results"]
        kind_name, merged_into = UnitKind(self.unit["kind"]).label, self._merged_into()
        return self.show(unit=self.unit, kind_name=kind_name, merged_into=merged_into, below=below, **holders)

    def _merged_into(self) -> dict[str, Any] | None:
        """Return the unit that this one was merged into, which its code leads to; None for one that was not."""
        above = self.unit["parent"]
        if self.unit["is_active"] or not above:
            return None
        found = self.api.get(f"/units/{above['id']}/", **self.asked("as_of"))
        return found if self.unit["code"] in found["aliases"] else None
