"""Pages that say why something was not done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from poi_api.http.csrf import explanation


def refusal(request: HttpRequest, status: int, title: str, detail: str, *, wait: int | None = None) -> HttpResponse:
    """Return a page with the reason; `wait`, in seconds, tells machines too when to come again."""
    page = render(request, "pages/refusal.html", {"title": title, "detail": detail}, status=status)
    if wait is not None:
        page.headers["Retry-After"] = str(wait)
    return page


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for a form that Django took for somebody else's (CSRF_FAILURE_VIEW)."""
    return refusal(request, 403, "El formulario no se envió", explanation(reason, of_page=True))
