"""The forms of the pages of accounts (ACCOUNT_FORMS)."""

from typing import Any

from allauth.account import forms
from django.conf import settings
from django.contrib.auth import forms as auth
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


class _TwiceTyped:
    """A new password that is typed twice, in words of ours."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["new_password2"].label = "Contraseña nueva, otra vez"
        self.fields["new_password2"].help_text = ""


class ChosenPasswordForm(_TwiceTyped, auth.SetPasswordForm):
    """A password for who has none yet, or a new one by a link."""


class ChangedPasswordForm(_TwiceTyped, auth.PasswordChangeForm):
    """Another password than one's own, which is typed too."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["old_password"].label = "Contraseña actual"
