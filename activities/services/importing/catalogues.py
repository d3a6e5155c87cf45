"""Entries of the catalogues that a document names: found by name, or by code in the same plan, or made."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from activities.document import Problem
from activities.models.catalogue import CatalogueEntry
from activities.services.bulk_history import BATCH
from activities.services.importing.own_codes import FreeCodes, Named, Noted, Recoded, firsts, refuse_codes
from poi_api.http.folding import fold

Entry = TypeVar("Entry", bound=CatalogueEntry)


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue(Generic[Entry]):
    """A catalogue as imports see it: its entries, its kind, the prefix of its numbers, its Spanish name."""

    model: type[Entry]
    kind: str
    prefix: str
    said: str


def match_entries(
    catalogue: Catalogue[Entry], named: Sequence[Named], noted: Noted, *, year: int, used: Collection[int]
) -> tuple[dict[tuple[str, str], Entry], int]:
    """Return the catalogue's entries that a document names, by code and name, and how many were missing and are made.

    An entry is found by its folded name, else by its code if it is `used` in the plan already: the catalogue is of all
    institutions, and some number for themselves. Raises RefusedImportError for codes that cannot be used.
    """
    refuse_codes(named, catalogue.said)
    stored = list(catalogue.model._default_manager.all())
    by_name = {entry.name_key: entry for entry in stored}
    by_code = {fold(entry.code): entry for entry in stored if entry.pk in used}
    free = FreeCodes(catalogue.prefix, [entry.code for entry in stored], year)
    entries: dict[tuple[str, str], Entry] = {}
    missing: dict[str, Entry] = {}
    for key, each in firsts(named).items():
        entry = by_name.get(key[1]) or (by_code.get(key[0]) if each.code else None) or missing.get(key[1])
        if entry is None:
            name = " ".join(each.name.split())
            entry = missing[key[1]] = catalogue.model(code=free.take(each.code), name=name)
        entries[key] = entry
        _note(entry, each, catalogue, noted)
    catalogue.model._default_manager.bulk_create(missing.values(), batch_size=BATCH)
    return entries, len(missing)


def _note(entry: Entry, named: Named, catalogue: Catalogue[Entry], noted: Noted) -> None:
    """Note where the document calls an entry otherwise."""
    if named.code and fold(entry.code) != fold(named.code):
        noted.recoded.append(Recoded(catalogue.kind, entry.name, named.code, entry.code))
    if fold(entry.name) != fold(named.name):
        detail = (
            f"{catalogue.said.capitalize()} {entry.code} se llama «{entry.name}» y el documento dice "
            f"«{named.name}»: no se cambió."
        )
        noted.remarks.append(Problem(f"{catalogue.kind}_name_differs", detail, named.line))
