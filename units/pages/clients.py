"""Machine clients: their keys are shown once, renewed and revoked."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from units.choices import Role
from units.pages.options import FilterForm, scope_of
from units.pages.page import OneActPage, Page, ShownOncePage
from units.pages.page_form import DayField, NoForm, PageForm
from units.pages.people import RoleForm, role_filters

_ROWS = 50
_STATES = [("false", "Vigentes"), ("true", "Revocadas"), ("all", "Todas")]


class ClientsPage(Page):
    """The machine clients of the units that the asker plans for, and when each key was used last."""

    template_name, title, least_role = "pages/clients.html", "Claves de sistemas", Role.PLANNER

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = {"is_revoked": "false", **self.asked("search", "within", "role", "is_revoked", "page")}
        question = {name: value for name, value in asked.items() if value != "all"}
        clients = self.api.get("/clients/", limit=_ROWS, **question)
        for client in clients["results"]:
            ends = parse_datetime(client["expires_at"] or "")
            client["is_over"] = ends is not None and ends <= timezone.now()
        states = forms.ChoiceField(label="Claves", choices=_STATES)
        filters = FilterForm({**role_filters(self), "is_revoked": states}, asked)
        return self.show(listed=clients, question=question, filters=filters)


def _until_field(help_text: str) -> DayField:
    return DayField(label="Vale hasta el día, inclusive", required=False, help_text=help_text)


class ClientForm(RoleForm):
    """A system that asks or writes by the API."""

    api_names = {"expires_at": "until"}
    field_order = ("name", "role", "unit")
    name = forms.CharField(
        label="Nombre",
        max_length=200,
        help_text="Qué sistema es, como en «Tablero de gerencia». Así lo llama la historia.",
    )
    until = _until_field("En blanco, sin vencimiento.")


class RotationForm(PageForm):
    """Until when the new key is good."""

    api_names = {"expires_at": "until"}
    until = _until_field("En blanco, el mismo vencimiento que la anterior.")


def _end_of(form: PageForm) -> str | None:
    """Return the last second of the day that was chosen, in Lima."""
    day = form.cleaned_data["until"]
    return day and timezone.make_aware(datetime.combine(day, time(23, 59, 59))).isoformat()


def _key_of(client: dict[str, Any]) -> dict[str, Any]:
    """Return what is shown once of a client's new key."""
    return {
        "title": f"Clave de {client['name']}",
        "secret": client["key"],
        "detail": "Cópiela ahora a la configuración del sistema: no se puede volver a ver. El sistema la envía en cada "
        "pedido, en la cabecera «Authorization: Api-Key …».",
        "back": reverse("clients"),
    }


class NewClientPage(ShownOncePage):
    """Making a machine client."""

    template_name, form_class = "pages/new_client.html", ClientForm
    title, button, back = "Crear una clave", "Crear la clave", reverse_lazy("clients")
    least_role = Role.PLANNER

    def save(self, form: PageForm) -> str:
        said = form.cleaned_data
        body = {"name": said["name"], "role": said["role"], "unit": scope_of(said["unit"]), "expires_at": _end_of(form)}
        return self.show_once(**_key_of(self.api.post("/clients/", body)))


class _OfClient(OneActPage):
    """A form about the machine client that the address names."""

    back = reverse_lazy("clients")

    @property
    def path(self) -> str:
        return f"/clients/{self.kwargs['client']}/"

    def context(self) -> dict[str, Any]:
        return {"client": self.api.get(self.path)}


class RotateClientPage(_OfClient, ShownOncePage):
    """A new key in place of the old one, which is dead at once."""

    template_name, form_class = "pages/rotate_client.html", RotationForm
    title, button = "Renovar una clave", "Crear la clave nueva"

    def save(self, form: PageForm) -> str:
        until = _end_of(form)
        body = {"expires_at": until} if until else {}
        return self.show_once(**_key_of(self.api.post(f"{self.path}rotate/", body)))


class RevokeClientPage(_OfClient):
    """Making a key worthless for ever."""

    template_name, form_class = "pages/revoke_client.html", NoForm
    title, button, danger = "Revocar una clave", "Revocar la clave", True

    def save(self, form: PageForm) -> str:
        name = self.context()["client"]["name"]
        self.api.delete(self.path)
        return self.told(f"La clave de {name} quedó revocada.", reverse("clients"))
