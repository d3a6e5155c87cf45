"""The documents that were imported, and one of them with its diagnosis, row by row."""

from functools import cached_property
from typing import Any

from django.http import HttpRequest, HttpResponse

from activities.choices import ImportState, RowStatus
from activities.document.forms.sheets import MOST_ROWS
from activities.pages.imports_columns import NAMES
from activities.pages.imports_words import changes_in_words
from activities.queries.planned_institutions import planned_institutions
from units.choices import Role
from units.pages.api_words import for_people
from units.pages.filters import MONTHS
from units.pages.page import Page
from units.pages.slices import part_of

_PAGE = 50  # rows of a document that are shown at a time
_BADGES = {ImportState.STORED: "waiting", ImportState.APPLIED: "done", ImportState.UNDONE: "neutral"}
_KINDS = {"noted": "Con algo que mirar", "to_choose": "Por elegir"}
_READINGS = {RowStatus.EXACT: "neutral", RowStatus.REPAIRED: "info", RowStatus.INFERRED: "waiting",
             RowStatus.REJECTED: "returned"}  # fmt: skip


class ImportsPage(Page):
    """The documents of the institutions that the person plans, the newest first."""

    template_name, title = "activities/imports.html", "Importaciones"

    def get(self, request: HttpRequest) -> HttpResponse:
        question = self.asked("institution", "year", "status", "page")
        imports = self.api.get("/imports/", **question)
        for each in imports["results"]:
            each["badge"] = badge_of_state(each)
        uploads = self.access.everywhere(Role.PLANNER) or planned_institutions(self.access)
        return self.show(listed=imports, states=ImportState.choices, asked=question, uploads=uploads)


def badge_of_state(source: dict[str, Any]) -> tuple[str, str]:
    """Return class and text of the badge of what became of a document."""
    state = ImportState(source["status"])
    return _BADGES[state], str(state.label)


class OfImport(Page):
    """A page of the document that its address names by `source`; what the API refuses of it is refused here too."""

    @cached_property
    def source(self) -> dict[str, Any]:
        """The document with its diagnosis, as the API shows it, without its rows."""
        return self.read_rows(0)

    def read_rows(self, limit: int, **asked: Any) -> dict[str, Any]:
        """Return the document with some of its rows; `asked` is called as in the API, without `rows_`."""
        question = {f"rows_{name}": value for name, value in asked.items()}
        found = self.api.get(f"/imports/{self.kwargs['source']}/", rows_limit=limit, **question)
        found["badge"] = badge_of_state(found)
        return found

    def read_page(self, page: str, size: int, **asked: Any) -> dict[str, Any]:
        """Read the document with the rows of a page of those that fit, and return that page as `{% pager %}` takes it.

        Beyond the last page it is that one, which takes a second question.
        """
        wanted = part_of(MOST_ROWS, page, size)["offset"]
        self.source = self.read_rows(size, offset=wanted, **asked)
        part = part_of(self.source["row_counts"]["found"], page, size)
        if part["offset"] != wanted:
            self.source = self.read_rows(size, offset=part["offset"], **asked)
        return {**part, "results": self.source["rows"]}


class ImportPage(OfImport):
    """How a document was read, what it would change or changed, and its rows."""

    template_name = "activities/import.html"

    def get(self, request: HttpRequest, source: int) -> HttpResponse:
        shown = self.read_page(request.GET.get("page", ""), _PAGE, **self._asked)
        for row in shown["results"]:
            row["badge"] = (_READINGS[row["status"]], RowStatus(row["status"]).label)
            row["months"] = list(zip(row["programmed"], row["executed"], strict=True))
        application = self.source["application"]
        made = application["changes"] if application else self.source["summary"]["changes"]
        kept = (application or self.source)["conflicts"]
        return self.show(
            source=self.source,
            original=f"/imports/{source}/file/",
            table=f"/imports/{source}/",
            asked={f"rows_{name}": value for name, value in self._asked.items()},
            columns=[(title, NAMES.get(meaning, meaning)) for title, meaning in self.source["columns"].items()],
            months=MONTHS,
            rows=shown,
            tabs=self._tabs(),
            changes=changes_in_words(made),
            conflicts=[each | {"detail": for_people(each["detail"])} for each in kept],
        )

    @property
    def _reading(self) -> str:
        return self.request.GET.get("lectura", "")

    @property
    def _asked(self) -> dict[str, Any]:
        """What the API is asked of rows."""
        if self._reading in _KINDS:
            return {self._reading: True}
        return {"status": self._reading} if self._reading in RowStatus.values else {}

    def _tabs(self) -> list[dict[str, Any]]:
        """Return the choices of rows, with how many each has."""
        summary, kinds = self.source["summary"], self.source["row_counts"]
        counts = [("", "Todas", summary["rows"]), *((name, label, kinds[name]) for name, label in _KINDS.items())]
        if self.source["application"]:
            counts.pop()  # nothing can be chosen any more
        counts += [(value, label, summary[value]) for value, label in RowStatus.choices]
        return [
            {"value": value, "label": label, "count": count, "open": value == self._reading}
            for value, label, count in counts
            if count or not value
        ]
