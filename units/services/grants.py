"""Who may give a role and take it away (domain.md, "Roles").

Nobody grants more than they hold: neither a higher role nor a wider unit. An institution keeps a planner, and so does
the installation.
"""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from poi_api.database import locks
from poi_api.database.rows import values_of
from poi_api.http.exceptions import Conflict, Forbidden
from units.access.grants import Access
from units.choices import Role
from units.models import ApiClient, Membership, Unit

_LOCK = f"SELECT pg_advisory_xact_lock({locks.PLANNERS})"


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


def require_another_planner(*, grant: ApiClient | Membership, revoked_by: Access) -> None:
    """Raise Conflict `last_planner` if `grant` is the last of a planner on an institution or on the installation.

    Who plans the whole installation may take it from an institution. From here on nobody else revokes one until the
    transaction ends, so that of two who do it at once the second finds out.
    """
    if grant.role != Role.PLANNER or (grant.unit is not None and grant.unit.parent_id is not None):
        return
    if grant.unit is not None and revoked_by.everywhere(Role.PLANNER):
        return
    values_of(_LOCK)
    clients = ApiClient.objects.usable().filter(role=Role.PLANNER, unit=grant.unit_id)
    memberships = Membership.objects.filter(role=Role.PLANNER, unit=grant.unit_id, user__is_active=True)
    own = clients if isinstance(grant, ApiClient) else memberships
    if not own.filter(pk=grant.pk).exists():
        return
    others: list[QuerySet] = [own.exclude(pk=grant.pk), memberships if own is clients else clients]
    if grant.unit_id is None:
        others.append(User.objects.filter(is_superuser=True, is_active=True))
    if not any(rows.exists() for rows in others):
        where = "de toda la instalación" if grant.unit is None else f"de {grant.unit.name} ({grant.unit.code})"
        raise Conflict("last_planner", f"Es el último planificador {where}: dé antes ese rol a otro.")
