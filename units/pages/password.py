"""Changing one's own password, where the old one is asked for."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse_lazy

from units.choices import AccountEventKind
from units.pages.forms import ChangedPasswordForm
from units.pages.refusals import attempted
from units.services.account_events import note, own_act


class _Change(PasswordChangeView):
    template_name, form_class = "account/password_change.html", ChangedPasswordForm
    success_url = reverse_lazy("home")

    def form_valid(self, form: PasswordChangeForm) -> HttpResponse:
        messages.success(self.request, "Su contraseña quedó cambiada.")
        with own_act(self.request, form.user):
            note(form.user, AccountEventKind.PASSWORD_CHANGED)
            return super().form_valid(form)


_page = _Change.as_view()


@login_required
def password_change(request: HttpRequest) -> HttpResponseBase:
    """Return the page; a form that is sent is an attempt, as at the log-in, unless the change is made."""
    if request.method != "POST":
        return _page(request)
    answers: list[HttpResponseBase] = []

    def check() -> bool | None:
        answers.append(_page(request))
        return answers[0].status_code == 302 or None

    attempted(request, request.user.get_username(), check, "No se puede cambiar la contraseña ahora")
    return answers[0]
