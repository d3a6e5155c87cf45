"""The page to which a one-time link leads: its person chooses a password there."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.views import View

from units.choices import AccountEventKind
from units.pages.forms import ChosenPasswordForm
from units.pages.refusals import refusal
from units.services.account_events import note, own_act
from units.services.institution_links import unlink_institution
from units.services.people import invited_by, spend_link

_VOID = "El enlace ya se usó, venció o fue reemplazado por otro. Pida uno nuevo a quien planifica en su institución."


class InvitationView(View):
    """Opening the link changes nothing; sending the form spends it."""

    def get(self, request: HttpRequest, secret: str) -> HttpResponse:
        person = invited_by(secret)
        return self._void() if person is None else self._page(ChosenPasswordForm(person))

    def post(self, request: HttpRequest, secret: str) -> HttpResponse:
        person = invited_by(secret)
        if person is None:
            return self._void()
        form: Any = ChosenPasswordForm(person, request.POST)
        if not form.is_valid():
            return self._page(form, 400)
        with own_act(request, person):
            if not spend_link(secret):
                return self._void()
            form.save()
            note(person, AccountEventKind.PASSWORD_CHOSEN)
            unlink_institution(person)  # whoever linked it may be why there is a new link
        messages.success(request, "Su contraseña quedó guardada. Ya puede entrar.")
        return HttpResponseRedirect(reverse("account_login"))

    def _page(self, form: Any, status: int = 200) -> HttpResponse:
        answer = render(self.request, "account/invitation.html", {"form": form, "person": form.user}, status=status)
        add_never_cache_headers(answer)
        return answer

    def _void(self) -> HttpResponse:
        return refusal(self.request, 410, "El enlace ya no vale", _VOID)
