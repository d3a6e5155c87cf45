"""Finding what a document names, and making what is not there yet: units, catalogues, activities.

Things are matched by their folded names, never by how near they are spelled (domain.md).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

from django.core.exceptions import ValidationError

from activities.exceptions import RefusedImportError
from activities.models import Activity, Plan
from activities.models.catalogue import CatalogueEntry
from activities.services.bulk_history import BATCH
from activities.services.plans.codes import free_codes
from poi_api.http.folding import fold
from units.choices import UnitKind
from units.models import Unit, UnitAlias

ITSELF = "INSTITUCIONAL"  # how documents name the institution as the one responsible
_LONGEST_CODE = 32
Entry = TypeVar("Entry", bound=CatalogueEntry)


@dataclass(frozen=True, slots=True)
class ActivityKey:
    """What tells activities of a plan apart in a document: unit and MEF activity by id, the folded name."""

    unit_id: int
    mef_activity_id: int
    name_key: str


def find_or_create_institution(*, code: str, name: str) -> tuple[Unit, bool]:
    """Return the institution with `code`, made under `name` (else its code) if there is none, and whether it was.

    Raises RefusedImportError for a code or a name that no institution can have.
    """
    institution = Unit.objects.filter(code=code, kind=UnitKind.INSTITUTION).first()
    if institution is not None:
        return institution, False
    institution = Unit(code=code, name=name.strip() or code, kind=UnitKind.INSTITUTION)
    try:
        institution.full_clean()
    except ValidationError as error:
        raise RefusedImportError(f"No se puede crear la institución «{code}»: {' '.join(error.messages)}") from error
    institution.save()
    institution.refresh_from_db()
    if fold(institution.name) != fold(ITSELF):
        UnitAlias.objects.create(unit=institution, name=ITSELF)
    return institution, True


def units_by_name(*, institution: Unit, names: Iterable[str]) -> tuple[dict[str, Unit], int]:
    """Return the institution's units by the folded `names`, and how many of them had to be made.

    Raises RefusedImportError if the institution's code leaves no room for their numbers.
    """
    found = {unit.name_key: unit for unit in Unit.objects.filter(institution=institution)}
    aliases = UnitAlias.objects.filter(institution=institution).select_related("unit")
    found |= {alias.name_key: alias.unit for alias in aliases}
    found.setdefault(fold(ITSELF), institution)
    codes = free_codes(f"{institution.code}-U", 2, Unit.objects.values_list("code", flat=True))
    missing = _first_spellings(names, found)
    made = [
        Unit(code=next(codes), name=name, kind=UnitKind.ORGANIC_UNIT, parent=institution) for name in missing.values()
    ]
    if any(len(unit.code) > _LONGEST_CODE for unit in made):
        raise RefusedImportError(f"El código «{institution.code}» es muy largo para numerar con él las unidades.")
    Unit.objects.bulk_create(made, batch_size=BATCH)
    return found | dict(zip(missing, made, strict=True)), len(made)


def entries_by_name(
    *, catalogue: type[Entry], prefix: str, width: int, names: Iterable[str]
) -> tuple[dict[str, Entry], int]:
    """Return a catalogue's entries by the folded `names`, and how many of them had to be made."""
    found = {entry.name_key: entry for entry in catalogue._default_manager.all()}
    codes = free_codes(prefix, width, [entry.code for entry in found.values()])
    missing = _first_spellings(names, found)
    new = [catalogue(code=next(codes), name=name) for name in missing.values()]
    made = catalogue._default_manager.bulk_create(new, batch_size=BATCH)
    return found | dict(zip(missing, made, strict=True)), len(made)


def activities_by_key(*, plan: Plan, wanted: Mapping[ActivityKey, Activity]) -> tuple[dict[ActivityKey, Activity], int]:
    """Return the plan's activities by key, having made those `wanted` that it has not, and how many those were.

    `wanted` holds unsaved activities without a code, in document order.
    """
    found = {_key_of(activity): activity for activity in plan.activities.all()}
    codes = free_codes("A", 3, [activity.code for activity in found.values()])
    missing = {key: activity for key, activity in wanted.items() if key not in found}
    for activity in missing.values():
        activity.code = next(codes)
    Activity.objects.bulk_create(missing.values(), batch_size=BATCH)
    return found | missing, len(missing)


def _key_of(activity: Activity) -> ActivityKey:
    return ActivityKey(activity.unit_id, activity.mef_activity_id, activity.name_key)


def _first_spellings(names: Iterable[str], found: Mapping[str, object]) -> dict[str, str]:
    """Return the names not `found`, in order, by folded name: of several spellings the first."""
    missing: dict[str, str] = {}
    for name in names:
        if (key := fold(name)) not in found:
            missing.setdefault(key, " ".join(name.split()))
    return missing
