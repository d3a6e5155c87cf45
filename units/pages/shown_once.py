"""Forms after which something is shown that nobody can see again: a link for a password, a machine's key."""

from typing import Any, ClassVar

from django.http import HttpResponse
from django.shortcuts import render

from units.pages.page import OneActPage


class ShownOncePage(OneActPage):
    """A form whose success is shown at once, on a page that is not kept: `save` returns `self.show_once(…)`."""

    shown_template: ClassVar[str] = "pages/shown_once.html"
    _shown: dict[str, Any]

    def show_once(self, **shown: Any) -> str:
        """Keep what the answer shows: `title`, `secret`, `detail`, and `back`, which is returned."""
        self._shown = shown
        return str(shown["back"])

    def leave(self, address: str) -> HttpResponse:
        return render(self.request, self.shown_template, {"page": self, **self._shown})
