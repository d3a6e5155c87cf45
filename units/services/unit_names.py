"""The codes and names of units: a name is of one unit of an institution, a code of one of the installation."""

from collections.abc import Iterable, Sequence

from django.db.models import Q

from poi_api.http.exceptions import Conflict, Invalid
from poi_api.http.folding import fold
from units.access.grants import Access
from units.choices import Role
from units.models import Unit, UnitAlias
from units.services.codes import duplicate_code, similar_code


def require_free_code(*, access: Access, code: str, unit: Unit | None = None) -> None:
    """Raise Conflict if another unit than `unit` has a similar code, naming it only to who may see it."""
    taken = similar_code(Unit.objects.exclude(pk__in=_ids(unit)), code)
    if taken is not None:
        named = _sees(access, taken)
        raise duplicate_code(code, taken.code, of=f"la unidad «{taken}»" if named else "otra unidad", named=named)


def require_free_names(
    *,
    access: Access,
    institution_id: int | None,
    name: str,
    aliases: Sequence[str] | None,
    unit: Unit | None = None,
) -> None:
    """Raise Conflict if another unit of the institution has one of the names, however it is spelled.

    `institution_id` None is a new institution, whose name is compared with the other institutions'. The name of a unit
    that is not active any more may be another name of its successor (api.md, `/units/`).
    `aliases` None leaves those of `unit` as they are. Raises Invalid for one name given twice.
    """
    names = [name, *(aliases or ())]
    _require_each_once(names)
    fields = {**{fold(alias): "aliases" for alias in aliases or ()}, fold(name): "name"}
    taken = _taken(institution_id, fields, unit, name_key=fold(name), replaces_aliases=aliases is not None)
    if taken is not None:
        key, owner = taken
        raise Conflict("duplicate_name", _detail(access, owner, unit), field=fields[key])


def add_aliases(*, unit: Unit, names: Iterable[str]) -> None:
    """Give a unit the other names that it has not yet."""
    present = set(unit.aliases.values_list("name", flat=True))
    for name in names:
        if name not in present:
            UnitAlias.objects.create(unit=unit, name=name)


def _require_each_once(names: Sequence[str]) -> None:
    keys = [fold(name) for name in names]
    for index, name in enumerate(names[1:]):
        if keys[index + 1] in keys[: index + 1]:
            detail = f"«{name}» repite otro nombre de la misma unidad."
            raise Invalid("repeated_name", detail, field="aliases", index=index)


def _taken(
    institution_id: int | None, keys: Iterable[str], unit: Unit | None, *, name_key: str, replaces_aliases: bool
) -> tuple[str, Unit] | None:
    """Return the first of the folded names that a unit has already, and that unit."""
    bears = Q(name_key=name_key) | Q(name_key__in=keys, is_active=True)
    units = Unit.objects.filter(bears).exclude(pk__in=_ids(unit))
    same_institution = units.filter(institution_id=institution_id)
    if institution_id is None or institution_id in _ids(unit):
        same_institution |= units.institutions()
    owner = same_institution.first()
    if owner is not None:
        return owner.name_key, owner
    aliases = UnitAlias.objects.filter(name_key__in=keys, institution_id=institution_id)
    if replaces_aliases:
        aliases = aliases.exclude(unit=unit)
    alias = aliases.select_related("unit").first()
    return (alias.name_key, alias.unit) if alias else None


def _detail(access: Access, owner: Unit, unit: Unit | None) -> str:
    if unit is not None and owner.pk == unit.pk:
        return "Ese ya es otro nombre de esta misma unidad; quítelo antes de «aliases»."
    if _sees(access, owner):
        return f"Ya existe la unidad «{owner}» ({owner.code}); use esa o elija otro nombre."
    return "Ya existe en la institución una unidad con ese nombre, fuera de las que usted puede ver."


def _sees(access: Access, unit: Unit) -> bool:
    return access.allows(Role.READER, unit.path)


def _ids(unit: Unit | None) -> list[int]:
    return [] if unit is None else [unit.pk]
