"""What one may look at and change of one's own account."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy

from units.access.sessions import end_all
from units.choices import AccountEventKind
from units.models import AccountEvent
from units.pages.account_story import story_of
from units.pages.page import OneActPage, Page
from units.pages.page_form import NoForm, PageForm
from units.services.account_events import note
from units.services.institution_links import institution_link
from units.services.second_step import codes_left, has_second_step


class OwnAccountPage(Page):
    """How one comes in, and what happened to one's account; for who has no role yet too."""

    template_name, needs_role, width = "account/own_account.html", False, "middle"

    def get(self, request: HttpRequest) -> HttpResponse:
        person: Any = request.user
        return self.show(
            second_step=has_second_step(person),
            codes_left=codes_left(person),
            linked=institution_link(person, settings.OIDC_ISSUER),
            story=story_of(AccountEvent.objects.filter(user=person)),
        )


class EndSessionsPage(OneActPage):
    """Ending all of one's sessions but this one. No password is asked for: it opens nothing to who ends them."""

    title, button, form_class = "Cerrar mis otras sesiones", "Cerrar las otras", NoForm
    said = "Quien use su cuenta en otro equipo o navegador tendrá que entrar de nuevo. Esta sesión sigue."
    needs_role, width, back = False, "narrow", reverse_lazy("own_account")

    def save(self, form: PageForm) -> str:
        person: Any = self.request.user
        with self.recorded():
            end_all(person, but=self.request.session.session_key)
            note(person, AccountEventKind.SESSIONS_ENDED)
        return self.told("Sus otras sesiones quedaron cerradas.", str(self.back))
