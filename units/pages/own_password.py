"""Pages of one's own account on which one's password says that it is oneself."""

from typing import Any, ClassVar

from django import forms
from django.core.validators import MaxLengthValidator
from django.urls import reverse_lazy

from poi_api.http.exceptions import Invalid
from units.pages.forms import LONGEST_PASSWORD
from units.pages.page import OneActPage
from units.pages.page_form import PageForm
from units.pages.refusals import attempted


class PasswordForm(PageForm):
    """One's password, without which nothing changes: whoever finds a session open does not know it."""

    password = forms.CharField(
        label="Contraseña",
        strip=False,
        validators=[MaxLengthValidator(LONGEST_PASSWORD)],
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class OwnPasswordPage(OneActPage):
    """A form on one's own account, for who has no role yet too; a wrong password counts as at the log-in."""

    needs_role, width = False, "narrow"
    back = reverse_lazy("own_account")
    form_class: ClassVar[type[PageForm]] = PasswordForm
    refused_title: ClassVar[str]

    def require_password(self, form: PageForm) -> None:
        """Raise Invalid unless one's password was typed, ImmediateHttpResponse where it was not looked at."""
        person: Any = self.request.user

        def check() -> bool | None:
            return person.check_password(form.cleaned_data["password"]) or None

        if not attempted(self.request, person.get_username(), check, self.refused_title):
            raise Invalid("wrong_password", "La contraseña no es correcta.", field="password")
