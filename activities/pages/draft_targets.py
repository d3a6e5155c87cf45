"""The targets of a draft: a row for each activity, its twelve months in one line, saved row by row."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from activities.choices import Accumulation, PlanStatus
from activities.pages.months import NAMES, held, month_fields, month_of, months_by_comma, typed
from activities.pages.of_plan import DraftPage
from activities.pages.row_form import RowForm, RowsPage
from poi_api.http.exact_json import decimal_text
from poi_api.http.parameters import LARGEST_ID, whole_number
from poi_api.http.problem_items import ErrorItem
from units.pages.api import Problem
from units.pages.options import FilterForm, code_field, units_of
from units.pages.refusals import refusal

_ROWS = 25


class TargetForm(RowForm):
    """The twelve months of an activity; `by_comma` says that some cell of the table has a decimal comma."""

    def __init__(self, row: dict[str, Any], typed_in: Any = None, *, by_comma: bool = False) -> None:
        super().__init__(row, typed_in)
        self.fields.update(month_fields(self._retyped() if by_comma else ()))

    def _retyped(self) -> list[str]:
        """Return the months that do not hold any more what the page filled in."""
        seen = dict(zip(NAMES, self.data.get(self.add_prefix("was"), "").split(" "), strict=False))
        return [name for name in NAMES if self.data.get(self.add_prefix(name)) != seen.get(name)]

    def values_of(self, row: dict[str, Any]) -> dict[str, Any]:
        return held(row["programmed"])

    def text_of(self, values: dict[str, Any]) -> str:
        quantities = [values.get(name) for name in NAMES]
        return " ".join("_" if each in (None, "") else decimal_text(each) if not isinstance(each, str) else each
                        for each in quantities)  # fmt: skip

    def body(self) -> dict[str, Any]:
        return {"programmed": typed(self.cleaned_data)}

    def _field_of(self, item: ErrorItem) -> str | None:
        return month_of(item, item["index"])

    @property
    def months(self) -> list[forms.BoundField]:
        return [self[name] for name in NAMES]

    @property
    def rule(self) -> str:
        return str(Accumulation(self.row["accumulation"]).label)


class DraftTargetsPage(DraftPage, RowsPage):
    """The rows of a draft, which who plans for their units types in."""

    template_name = "activities/draft_targets.html"
    saved_in, told = "/activities/", ("Se guardó la fila.", "Se guardaron {} filas.")

    def get(self, request: HttpRequest, plan: int) -> HttpResponse:
        if self.plan["status"] != PlanStatus.DRAFT:
            detail = f"El plan {self.plan['year']} ya se aprobó: sus metas cambian con una nueva versión."
            return refusal(request, 409, "El plan no es un borrador", detail)
        return self.shown([TargetForm(row) for row in self.activities["results"]])

    def post(self, request: HttpRequest, plan: int) -> HttpResponse:
        return self.save(self._typed_rows(request), request.get_full_path())

    @cached_property
    def activities(self) -> dict[str, Any]:
        """The activities that the list has, once what was typed is saved."""
        asked = self.asked("search", "within", "code", "page")
        return self.api.get("/activities/", limit=_ROWS, **asked, **self.of_plan)

    def _typed_rows(self, request: HttpRequest) -> list[TargetForm]:
        """Return the rows that were sent, which need not be those that the list has by now."""
        sent = request.POST.getlist("row")[:_ROWS]
        ids = [text for text in sent if whole_number(text, least=1, most=LARGEST_ID)]
        rows = [(each, self._row(each)) for each in ids]
        gone = [each for each, row in rows if row is None]
        if gone:
            messages.warning(request, "Alguien descartó entretanto una actividad de esta tabla: lo suyo no se guardó.")
        by_comma = months_by_comma(request.POST)
        return [TargetForm(row, request.POST, by_comma=by_comma) for _, row in rows if row]

    def _row(self, activity: str) -> dict[str, Any] | None:
        try:
            return self.api.get(f"/activities/{activity}/")
        except Problem as problem:
            if problem.status != 404:
                raise
            return None

    def shown(self, rows: Sequence[TargetForm], status: int = 200) -> HttpResponse:
        asked = self.asked("search", "within")
        units = units_of(self, self.plan["institution"])
        fields = {
            "search": forms.CharField(label="Buscar", max_length=200),
            "within": code_field("Unidad", units, blank="Todas"),
        }
        question = {**asked, **self.of_plan}
        filters = FilterForm(fields, asked)
        return self.show(status, activities=self.activities, rows=rows, filters=filters, asked=question)
