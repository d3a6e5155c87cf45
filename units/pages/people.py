"""The people who work here: who has which role where, and who is new."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy

from units.access.accounts import accounts_where, with_words
from units.choices import Role
from units.models import Unit
from units.pages.options import FilterForm, code_field, options_of, scope_field, scope_of
from units.pages.page import Page, ShownOncePage
from units.pages.page_form import PageForm
from units.services.people import create_person, new_link

_ROWS = 50


class PeoplePage(Page):
    """One row for each role that a person holds, in the units that the asker plans for."""

    template_name, title, least_role = "pages/people.html", "Personas", Role.PLANNER

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = self.asked("search", "within", "role", "page")
        held = self.api.get("/memberships/", limit=_ROWS, **asked)
        accounts = User.objects.select_related("invitation").in_bulk([row["user"]["id"] for row in held["results"]])
        for row in held["results"]:
            row["account"] = accounts[row["user"]["id"]]
        without_role = self._without_role(asked.get("search", ""))
        filters = FilterForm(role_filters(self), asked)
        return self.show(listed=held, asked=asked, filters=filters, without_role=without_role)

    def _without_role(self, search: str) -> list[User]:
        """Return those without any role who are called so, of whom only the installation's planners know."""
        if not self.access.everywhere(Role.PLANNER):
            return []
        idle = accounts_where(self.access, Role.PLANNER).filter(memberships=None, is_superuser=False)
        return list(with_words(idle, search).order_by("username")[:_ROWS])


def role_filters(page: Page) -> dict[str, forms.Field]:
    """Return the filters of a list of roles: those of people, or those of keys."""
    return {
        "search": forms.CharField(label="Buscar", max_length=200),
        "within": code_field("Unidad", options_of(page.api, "/units/"), blank="Todas"),
        "role": forms.ChoiceField(label="Rol", choices=[("", "Todos"), *Role.choices]),
    }


class RoleForm(PageForm):
    """A role, and where it holds."""

    role = forms.ChoiceField(label="Rol", choices=Role.choices)

    def __init__(self, *typed: Any, page: Page, **more: Any) -> None:
        super().__init__(*typed, **more)
        self.fields["unit"] = scope_field(page)
        self.order_fields(self.field_order)


class InvitationForm(RoleForm):
    """Who comes, with which role where."""

    field_order = ("name", "full_name")
    name = forms.RegexField(
        UnicodeUsernameValidator.regex, label="Usuario", max_length=150,
        help_text="Con él entra: letras, números y . - _ como en «mquispe».",
        error_messages={"invalid": "Use letras, números y . - _ @ +, sin espacios: como «mquispe»."},
    )  # fmt: skip
    full_name = forms.CharField(label="Nombres y apellidos", max_length=150)


class InvitePage(ShownOncePage):
    """Making a person's account, whose one-time link is shown to who made it."""

    form_class = InvitationForm
    said = "Se crea su cuenta con un rol, y usted recibe un enlace para hacérselo llegar: con él elige su contraseña."
    title, button, back = "Invitar a una persona", "Crear la cuenta y el enlace", reverse_lazy("people")
    least_role = Role.PLANNER

    def save(self, form: PageForm) -> str:
        said = form.cleaned_data
        with self.recorded():
            role, unit = Role(said["role"]), self._unit(said["unit"])
            person = create_person(
                name=said["name"], full_name=said["full_name"], role=role, unit=unit, granted_by=self.access
            )
            secret = new_link(person)
        return self.show_once(**link_for(self, person, secret))

    def _unit(self, code: str) -> Unit | None:
        """Return the unit that was chosen, which the API knows to be one that the person sees."""
        if scope_of(code) is None:
            return None
        found = self.api.get("/units/", code=code, fields="id")
        return Unit.objects.get(pk=found["results"][0]["id"])


def link_for(page: Page, person: User, secret: str) -> dict[str, Any]:
    """Return what is shown once of a person's new link."""
    name = person.get_full_name() or person.get_username()
    return {
        "title": f"Enlace de {name}",
        "secret": page.request.build_absolute_uri(reverse("invitation", args=[secret])),
        "detail": f"Hágaselo llegar solo a {name}: con él elige su contraseña y después entra como "
        f"«{person.get_username()}». Vale 24 horas y una sola vez.",
        "back": reverse("person", args=[person.pk]),
    }
