"""Writing the figures of a document by what is chosen of its diagnosis, and taking them back."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from activities.choices import ImportState
from activities.pages.imports import OfImport
from activities.pages.imports_words import changes_in_words
from activities.pages.plan_forms import ReasonForm
from units.pages.api import Problem
from units.pages.filters import MONTHS
from units.pages.page import OneActPage
from units.pages.page_form import PageForm

_PAGE = 30  # doubtful rows that are shown at a time
_READING, _SAME = "reading-", "same-"
_OPEN = "-"  # of a row for which no reading is chosen
_BLOCKS = (("programmed", "PROG"), ("executed", "EJEC"))


class ApplyImportPage(OfImport):
    """Asks for what only a person can tell, and writes the document. What is left open stays in doubt, or is new."""

    template_name = "activities/apply_import.html"

    def get(self, request: HttpRequest, source: int) -> HttpResponse:
        return self._shown({}, "")

    def post(self, request: HttpRequest, source: int) -> HttpResponse:
        data = request.POST.dict()
        if page := data.get("page"):
            return self._shown(data, page)
        try:
            choices = {"readings": dict(_chosen(data, _READING)), "same": dict(_chosen(data, _SAME))}
            self.api.post(f"/imports/{source}/apply/", {"choices": choices})
        except Problem as problem:
            return self._shown(data, data.get("shown", ""), problem)
        messages.success(request, "Se escribieron las cifras del documento.")
        return HttpResponseRedirect(reverse("import", args=[source]))

    def _shown(self, data: dict[str, str], page: str, problem: Problem | None = None) -> HttpResponse:
        rows = self.read_page(page, _PAGE, to_choose=True)
        rows["results"] = [doubtful(row, data) for row in rows["results"]]
        return self.show(
            problem.status if problem else 200,
            source=self.source,
            is_open=self.source["status"] == ImportState.STORED,
            rows=rows,
            kept=kept_choices(data, rows["results"]),
            names=new_names(self.source, data),
            gone=[each for each in self.source["renames"] if not each["candidates"]],
            changes=changes_in_words(self.source["summary"]["changes"]),
            problem=problem,
        )


class UndoImportPage(OfImport, OneActPage):
    """Takes back what a document wrote, while nothing later is about it."""

    template_name, form_class = "activities/undo_import.html", ReasonForm
    title, button, danger = "Deshacer la importación", "Deshacer", True

    @property
    def back(self) -> str:
        return reverse("import", args=[self.source["id"]])

    def context(self) -> dict[str, Any]:
        return {"source": self.source}

    def save(self, form: PageForm) -> str:
        self.api.post(f"/imports/{self.source['id']}/undo/", form.cleaned_data)
        return self.told("La importación se deshizo: sus cifras ya no cuentan.", self.back)


def _chosen(data: Mapping[str, str], prefix: str) -> Iterator[tuple[str, int]]:
    """Yield what a form chooses by line, as the API takes it; what is left open is not among it."""
    for name, value in data.items():
        line = name.removeprefix(prefix)
        if line != name and line.isdecimal() and value.isascii() and value.isdecimal():
            yield line, int(value[:18])  # Python reads no number of thousands; what is longer is nobody's


def doubtful(row: Mapping[str, Any], data: Mapping[str, str]) -> dict[str, Any]:
    """Return a row with several readings as it is shown: each reading with its figures where any of them differ."""
    field = f"{_READING}{row['line']}"
    readings = [row, *row["alternatives"]]
    places = [
        (block, month, f"{title} {MONTHS[month]}")
        for block, title in _BLOCKS
        for month in range(12)
        if len({reading[block][month] for reading in readings}) > 1
    ]
    return {
        **row,
        "field": field,
        "chosen": data.get(field, _OPEN),
        "titles": [title for _, _, title in places],
        "readings": [
            {
                "number": str(number),
                "label": "La que se tomó" if number == 0 else f"Lectura {number}",
                "figures": [reading[block][month] for block, month, _ in places],
            }
            for number, reading in enumerate(readings)
        ],
    }


def new_names(source: Mapping[str, Any], data: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return each new name that may be that of an activity which the document no longer names, with these."""
    found: dict[int, dict[str, Any]] = {}
    for rename in source["renames"]:
        for candidate in rename["candidates"]:
            line = candidate["line"]
            field = f"{_SAME}{line}"
            name = found.setdefault(
                line,
                {**candidate, "field": field, "chosen": data.get(field, ""), "unit": rename["unit"], "options": []},
            )
            name["options"].append({**rename["activity"], "value": str(rename["activity"]["id"])})
    return [found[line] for line in sorted(found)]


def kept_choices(data: Mapping[str, str], shown: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    """Return the fields of readings that were chosen on other pages of the form, so that it goes on holding them."""
    here = {row["field"] for row in shown}
    return [(name, value) for name, value in data.items() if name.startswith(_READING) and name not in here]
