"""Rows of a table that are saved one by one: what is good is saved, and what is not says why beside it."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect

from poi_api.http.problem_items import ErrorItem
from units.pages.api import Api, Problem
from units.pages.page_form import PageForm
from units.pages.typing_page import AGAIN, TypingPage
from units.requests.resources import content_etag

_CHANGED_SINCE = (
    "Alguien cambió esta fila mientras usted escribía: ahora dice {current}. Si guarda otra vez, queda lo suyo."
)
_NOT_SAVED = "Filas que no se guardaron: {}. Cada una está marcada y dice por qué."


class RowForm(PageForm):
    """A row: `row` is the object as the API shows it; `was` and `etag` say what the person saw when typing.

    A row is sent only where what is typed differs from what was seen.
    """

    was = forms.CharField(widget=forms.HiddenInput, required=False, strip=False)
    etag = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, row: dict[str, Any], typed: Any = None, **more: Any) -> None:
        self.row = row
        seen = {"was": self.text_of(self.values_of(row)), "etag": content_etag(row)}
        super().__init__(typed, prefix=f"r{row['id']}", initial={**self.values_of(row), **seen}, **more)

    def values_of(self, row: dict[str, Any]) -> dict[str, Any]:
        """Return what the fields hold of an object."""
        raise NotImplementedError

    def text_of(self, values: dict[str, Any]) -> str:
        """Return what the fields hold in one line, by which it is told whether anything was typed."""
        raise NotImplementedError

    def body(self) -> dict[str, Any]:
        """Return what is sent of a row that was typed in."""
        raise NotImplementedError

    @property
    def is_touched(self) -> bool:
        """Whether something was typed in the row, or something that cannot be read."""
        return not self.is_valid() or self.text_of(self.cleaned_data) != self.cleaned_data["was"]

    def say_changed(self, current: dict[str, Any]) -> None:
        """Say that the row was changed meanwhile, and hold on to what it is now."""
        self.add_error(None, _CHANGED_SINCE.format(current=self.text_of(self.values_of(current))))
        self.hold(etag=content_etag(current))

    def say_saved(self, row: dict[str, Any]) -> None:
        """Take the row as it was saved for what the person sees from now on."""
        self.hold(was=self.text_of(self.values_of(row)), etag=content_etag(row))

    def hold(self, **values: str) -> None:
        """Put values into fields as if they had been sent."""
        data: Any = self.data
        self.data = data.copy()
        self.data.update({self.add_prefix(name): value for name, value in values.items()})  # type: ignore[attr-defined]

    def say(self, items: Iterable[ErrorItem]) -> None:
        """Say errors of the API at the fields that they are about."""
        for item in items:
            self.add_error(self._field_of(item), item["detail"])


class RowsPage(TypingPage):
    """A page whose rows are saved one by one: in which list of the API, and what is said of one, and of several."""

    saved_in: ClassVar[str]
    told: ClassVar[tuple[str, str]]

    def shown(self, rows: Sequence[Any], status: int = 200) -> HttpResponse:
        """Return the page with these rows."""
        raise NotImplementedError

    def save(self, rows: Sequence[RowForm], back: str) -> HttpResponse:
        """Send each row that was typed in, and lead `back`; one that is refused says why, and keeps what was typed."""
        if self.is_stale:
            messages.warning(self.request, AGAIN)
            return self.shown(rows, 403)
        touched = [row for row in rows if row.is_touched]
        saved = sum(row.is_valid() and _is_saved(self.api, f"{self.saved_in}{row.row['id']}/", row) for row in touched)
        if saved:
            messages.success(self.request, self.told[saved > 1].format(saved))
        if saved == len(touched):
            return HttpResponseRedirect(back)
        messages.error(self.request, _NOT_SAVED.format(len(touched) - saved))
        return self.shown(rows, 400)


def _is_saved(api: Api, path: str, row: RowForm) -> bool:
    try:
        row.say_saved(api.patch(path, row.body(), if_match=row.cleaned_data["etag"]))
    except Problem as problem:
        if problem.status == 412:
            row.say_changed(problem.body["current"])
        else:
            row.say(problem.items)
        return False
    return True
