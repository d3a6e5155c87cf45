"""Pages on which people type much: what was sent comes back where it could not be taken.

Where the session ended, or the database does not answer, it comes back in a page that asks nothing and sends it again.
Where the form is of an earlier session, the page's own view shows it again and does nothing else.
"""

from collections.abc import Callable
from typing import Any

from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from rest_framework.authentication import CSRFCheck

from poi_api.database.interruptions import interruption
from units.pages.page import Page
from units.pages.refusals import csrf_failure

_ENDED = (
    "Su sesión terminó y no se guardó nada. Lo que escribió sigue en esta página: no la cierre, entre de nuevo en otra "
    "pestaña y después vuelva aquí y continúe."
)
_NOT_NOW = "No se pudo guardar ahora. Lo que escribió sigue en esta página: no la cierre y envíelo de nuevo."
_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - a name
AGAIN = "No se guardó todavía, porque entró de nuevo mientras escribía. Lo que escribió está aquí: revíselo y guárdelo."


class TypingPage(Page):
    """A page whose form comes back with all that was typed.

    `is_stale` tells the view that a form was of an earlier session: it shows what was typed, with AGAIN, and does
    nothing else, as the API too would refuse. A form of another site is refused as on every page.
    """

    is_stale = False

    @classmethod
    def as_view(cls, **initial: Any) -> Callable[..., HttpResponseBase]:
        return csrf_exempt(super().as_view(**initial))  # `dispatch` looks at the token itself

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return super().dispatch(request, *args, **kwargs)
        reason = _flaw_of_token(request)
        if reason and not _is_of_this_site(request, reason):
            return csrf_failure(request, reason)
        try:
            if not request.user.is_authenticated:
                return _held(request, 401, "Su sesión terminó", _ENDED)
            self.is_stale = bool(reason)
            return super().dispatch(request, *args, **kwargs)
        except Error as error:
            said = interruption(error)
            if said is None:
                raise
            return _held(request, 503, "Ahora no se puede guardar", _NOT_NOW, said.retry_after)


def _flaw_of_token(request: HttpRequest) -> str:
    """Return what Django has against the form's token, empty if nothing; a good one it notes in the request."""
    check: Any = CSRFCheck(lambda _: HttpResponse())
    return str(check.process_view(request, None, (), {}) or "")


def _is_of_this_site(request: HttpRequest, reason: str) -> bool:
    """Tell whether the browser says that a form with a bad token came from a page of this site."""
    return "HTTP_ORIGIN" in request.META and not reason.startswith(("Origin", "Referer"))


def _held(request: HttpRequest, status: int, title: str, detail: str, wait: int | None = None) -> HttpResponse:
    """Return the page that holds what was sent and sends it again; it asks neither who it is nor the database."""
    typed = [(name, value) for name, values in request.POST.lists() if name != _TOKEN for value in values]
    entry = reverse("account_login") if status == 401 else ""
    shown = {"title": title, "detail": detail, "typed": typed, "log_in": entry, "address": request.get_full_path(),
             "csrf_token": get_token(request)}  # fmt: skip
    page = HttpResponse(render_to_string("pages/held.html", shown), status=status)
    page.headers["Cache-Control"] = "no-store"
    if wait is not None:
        page.headers["Retry-After"] = str(wait)
    return page
