"""Coming in by the institution's own log-in, and linking it to one's account; there only where settings name it."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base.constants import AuthProcess
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.validators import MaxLengthValidator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views import View
from requests import RequestException

from units.access.attempts import AttemptRefused, address_of, attempt
from units.pages.forms import LONGEST_PASSWORD
from units.pages.institution_link import unreachable
from units.pages.refusals import attempt_refused
from units.services.people import unlink_institution

_THERE_AND_BACK = 10 * 60  # seconds that a session lasts of who is not logged in yet


class _OfInstitution(View):
    """Is not there where the settings name no institution."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.OIDC_ISSUER:
            raise Http404
        answer = super().dispatch(request, *args, **kwargs)
        add_never_cache_headers(answer)
        return answer


class EnterView(_OfInstitution):
    """Sends who wants to come in to the institution."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        if not request.user.is_authenticated:
            request.session.set_expiry(_THERE_AND_BACK)
        return _send_there(request, AuthProcess.LOGIN, get_next_redirect_url(request))


class CallbackView(_OfInstitution):
    """Whom the institution sends back comes in, or is linked."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest) -> HttpResponse:
        answer: HttpResponse = OAuth2CallbackView.adapter_view(_institution(request).get_oauth2_adapter(request))(
            request
        )
        return answer


class PasswordForm(forms.Form):
    """One's password, which says that it is oneself who links an account."""

    password = forms.CharField(
        label="Contraseña",
        strip=False,
        validators=[MaxLengthValidator(LONGEST_PASSWORD)],
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class AccessPage(LoginRequiredMixin, _OfInstitution):
    """How oneself comes in; one's password links the institution's account to one's own."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self._page(PasswordForm())

    def post(self, request: HttpRequest) -> HttpResponse:
        """Count what was typed as an attempt, as at the log-in, and send there whose password it is."""
        form = PasswordForm(request.POST)
        if not form.is_valid():
            return self._page(form, 400)
        person: Any = request.user

        def check() -> bool | None:
            return person.check_password(form.cleaned_data["password"]) or None

        try:
            right = attempt(address_of(request), person.get_username(), check)
        except AttemptRefused as refused:
            return attempt_refused(request, refused, "No se puede vincular la cuenta ahora")
        if not right:
            form.add_error("password", "La contraseña no es correcta.")
            return self._page(form, 400)
        return _send_there(request, AuthProcess.CONNECT)

    def _page(self, form: PasswordForm, status: int = 200) -> HttpResponse:
        linked = SocialAccount.objects.filter(user_id=self.request.user.pk, provider=settings.OIDC_ISSUER).first()
        shown = {"form": form, "linked": linked, "institution": settings.OIDC_NAME}
        return render(self.request, "account/own_access.html", shown, status=status)


class UnlinkView(LoginRequiredMixin, _OfInstitution):
    """Takes one's own link away."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        unlink_institution(request.user)  # type: ignore[arg-type]
        messages.success(request, "Desde ahora entra solo con su usuario y su contraseña.")
        return HttpResponseRedirect(reverse("own_access"))


def _institution(request: HttpRequest) -> Any:
    return get_adapter(request).get_provider(request, settings.OIDC_ISSUER)


def _send_there(request: HttpRequest, process: str, next_url: str | None = None) -> HttpResponse:
    """Return a page that leads to the institution by itself.

    It is no redirect, for browsers hold where a form leads, and all that its answer leads to, against the page's
    content policy, and who knows how many hosts an institution's log-in goes through.
    """
    try:
        answer: HttpResponse = _institution(request).redirect(request, process, next_url)
    except RequestException:
        return unreachable(request)
    there = {"address": answer["Location"], "institution": settings.OIDC_NAME}
    return render(request, "account/to_institution.html", there)
