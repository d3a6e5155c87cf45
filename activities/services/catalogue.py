"""The catalogues of the installation: entries made, renamed and, while nothing uses them, deleted."""

from typing import Any, TypeVar

from activities.models.catalogue import CatalogueEntry
from units.exceptions import Conflict
from units.folding import fold
from units.services.uses import check_unused

Entry = TypeVar("Entry", bound=CatalogueEntry)


def create_entry(*, catalogue: type[Entry], code: str, name: str) -> Entry:
    """Add an entry. Raises Conflict for a code or a name, however it is spelled, that is there already."""
    _check_free(catalogue(code=code, name=name), {"code", "name"})
    return catalogue._default_manager.create(code=code, name=name)


def update_entry(*, entry: Entry, **changes: Any) -> Entry:
    """Change a locked entry's `code` or `name`. Raises Conflict for one that another entry has."""
    changes = {field: value for field, value in changes.items() if getattr(entry, field) != value}
    for field, value in changes.items():
        setattr(entry, field, value)
    _check_free(entry, changes.keys())
    if changes:
        entry.save(update_fields=list(changes))
    return entry


def delete_entry(*, entry: CatalogueEntry) -> None:
    """Delete a locked entry. Raises Conflict saying which activities use it."""
    check_unused(entry, "Asígneles otra entrada antes, o deje esta.")
    entry.delete()


def _check_free(entry: CatalogueEntry, fields: Any) -> None:
    """The catalogues are readable by everybody who may write them, so the one that is there is named."""
    others = type(entry)._default_manager.exclude(pk=entry.pk) if entry.pk else type(entry)._default_manager.all()
    kind = entry._meta.verbose_name
    if "code" in fields and (other := others.filter(code=entry.code).first()):
        detail = f"El código «{entry.code}» ya es de la {kind} «{other.name}»; elija otro."
        raise Conflict("duplicate_code", detail, field="code")
    if "name" in fields and (other := others.filter(name_key=fold(entry.name)).first()):
        detail = f"Ya existe la {kind} «{other.name}» ({other.code}); use esa o elija otro nombre."
        raise Conflict("duplicate_name", detail, field="name")
