"""The pages that the head of each page leads to, and the institution that it names."""

from functools import cached_property
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from units.access.grants import Access
from units.access.lookup import confirmed_person
from units.choices import Role
from units.models import Unit


class Entry(NamedTuple):
    """A page by the name of its address, its title, and the least role that finds it in the navigation."""

    name: str
    title: str
    role: Role = Role.READER


ENTRIES = (
    Entry("home", "Inicio"),
    Entry("my_month", "Mi mes", Role.REPORTER),
    Entry("activities", "Actividades"),
    Entry("plans", "Planes y periodos"),
    Entry("review", "Revisión", Role.REVIEWER),
    Entry("imports", "Importaciones", Role.PLANNER),
    Entry("documents", "Documentos"),
    Entry("people", "Personas", Role.PLANNER),
    Entry("units", "Unidades"),
    Entry("catalogue_mef_activity", "Catálogos"),
    Entry("audit", "Auditoría"),
)


class Office:
    """What the head of a page shows of a person's office; it is asked for only where it is shown."""

    def __init__(self, access: Access, path: str) -> None:
        self._access, self._path = access, path

    @cached_property
    def institution(self) -> str:
        """The name of the one institution that the person belongs to; empty where there are more, or none."""
        names = list(Unit.objects.institutions_of(self._access).values_list("name", flat=True)[:2])
        return names[0] if len(names) == 1 else ""

    @cached_property
    def links(self) -> list[tuple[str, str, bool]]:
        """The pages that the person may open: title, address, and whether it, or one below it, is open."""
        found = [(entry.title, reverse(entry.name)) for entry in ENTRIES if self._access.holds(entry.role)]
        return [(title, address, self._is_open(address)) for title, address in found]

    def _is_open(self, address: str) -> bool:
        return self._path == address or (address != "/" and self._path.startswith(address))


def office(request: HttpRequest) -> dict[str, Any]:
    """Return what every template knows of the office, looked up if it is shown; nothing where nobody has a role.

    `institution_log_in` is the name of the institution's own log-in, empty where there is none.
    """
    log_in = settings.OIDC_NAME if settings.OIDC_ISSUER else ""
    return {"office": SimpleLazyObject(lambda: _office_of(request)), "institution_log_in": log_in}


def _office_of(request: Any) -> Office | None:
    access: Access | None = getattr(request, "access", None)
    if access is None and request.user.is_authenticated:
        access = confirmed_person(request.user).access
    return Office(access, request.path) if access and access.holds(Role.READER) else None
