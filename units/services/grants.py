"""Nobody grants more than they hold: neither a higher role nor a wider unit (domain.md, "Roles")."""

from poi_api.http.exceptions import Forbidden
from units.access.grants import Access
from units.choices import Role
from units.models import Unit


def require_may_grant(*, access: Access, role: Role, unit: Unit | None) -> None:
    """Raise Forbidden unless `access` is a planner of `unit` (None: the installation) and holds `role` there."""
    needed = max(role, Role.PLANNER, key=lambda known: known.rank)
    held = access.everywhere(needed) if unit is None else access.allows(needed, unit.path)
    if not held:
        where = "toda la instalación" if unit is None else f"{unit.name} ({unit.code})"
        raise Forbidden(
            "grants_too_much",
            f"No puede dar el rol {role.label} sobre {where}: usted no es planificador ahí.",
            field="unit",
        )
