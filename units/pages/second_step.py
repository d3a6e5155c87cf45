"""One's own second step of logging in: switching it on with a telephone, new recovery codes, switching it off."""

from typing import Any

from allauth.mfa.adapter import get_adapter
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.safestring import mark_safe

from poi_api.http.exceptions import Invalid
from units.pages.code_form import code_field
from units.pages.own_password import OwnPasswordPage, PasswordForm
from units.pages.page import ShownOncePage
from units.pages.page_form import PageForm
from units.services.second_step import has_second_step, new_secret, period_of, renew_codes, switch_off, switch_on

_SECRET = "second_step_secret"  # noqa: S105 - in a session: what the telephone is shown until it is confirmed
_WRONG = "El código no es el que muestra el teléfono ahora. Revise que la hora del teléfono sea la correcta."


class SwitchOnForm(PasswordForm):
    """A first code, which shows that the telephone has the secret, and one's password."""

    code = code_field("Código que muestra el teléfono")
    field_order = ("code", "password")


class _CodesOncePage(OwnPasswordPage, ShownOncePage):
    """A form after which recovery codes are shown, once."""

    shown_template = "account/recovery_codes.html"


class SwitchOnPage(_CodesOncePage):
    """A secret for one's telephone, as a drawing and typed, and the form that confirms it."""

    template_name, form_class = "account/second_step_on.html", SwitchOnForm
    title, button, width = "Activar el segundo paso", "Activar", "middle"
    refused_title = "No se puede activar el segundo paso ahora"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if has_second_step(request.user):  # type: ignore[arg-type]
            return HttpResponseRedirect(reverse("own_account"))
        return super().get(request, *args, **kwargs)

    @property
    def secret(self) -> str:
        """The secret, the same until it is confirmed: who opens it on a telephone comes back to this page."""
        kept: str = self.request.session.setdefault(_SECRET, new_secret())
        self.request.session.modified = True
        return kept

    def context(self) -> dict[str, Any]:
        secret, drawn = self.secret, get_adapter()
        address = drawn.build_totp_url(self.request.user, secret)
        svg = drawn.build_totp_svg(address).partition("?>")[2]
        groups = [secret[start : start + 4] for start in range(0, len(secret), 4)]
        return {"svg": mark_safe(svg), "address": address, "secret": " ".join(groups)}  # noqa: S308 - drawn by qrcode

    def save(self, form: PageForm) -> str:
        secret = self.secret
        period = period_of(secret, form.cleaned_data["code"])
        if period is None:
            raise Invalid("wrong_code", _WRONG, field="code")
        self.require_password(form)
        with self.recorded():
            codes = switch_on(self.request.user, secret, period)  # type: ignore[arg-type]
        del self.request.session[_SECRET]
        return self.show_once(codes=codes, back=reverse("own_account"))


class RenewCodesPage(_CodesOncePage):
    """New recovery codes in the place of those before."""

    said = "Los de antes dejan de valer."
    title, button = "Renovar los códigos de recuperación", "Renovar"
    refused_title = "No se pueden renovar los códigos ahora"

    def save(self, form: PageForm) -> str:
        self.require_password(form)
        with self.recorded():
            codes = renew_codes(self.request.user)  # type: ignore[arg-type]
        return self.show_once(codes=codes, back=reverse("own_account"))


class SwitchOffPage(OwnPasswordPage):
    """Switching one's own second step off."""

    said = "Entrará solo con su contraseña. Sus códigos de recuperación dejan de valer."
    title, button, danger = "Desactivar el segundo paso", "Desactivar", True
    refused_title = "No se puede desactivar el segundo paso ahora"

    def save(self, form: PageForm) -> str:
        self.require_password(form)
        with self.recorded():
            switch_off(self.request.user)  # type: ignore[arg-type]
        return self.told("Desde ahora entra solo con su usuario y su contraseña.", reverse("own_account"))
