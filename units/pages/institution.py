"""Coming in by the institution's own log-in, and linking it to one's account; there only where settings name it."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views import View
from requests import RequestException

from units.access.attempts import TooManyStarts, address_of, count_start
from units.pages.institution_link import Unintelligible, failed_there
from units.pages.own_password import OwnPasswordPage
from units.pages.page_form import PageForm
from units.pages.refusals import attempt_refused
from units.services.account_events import own_act
from units.services.institution_links import already_linked, institution_link, unlink_institution

_THERE_AND_BACK = 10 * 60  # seconds that a session lasts of who is not logged in yet


class _OfInstitution(View):
    """Is not there where the settings name no institution, and tells of a log-in that does not answer as it should."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.OIDC_ISSUER:
            raise Http404
        try:
            answer = super().dispatch(request, *args, **kwargs)
        except (RequestException, Unintelligible) as failure:
            answer = failed_there(request, failure)
        add_never_cache_headers(answer)
        return answer


class EnterView(_OfInstitution):
    """Sends who wants to come in to the institution."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            count_start(address_of(request))
        except TooManyStarts as refused:
            return attempt_refused(request, refused, f"No se puede entrar con {settings.OIDC_NAME} ahora", unread="")
        if not request.user.is_authenticated:
            request.session.set_expiry(_THERE_AND_BACK)
        return _send_there(request, AuthProcess.LOGIN, get_next_redirect_url(request))


class CallbackView(_OfInstitution):
    """Whom the institution sends back comes in, or is linked."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        view = OAuth2CallbackView.adapter_view(_institution(request).get_oauth2_adapter(request))
        answer: HttpResponse = view(request)
        return answer


class AccessPage(_OfInstitution, OwnPasswordPage):
    """How oneself comes in by the institution; one's password links its account to one's own."""

    template_name = "account/own_access.html"
    button = "Vincular"
    refused_title = "No se puede vincular la cuenta ahora"

    @property
    def title(self) -> str:
        return f"Cuenta de {settings.OIDC_NAME}"

    def context(self) -> dict[str, Any]:
        return {"linked": self._link(), "institution": settings.OIDC_NAME}

    def save(self, form: PageForm) -> str:
        if self._link():
            raise already_linked(settings.OIDC_NAME)
        self.require_password(form)
        return reverse("own_access")

    def leave(self, address: str) -> HttpResponse:
        return _send_there(self.request, AuthProcess.CONNECT)

    def _link(self) -> Any:
        return institution_link(self.request.user, settings.OIDC_ISSUER)  # type: ignore[arg-type]


class UnlinkView(LoginRequiredMixin, _OfInstitution):
    """Takes one's own link away."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        person: Any = request.user
        with own_act(request, person):
            unlink_institution(person)
        messages.success(request, "Desde ahora entra solo con su usuario y su contraseña.")
        return HttpResponseRedirect(reverse("own_access"))


def _institution(request: HttpRequest) -> Any:
    return get_adapter(request).get_provider(request, settings.OIDC_ISSUER)


def _send_there(request: HttpRequest, process: str, next_url: str | None = None) -> HttpResponse:
    """Return a page that leads to the institution by itself.

    It is no redirect, for browsers hold where a form leads, and all that its answer leads to, against the page's
    content policy, and who knows how many hosts an institution's log-in goes through.
    """
    answer: HttpResponse = _institution(request).redirect(request, process, next_url)
    there = {"address": answer["Location"], "institution": settings.OIDC_NAME}
    return render(request, "account/to_institution.html", there)
