"""Entries of the installation's catalogues: making, renaming and, while nothing uses them, deleting them."""

from typing import Any, TypeVar

from activities.models.catalogue import CatalogueEntry
from poi_api.database import locks
from poi_api.database.rows import row_of
from poi_api.http.exceptions import Conflict, Forbidden
from poi_api.http.folding import fold
from units.access.grants import Access
from units.choices import Role
from units.models import Membership
from units.services.codes import duplicate_code, similar_code
from units.services.usage import require_unused

# One writer at a time compares an entry with the others, until the transaction ends
_LOCK = f"SELECT pg_advisory_xact_lock({locks.CATALOGUES})"
_NAMED = 5  # planners whom one may ask
Entry = TypeVar("Entry", bound=CatalogueEntry)


def require_may_add(access: Access) -> None:
    """Raise Forbidden unless `access` plans for the installation; a planner of less is told whom to ask."""
    if access.everywhere(Role.PLANNER):
        return
    if not access.holds(Role.PLANNER):
        raise Forbidden
    planners = Membership.objects.filter(role=Role.PLANNER, unit=None, user__is_active=True)
    names = planners.order_by("user__username").values_list("user__username", flat=True)[:_NAMED]
    whom = f"un planificador de la instalación: {', '.join(names)}" if names else "quien opera el servicio"
    raise Forbidden(detail=f"Los catálogos son de toda la instalación. Pida que lo agregue a {whom}.")


def create_entry(*, catalogue: type[Entry], code: str, name: str) -> Entry:
    """Add an entry. Raises Conflict for a code or a name that another has, however it is spelled."""
    row_of(_LOCK)
    _require_free(catalogue(code=code, name=name), {"code", "name"})
    return catalogue._default_manager.create(code=code, name=name)


def update_entry(*, entry: Entry, **changes: Any) -> Entry:
    """Change a locked entry's `code` or `name`. Raises Conflict for one that another entry has."""
    row_of(_LOCK)
    changes = {field: value for field, value in changes.items() if getattr(entry, field) != value}
    for field, value in changes.items():
        setattr(entry, field, value)
    _require_free(entry, changes.keys())
    if changes:
        entry.save(update_fields=list(changes))
    return entry


def delete_entry(*, entry: CatalogueEntry) -> None:
    """Delete a locked entry. Raises Conflict saying which activities use it."""
    require_unused(entry, instead="Asígneles otra entrada antes, o deje esta.")
    entry.delete()


def _require_free(entry: CatalogueEntry, fields: Any) -> None:
    """Raise Conflict if another entry has the code or the name. All who write may read it, so it is named."""
    others = type(entry)._default_manager.exclude(pk=entry.pk) if entry.pk else type(entry)._default_manager.all()
    kind = entry._meta.verbose_name
    if "code" in fields and (other := similar_code(others, entry.code)):
        raise duplicate_code(entry.code, other.code, of=f"la {kind} «{other.name}»")
    if "name" in fields and (other := others.filter(name_key=fold(entry.name)).first()):
        detail = f"Ya existe la {kind} «{other.name}» ({other.code}); use esa o elija otro nombre."
        raise Conflict("duplicate_name", detail, field="name")
