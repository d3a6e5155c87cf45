"""The forms of the pages of accounts (ACCOUNT_FORMS)."""

from typing import Any

from allauth.account import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest, HttpResponse

from units.access.sessions import begin

LONGEST_PASSWORD = 1000  # characters


class LoginForm(forms.LoginForm):
    """User name and password, in words of ours."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for name, label in (("login", "Usuario"), ("password", "Contraseña")):
            field: Any = self.fields[name]
            field.label = label
            field.widget.attrs.pop("placeholder", None)
        password: Any = self.fields["password"]
        password.validators.append(MaxLengthValidator(LONGEST_PASSWORD))
        password.widget.attrs["maxlength"] = LONGEST_PASSWORD

    def login(self, request: HttpRequest, redirect_url: str | None = None) -> HttpResponse:
        """Log in, or go on to the second step, for which there is not much time.

        The session's end is set last, because allauth sets one that moves on with each use.
        """
        answer: HttpResponse = super().login(request, redirect_url)
        if request.user.is_authenticated:
            begin(request.session)
        else:
            request.session.set_expiry(settings.ACCOUNT_LOGIN_TIMEOUT)
        return answer
