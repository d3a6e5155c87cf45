"""A version of a plan: what rose and what fell, before and after side by side."""

from decimal import Decimal
from typing import Any, NamedTuple

from django.http import HttpRequest, HttpResponse

from activities.choices import MONTHS, Accumulation
from activities.pages.of_plan import OfPlan
from activities.serializers.version import KINDS
from poi_api.http.parameters import whole_number
from poi_api.http.places import LARGEST_OFFSET
from units.pages.slices import places_of

KIND_NAMES = dict(KINDS) | {"changed": "Metas"}
_ROWS = 30


class MonthChange(NamedTuple):
    """A month of a target before and after; `closed`: its period had closed."""

    name: str
    before: Decimal
    after: Decimal
    closed: bool

    @property
    def difference(self) -> Decimal:
        return self.after - self.before

    @property
    def way(self) -> str:
        """The class of its cell."""
        return "rose" if self.after > self.before else "fell" if self.after < self.before else ""


def month_changes(before: list[Any], after: list[Any], closed: list[int]) -> list[MonthChange]:
    """Return the twelve months of a change; `closed` are the numbers of those whose period had closed."""
    return [
        MonthChange(name, Decimal(was), Decimal(now), place in closed)
        for place, (name, was, now) in enumerate(zip(MONTHS, before, after, strict=True), 1)
    ]


class VersionPage(OfPlan):
    """A version with what it changed, as far as the person sees."""

    template_name = "activities/version.html"

    def get(self, request: HttpRequest, plan: int, version: int) -> HttpResponse:
        start = whole_number(request.GET.get("offset", ""), least=0, most=LARGEST_OFFSET) or 0
        part = {"changes_offset": start, "changes_limit": _ROWS}
        found = self.api.get(f"{self.versions_path}{version}/", **part, **self.asked("as_of"))
        for change in found["changes"]:
            change["kind_name"] = KIND_NAMES[change["kind"]]
            change["months"] = month_changes(change["before"], change["after"], change["closed_months"])
            change["corrections"] = list(_corrections(change["corrected"] or {}))
        places = places_of(found["changes_count"], found["changes"], start, _ROWS)
        return self.show(version=found, changes=found["changes"], places=places)


def _corrections(corrected: dict[str, Any]) -> Any:
    """Yield what was corrected, before and after, in words."""
    for name, title in (("measurement_unit", "Unidad de medida"), ("mef_activity", "Actividad MEF")):
        if both := corrected.get(name):
            yield title, both["before"]["name"], both["after"]["name"]
    if both := corrected.get("accumulation"):
        yield "Acumulación", Accumulation(both["before"]).label, Accumulation(both["after"]).label
