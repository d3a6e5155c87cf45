"""Forms after which something is shown that nobody can see again: a link for a password, a machine's key."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from units.pages.page import FormPage, done


class ShownOncePage(FormPage):
    """A form whose success is shown at once, on a page that is not kept: `save` returns `self.show_once(…)`."""

    _shown: dict[str, Any]

    def show_once(self, **shown: Any) -> str:
        """Keep what the answer shows: `title`, `secret`, `detail`, and `back`, which is returned."""
        self._shown = shown
        return str(shown["back"])

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST)
        goes_on, status = done(form, self.save)
        if not goes_on:
            return self.show(status, form=form, **self.context())
        return render(request, "pages/shown_once.html", {"page": self, **self._shown})
