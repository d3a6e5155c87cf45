"""Changing one's own password in the administration, where the old one is asked for."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponseBase

from units.access.attempts import AttemptRefused, address_of, attempt
from units.pages.refusals import attempt_refused

_page = admin.site.admin_view(admin.site.password_change)


def password_change(request: HttpRequest) -> HttpResponseBase:
    """Return the page of Django's; a form that is sent is an attempt, as at the log-in, unless the change is made."""
    if request.method != "POST" or not admin.site.has_permission(request):
        return _page(request)
    answers: list[HttpResponseBase] = []

    def check() -> bool | None:
        answers.append(_page(request))
        return answers[0].status_code == 302 or None

    try:
        attempt(address_of(request), request.user.get_username(), check)
    except AttemptRefused as refused:
        return attempt_refused(request, refused, "No se puede cambiar la contraseña ahora")
    return answers[0]
