"""Changing one's own password, where the old one is asked for."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy

from units.choices import AccountEventKind
from units.pages.forms import ChangedPasswordForm
from units.pages.refusals import attempted
from units.services.account_events import note, own_act


class PasswordPage(PasswordChangeView):
    """Django's own; a form that is sent is an attempt, as at the log-in, unless the change is made."""

    template_name, form_class = "pages/one_act.html", ChangedPasswordForm
    success_url = reverse_lazy("home")
    title, button, back, width = "Cambiar mi contraseña", "Cambiar", reverse_lazy("own_account"), "narrow"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(page=self, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        answers: list[HttpResponse] = []

        def check() -> bool | None:
            answers.append(super(PasswordPage, self).post(request, *args, **kwargs))
            return answers[0].status_code == 302 or None

        attempted(request, request.user.get_username(), check, "No se puede cambiar la contraseña ahora")
        return answers[0]

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        messages.success(self.request, "Su contraseña quedó cambiada.")
        with own_act(self.request, form.user):
            note(form.user, AccountEventKind.PASSWORD_CHANGED)
            return super().form_valid(form)
