"""The documents that were imported, and one of them with its diagnosis, row by row."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse

from activities.choices import ImportState, RowStatus
from activities.document.forms.sheets import MOST_ROWS
from activities.pages.imports_columns import NAMES
from activities.pages.imports_words import changes_in_words, is_noted
from units.pages.filters import MONTHS
from units.pages.page import Page
from units.pages.slices import slice_of

_PAGE = 50  # rows of a document that are shown at a time
_BADGES = {ImportState.STORED: "waiting", ImportState.APPLIED: "done", ImportState.UNDONE: "neutral"}
_READINGS = {RowStatus.EXACT: "neutral", RowStatus.REPAIRED: "info", RowStatus.INFERRED: "waiting",
             RowStatus.REJECTED: "returned"}  # fmt: skip


class ImportsPage(Page):
    """The documents of the institutions that the person plans, the newest first."""

    template_name = "activities/imports.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        question = self.asked("institution", "year", "status", "page")
        imports = self.api.get("/imports/", **question)
        for each in imports["results"]:
            each["badge"] = badge_of_state(each)
        return self.show(imports=imports, states=ImportState.choices, asked=question)


def badge_of_state(source: dict[str, Any]) -> tuple[str, str]:
    """Return class and text of the badge of what became of a document."""
    state = ImportState(source["status"])
    return _BADGES[state], str(state.label)


class OfImport(Page):
    """A page of the document that its address names by `source`; what the API refuses of it is refused here too."""

    @cached_property
    def source(self) -> dict[str, Any]:
        """The document with its diagnosis, as the API shows it."""
        found: dict[str, Any] = self.api.get(f"/imports/{self.kwargs['source']}/", rows_limit=MOST_ROWS)
        found["badge"] = badge_of_state(found)
        return found


class ImportPage(OfImport):
    """How a document was read, what it would change or changed, and its rows."""

    template_name = "activities/import.html"

    def get(self, request: HttpRequest, source: int) -> HttpResponse:
        rows = [row for row in self.source["rows"] if self._is_asked(row)]
        shown = slice_of(rows, request.GET.get("page", ""), _PAGE)
        for row in shown["results"]:
            row["badge"] = (_READINGS[row["status"]], RowStatus(row["status"]).label)
            row["months"] = list(zip(row["programmed"], row["executed"], strict=True))
        application = self.source["application"]
        made = application["changes"] if application else self.source["summary"]["changes"]
        return self.show(
            source=self.source,
            original=f"/imports/{source}/file/",
            columns=[(title, NAMES.get(meaning, meaning)) for title, meaning in self.source["columns"].items()],
            months=MONTHS,
            rows=shown,
            tabs=self._tabs(),
            changes=changes_in_words(made),
            conflicts=(application or self.source)["conflicts"],
        )

    @property
    def _reading(self) -> str:
        return self.request.GET.get("lectura", "")

    def _is_asked(self, row: dict[str, Any]) -> bool:
        if self._reading == "noted":
            return is_noted(row)
        return self._reading not in RowStatus.values or row["status"] == self._reading

    def _tabs(self) -> list[dict[str, Any]]:
        """Return the choices of rows, with how many each has."""
        rows = self.source["rows"]
        counts = [("", "Todas", len(rows)), ("noted", "Con algo que mirar", sum(map(is_noted, rows)))]
        counts += [(value, label, sum(row["status"] == value for row in rows)) for value, label in RowStatus.choices]
        return [
            {"value": value, "label": label, "count": count, "open": value == self._reading}
            for value, label, count in counts
            if count or not value
        ]
