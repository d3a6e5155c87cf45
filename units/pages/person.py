"""A person: the roles that it holds, a new link for its password, locking its account and unlocking it."""

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse, reverse_lazy

from units.access.accounts import accounts_where
from units.choices import Role
from units.models import AccountEvent, Membership
from units.pages.account_story import story_of
from units.pages.options import scope_of
from units.pages.page import OneActPage, Page, ShownOncePage
from units.pages.page_form import NoForm, PageForm
from units.pages.people import RoleForm, link_for
from units.services.people import lock_person, manages, new_link, require_manages
from units.services.second_step import has_second_step, take_second_step


class OfPerson(Page):
    """A page of the person that its address names, for who plans where it holds a role; to others it is not there."""

    person: User

    def admits(self) -> bool:
        """Tell whether who asks plans where the person holds a role. Raises Http404 for one without any in sight."""
        self.person = get_object_or_404(accounts_where(self.access, Role.READER), pk=self.kwargs["person"])
        return accounts_where(self.access, Role.PLANNER).filter(pk=self.person.pk).exists()

    @property
    def name(self) -> str:
        return self.person.get_full_name() or self.person.get_username()

    @property
    def back(self) -> str:
        return reverse("person", args=[self.person.pk])


class PersonPage(OfPerson):
    """What is known of a person, and what may be done."""

    template_name = "pages/person.html"

    def get(self, request: HttpRequest, person: int) -> HttpResponse:
        held = Membership.objects.visible_to(self.access, Role.PLANNER).filter(user=self.person)
        return self.show(
            held=held.select_related("unit").order_by("unit__name_key"),
            manages=manages(self.access, self.person),
            is_own=self.person.pk == self.access.user_id,
            second_step=has_second_step(self.person),
            story=story_of(AccountEvent.objects.visible_to(self.access, Role.PLANNER).filter(user=self.person)),
        )


class GiveRolePage(OfPerson, OneActPage):
    """Giving a person a role on one more unit."""

    template_name, form_class = "pages/give_role.html", RoleForm
    title, button = "Dar un rol", "Dar el rol"

    def save(self, form: PageForm) -> str:
        said = form.cleaned_data
        body = {"user": self.person.get_username(), "role": said["role"], "unit": scope_of(said["unit"])}
        given = self.api.post("/memberships/", body)
        where = given["unit"]["name"] if given["unit"] else "toda la instalación"
        return self.told(f"{self.name} ya es {Role(given['role']).label} en {where}.", self.back)


class LinkForm(PageForm):
    """Whether who gets the link comes in without a second step too, whose telephone is lost."""

    take_second_step = forms.BooleanField(label="Quitar también su segundo paso: perdió su teléfono", required=False)


class TakeRolePage(OneActPage):
    """Taking a role away; what was done with it stays."""

    template_name, form_class = "pages/take_role.html", NoForm
    title, button, danger, back = "Retirar un rol", "Retirar el rol", True, reverse_lazy("people")

    def context(self) -> dict[str, Any]:
        return {"held": self.api.get(f"/memberships/{self.kwargs['membership']}/")}

    def save(self, form: PageForm) -> str:
        held = self.context()["held"]
        self.api.delete(f"/memberships/{held['id']}/")
        return self.told(f"{held['user']['name']} ya no tiene ese rol.", reverse("people"))


class NewLinkPage(OfPerson, ShownOncePage):
    """A new link by which a person chooses a password; the one before is void."""

    template_name = "pages/new_link.html"
    title, button = "Enlace nuevo", "Crear el enlace"

    def form(self, *typed: Any, **more: Any) -> PageForm:
        return (LinkForm if has_second_step(self.person) else NoForm)(*typed, **more)

    def save(self, form: PageForm) -> str:
        with self.recorded():
            require_manages(self.access, self.person)
            if form.cleaned_data.get("take_second_step"):
                take_second_step(person=self.person, access=self.access)
            secret = new_link(self.person)
        return self.show_once(**link_for(self, self.person, secret))


class LockPage(OfPerson, OneActPage):
    """Locking an account or unlocking it, as `locks` says."""

    template_name, form_class = "pages/lock.html", NoForm
    title, button, danger = "Bloquear", "Bloquear la cuenta", True
    locks = True

    def save(self, form: PageForm) -> str:
        with self.recorded():
            lock_person(access=self.access, person=self.person, locked=self.locks)
        done = "quedó bloqueada: no puede entrar" if self.locks else "puede entrar otra vez"
        return self.told(f"La cuenta de {self.name} {done}.", self.back)


class TakeSecondStepPage(OfPerson, OneActPage):
    """Taking away the second step of a person who lost its telephone."""

    template_name, form_class = "pages/take_second_step.html", NoForm
    title, button, danger = "Quitar segundo paso", "Quitar el segundo paso", True

    def save(self, form: PageForm) -> str:
        with self.recorded():
            take_second_step(person=self.person, access=self.access)
        return self.told(f"{self.name} entra desde ahora solo con su contraseña.", self.back)
