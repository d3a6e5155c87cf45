"""Pages that say why something was not done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from poi_api.http import problems
from poi_api.http.csrf import explanation
from units.access.attempts import AttemptRefused

_AGAIN = "Vuelva a intentarlo en {wait}. No se comprobó la contraseña que escribió."


def refusal(request: HttpRequest, status: int, title: str, detail: str, *, wait: int | None = None) -> HttpResponse:
    """Return a page with the reason; `wait`, in seconds, tells machines too when to come again."""
    page = render(request, "pages/refusal.html", {"title": title, "detail": detail}, status=status)
    if wait is not None:
        page.headers["Retry-After"] = str(wait)
    return page


def attempt_refused(request: HttpRequest, refused: AttemptRefused, title: str) -> HttpResponse:
    """Return the page for a password that was not looked at."""
    detail = f"{refused.detail} {_AGAIN.format(wait=_in_words(refused.wait))}"
    return refusal(request, 429, title, detail, wait=refused.wait)


def _in_words(seconds: int) -> str:
    if seconds == 1:
        return "1 segundo"
    return f"{seconds} segundos" if seconds < 100 else f"{-(-seconds // 60)} minutos"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for a form that Django took for somebody else's (CSRF_FAILURE_VIEW)."""
    return refusal(request, 403, "El formulario no se envió", explanation(reason, of_page=True))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the 403 of what is not for this person (`handler403`): a page, but a problem to programs."""
    if request.path_info.startswith("/api/"):
        return problems.permission_denied(request, exception)
    detail = "Su cuenta no tiene permiso para esta página. Si le hace falta, pídalo a quien administra el servicio."
    return refusal(request, 403, "No puede entrar aquí", detail)
