"""The tree of units: making, changing, moving and deleting them."""

from collections.abc import Sequence
from typing import Any

from poi_api.database import locks
from poi_api.database.rows import values_of
from poi_api.http.exceptions import Conflict, Forbidden, Invalid
from units.access.grants import Access
from units.choices import Role, UnitKind
from units.models import Unit
from units.services.idleness import require_idle
from units.services.unit_names import add_aliases, require_free_code, require_free_names
from units.services.usage import require_unused

_LOCK_TREE = f"SELECT pg_advisory_xact_lock({locks.UNIT_TREE})"
_LOCK_NAMES = f"SELECT pg_advisory_xact_lock({locks.UNIT_NAMES})"


def lock_tree(institution_id: int | None) -> None:
    """Let one writer at a time change the tree, and one the names of an institution, until the transaction ends.

    Taken before any row is locked, in the order in which the database's own triggers take them.
    """
    values_of(_LOCK_TREE)
    if institution_id is not None:
        values_of(_LOCK_NAMES, [institution_id])


def create_unit(
    *,
    access: Access,
    code: str,
    name: str,
    kind: str,
    parent: Unit | None = None,
    aliases: Sequence[str] = (),
    is_active: bool = True,
) -> Unit:
    """Make a unit under `parent`; an institution has none and takes a planner of the installation.

    Raises Forbidden, Invalid for a parent that does not fit the kind, and Conflict for a code or name that
    is taken or a parent that is not active.
    """
    institution_id = parent.institution_id if parent else None
    lock_tree(institution_id)
    parent = _reread(parent)
    _require_planner_of_parent(access, kind, parent)
    _require_fitting_parent(kind, parent)
    require_free_code(access=access, code=code)
    require_free_names(access=access, institution_id=institution_id, name=name, aliases=aliases)
    unit = Unit.objects.create(code=code, name=name, kind=kind, parent=parent, is_active=is_active)
    unit.refresh_from_db()
    add_aliases(unit=unit, names=aliases)
    return unit


def update_unit(*, access: Access, unit: Unit, force: bool = False, reason: str = "", **changes: Any) -> Unit:
    """Change a locked unit: any of `code, name, kind, parent, aliases, is_active`; `aliases` replaces them all.

    Raises Forbidden for a move from or to where `access` is no planner, Invalid for a
    parent that does not fit the kind, Conflict for what is taken, a cycle or another institution, and, when the unit
    is deactivated, what `require_idle` raises.
    """
    aliases: Sequence[str] | None = changes.pop("aliases", None)
    changes = {field: value for field, value in changes.items() if getattr(unit, field) != value}
    if "parent" in changes:
        changes["parent"] = _reread(changes["parent"])
        _require_planner_at_both_ends(access, unit, changes["parent"])
    _refuse_to_or_from_institution(unit, changes)
    if changes.get("is_active") is False:
        require_idle(unit, force=force, reason=reason)
    if "parent" in changes:
        _require_possible_move(unit, changes["parent"])
    if "code" in changes:
        require_free_code(access=access, code=changes["code"], unit=unit)
    if "name" in changes or changes.get("is_active") or aliases is not None:
        name = changes.get("name", unit.name)
        require_free_names(access=access, institution_id=unit.institution_id, name=name, aliases=aliases, unit=unit)
    if aliases is not None:
        unit.aliases.exclude(name__in=list(aliases)).delete()
    _save(unit, changes)
    if aliases is not None:
        add_aliases(unit=unit, names=aliases)
    return unit


def delete_unit(*, unit: Unit) -> None:
    """Delete a locked unit, with its other names. Raises Conflict saying what uses it."""
    require_unused(unit, instead="Puede desactivarla (is_active: false).")
    unit.aliases.all().delete()
    # Django would see a root protected by itself, as its own institution
    values_of("DELETE FROM units_unit WHERE id = %s", [unit.pk])


def _save(unit: Unit, changes: dict[str, Any]) -> None:
    if changes:
        for field, value in changes.items():
            setattr(unit, field, value)
        unit.save(update_fields=list(changes))
        unit.refresh_from_db()


def _reread(parent: Unit | None) -> Unit | None:
    """Return the parent read anew: it may have moved before the tree was locked. Raises Invalid if it went."""
    if parent is None:
        return None
    fresh = Unit.objects.filter(pk=parent.pk).first()
    if fresh is None:
        raise Invalid("does_not_exist", "No existe entre lo que usted puede ver.", field="parent")
    return fresh


def _require_planner_of_parent(access: Access, kind: str, parent: Unit | None) -> None:
    """Raise Forbidden unless `access` may put a unit of that kind under `parent`."""
    if parent is None:
        may = kind != UnitKind.INSTITUTION or access.everywhere(Role.PLANNER)
    else:
        may = access.allows(Role.PLANNER, parent.path)
    if not may:
        raise Forbidden(field="parent")


def _require_fitting_parent(kind: str, parent: Unit | None) -> None:
    is_root = kind == UnitKind.INSTITUTION
    if is_root != (parent is None):
        detail = (
            "Una institución no depende de otra unidad." if is_root else "Indique de qué unidad depende, en «parent»."
        )
        raise Invalid("unit_root_is_institution", detail, field="parent")
    if parent is not None and not parent.is_active:
        raise Conflict(
            "parent_inactive", f"{parent} ({parent.code}) no está activa; actívela antes o elija otra.", field="parent"
        )


def _refuse_to_or_from_institution(unit: Unit, changes: dict[str, Any]) -> None:
    if UnitKind.INSTITUTION in (unit.kind, changes.get("kind")) and "kind" in changes:
        raise Conflict("institution_stays", "Una institución no se vuelve órgano ni unidad, ni al revés.", field="kind")


def _require_planner_at_both_ends(access: Access, unit: Unit, parent: Unit | None) -> None:
    """Raise Forbidden unless `access` is a planner where the unit goes and where it is now."""
    _require_planner_of_parent(access, unit.kind, parent)
    if not access.allows(Role.PLANNER, unit.path[:-1]):
        raise Forbidden(field="parent")


def _require_possible_move(unit: Unit, parent: Unit | None) -> None:
    _require_fitting_parent(unit.kind, parent)
    if parent is None:
        return
    if unit.pk in parent.path:
        raise Conflict(
            "unit_tree_has_no_cycle",
            "Una unidad no puede depender de sí misma ni de una que dependa de ella.",
            field="parent",
        )
    if parent.institution_id != unit.institution_id:
        raise Conflict("unit_stays_in_institution", "Una unidad no cambia de institución.", field="parent")
