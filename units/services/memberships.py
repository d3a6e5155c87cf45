"""The roles that people hold on units."""

from django.contrib.auth.models import User

from poi_api.http.exceptions import Conflict
from units.access.grants import Access
from units.choices import Role
from units.models import Membership, Unit
from units.services.grants import require_another_planner, require_may_grant
from units.services.people import void_link


def create_membership(*, user: User, role: str, unit: Unit | None, granted_by: Access) -> Membership:
    """Give a person a role on a unit and all below it (None: the installation).

    Raises Forbidden for more than `granted_by` holds, and Conflict if the person has a role there already. A link
    for its password is void if whoever made it could not give that role.
    """
    require_may_grant(access=granted_by, role=Role(role), unit=unit)
    held = Membership.objects.filter(user=user, unit=unit).first()
    if held is not None:
        raise Conflict(
            "membership_once_per_unit",
            f"{user.get_username()} ya tiene ahí el rol {Role(held.role).label}; retírelo antes de dar otro.",
        )
    made = Membership.objects.create(user=user, role=role, unit=unit)
    void_link(user)
    return made


def delete_membership(*, membership: Membership, revoked_by: Access) -> None:
    """Take a person's role away; what it did stays in history. Raises Conflict `last_planner`."""
    require_another_planner(grant=membership, revoked_by=revoked_by)
    membership.delete()
