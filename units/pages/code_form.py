"""The form that asks for the code of the second step (MFA_FORMS)."""

from typing import Any

from allauth.core import context
from allauth.mfa.base import forms
from django import forms as django_forms
from django.core.exceptions import ValidationError

from units.pages.refusals import attempted
from units.services.account_events import own_act
from units.services.second_step import passes

LONGEST_CODE = 40  # characters, with the blanks that some telephones show
_UNREAD = "No se comprobó el código que escribió."
_WRONG = "El código no es correcto o ya se usó. Espere a que su teléfono muestre otro."


def code_field(label: str, help_text: str = "", *, autofocus: bool = False) -> django_forms.CharField:
    """Return the field for a code."""
    said = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": autofocus}
    return django_forms.CharField(
        label=label, help_text=help_text, max_length=LONGEST_CODE, widget=django_forms.TextInput(attrs=said)
    )


class CodeForm(forms.AuthenticateForm):
    """A code of the telephone or a recovery code; a wrong one counts as a wrong password does."""

    code = code_field(
        "Código", "Seis cifras que muestra su teléfono, o uno de sus códigos de recuperación.", autofocus=True
    )

    def clean_code(self) -> str:
        """Return the code, which is spent from now on. Raises ValidationError, or ImmediateHttpResponse unread."""
        request, code = context.request, str(self.cleaned_data["code"])

        def check() -> Any:
            with own_act(request, self.user):
                return passes(self.user, code)

        found = attempted(request, self.user.get_username(), check, "No se puede entrar ahora", _UNREAD)
        if found is None:
            raise ValidationError(_WRONG)
        self.authenticator = found
        return code
