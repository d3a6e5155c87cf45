"""Pages that say why something was not done."""

import json
from collections.abc import Callable, Sequence
from typing import Any, cast

from allauth.core.exceptions import ImmediateHttpResponse
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import escape_leading_slashes

from poi_api.http import problems
from poi_api.http.csrf import explanation
from units.access.attempts import AttemptRefused, address_of, attempt
from units.access.middleware import ContentPolicy
from units.pages.api import Problem
from units.pages.planners import who_gives_roles

_UNREAD = "No se comprobó la contraseña que escribió."
# What to do about what the detail does not say it of, by status
_TO_DO = {
    400: "Recargue la página y vuelva a enviarla.",
    408: "No se guardó nada. Vuelva a enviarlo, con una conexión más rápida si puede.",
    413: "No se guardó nada. De una vez se pueden enviar hasta 10 MB: quite del archivo lo que no haga falta, "
    "como imágenes y otras hojas.",
    500: "Vuelva a intentarlo en un momento.",
}


def refusal(
    request: HttpRequest, status: int, title: str, detail: str, *, wait: int | None = None, reasons: Sequence[str] = ()
) -> HttpResponse:
    """Return a page with the reason, or several; `wait`, in seconds, tells machines too when to come again."""
    said = {"title": title, "detail": detail, "reasons": reasons}
    page = render(request, "pages/refusal.html", said, status=status)
    if wait is not None:
        page.headers["Retry-After"] = str(wait)
    return page


def refused(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return the page for what the API refused, with its status and its words."""
    details = [item["detail"] for item in problem.items]
    return refusal(request, problem.status, problem.title, problem.detail, reasons=details if len(details) > 1 else ())


def no_role(request: HttpRequest) -> HttpResponse:
    """Return the page for who has no role yet, with the names of some who can give one."""
    detail = "Su cuenta existe, pero aún no tiene un rol en ninguna unidad. Pídalo a quien planifica en su institución."
    return refusal(request, 403, "Aún no tiene un rol", detail, reasons=who_gives_roles())


def attempt_refused(request: HttpRequest, refused: AttemptRefused, title: str, unread: str = _UNREAD) -> HttpResponse:
    """Return the page for a password that was not looked at, or what else of the attempt was `unread`."""
    detail = f"{refused.detail} Vuelva a intentarlo en {_in_words(refused.wait)}. {unread}".strip()
    return refusal(request, 429, title, detail, wait=refused.wait)


def attempted(request: HttpRequest, name: str, check: Callable[[], Any], title: str, unread: str = _UNREAD) -> Any:
    """Return what `check` finds, as `attempt` does. Raises ImmediateHttpResponse with the page for one refused."""
    try:
        return attempt(address_of(request), name, check)
    except AttemptRefused as refused:
        raise ImmediateHttpResponse(attempt_refused(request, refused, title, unread)) from refused


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
    detail = "Su cuenta no tiene permiso para esta página. Si lo necesita, pídalo a quien planifica en su institución."
    return refusal(request, 403, problems.TITLES[403], detail)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the 404 of an address that there is not (`handler404`): a page to a browser, else a problem."""
    if not _wants_a_page(request):
        return problems.not_found(request, exception)
    return refusal(request, 404, problems.TITLES[404], "No hay ninguna página en esta dirección.")


def shown(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Return the middleware that shows a person as a page what is a problem to programs (PROBLEM_PAGES)."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        said = get_response(request)
        is_problem = said.headers.get("Content-Type") == problems.MEDIA_TYPE
        return _page_of(request, said) if is_problem and _wants_a_page(request) else said

    return answer


def _page_of(request: HttpRequest, problem: Any) -> HttpResponseBase:
    """Return the page, which asks nothing, for what failed may be the database, and needs no thread."""
    status, back = problem.status_code, escape_leading_slashes(request.get_full_path())
    said = json.loads(problem.content)
    context = {"title": said["title"], "detail": said["detail"], "to_do": _TO_DO.get(status), "back": back}
    page = HttpResponse(render_to_string("pages/failure.html", context), status=status)
    page.headers["Content-Length"] = str(len(page.content))
    for name in {"Retry-After", "Connection"} & {*problem.headers}:
        page.headers[name] = problem.headers[name]
    return cast(HttpResponseBase, ContentPolicy(lambda _: page)(request))


def _wants_a_page(request: HttpRequest) -> bool:
    """Tell whether a browser opens an address that is not the API's."""
    return not request.path_info.startswith("/api/") and "text/html" in request.META.get("HTTP_ACCEPT", "")
