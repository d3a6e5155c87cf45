"""A name designates one unit of an institution, and a code one unit of the installation."""

from collections.abc import Iterable, Sequence

from poi_api.http.exceptions import Conflict, Invalid
from poi_api.http.folding import fold
from units.access.grants import Access
from units.choices import Role
from units.models import Unit, UnitAlias
from units.services.codes import duplicate_code, reading_alike


def check_code(*, access: Access, code: str, unit: Unit | None = None) -> None:
    """Raise Conflict if the code of another unit than `unit` reads alike, naming it only to who may see it."""
    taken = reading_alike(Unit.objects.exclude(pk__in=_ids(unit)), code)
    if taken is not None:
        named = _sees(access, taken)
        raise duplicate_code(code, taken.code, of=f"la unidad «{taken}»" if named else "otra unidad", named=named)


def check_names(
    *,
    access: Access,
    institution_id: int | None,
    name: str,
    aliases: Sequence[str] | None,
    unit: Unit | None = None,
) -> None:
    """Raise Conflict if a name, however it is spelled, designates a unit of the institution already.

    `institution_id` None is a new institution, whose name is compared with the other institutions'.
    `aliases` None leaves those of `unit` as they are. Raises Invalid for one name given twice.
    """
    given = [name, *(aliases or ())]
    _check_each_once(given)
    fields = {fold(text): "aliases" if place else "name" for place, text in reversed(list(enumerate(given)))}
    taken = _taken(institution_id, fields, unit, replaces_aliases=aliases is not None)
    if taken is not None:
        key, owner = taken
        raise Conflict("duplicate_name", _said(access, owner, unit), field=fields[key])


def drop_aliases(*, unit: Unit, keep: Iterable[str]) -> None:
    """Delete the other names of a unit that are not spelled just as one to `keep`."""
    unit.aliases.exclude(name__in=list(keep)).delete()


def add_aliases(*, unit: Unit, names: Iterable[str]) -> None:
    """Give a unit the other names that it has not yet."""
    there = set(unit.aliases.values_list("name", flat=True))
    for name in names:
        if name not in there:
            UnitAlias.objects.create(unit=unit, name=name)


def _check_each_once(names: Sequence[str]) -> None:
    seen: set[str] = set()
    for place, name in enumerate(names):
        if fold(name) in seen:
            raise Invalid(
                "repeated_name", f"«{name}» repite otro nombre de la misma unidad.", field="aliases", index=place - 1
            )
        seen.add(fold(name))


def _taken(
    institution_id: int | None, keys: Iterable[str], unit: Unit | None, *, replaces_aliases: bool
) -> tuple[str, Unit] | None:
    """Return the first of the folded names that is taken, and by which unit."""
    units = Unit.objects.filter(name_key__in=keys).exclude(pk__in=_ids(unit))
    if institution_id is None or institution_id in _ids(unit):
        same_institution = units.institutions() | units.filter(institution_id=institution_id)
    else:
        same_institution = units.filter(institution_id=institution_id)
    owner = same_institution.first()
    if owner is not None:
        return owner.name_key, owner
    aliases = UnitAlias.objects.filter(name_key__in=keys, institution_id=institution_id)
    if replaces_aliases:
        aliases = aliases.exclude(unit=unit)
    alias = aliases.select_related("unit").first()
    return (alias.name_key, alias.unit) if alias else None


def _said(access: Access, owner: Unit, unit: Unit | None) -> str:
    if unit is not None and owner.pk == unit.pk:
        return "Ese ya es otro nombre de esta misma unidad; quítelo antes de «aliases»."
    if _sees(access, owner):
        return f"Ya existe la unidad «{owner}» ({owner.code}); use esa o elija otro nombre."
    return "Ya existe en la institución una unidad con ese nombre, fuera de las que usted puede ver."


def _sees(access: Access, unit: Unit) -> bool:
    return access.allows(Role.READER, unit.path)


def _ids(unit: Unit | None) -> list[int]:
    return [] if unit is None else [unit.pk]
