"""Which accounts of people a caller may name (domain.md, "Roles")."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from units.access.grants import Access
from units.choices import Role
from units.models.access import Membership


def accounts_where(access: Access, role: Role) -> QuerySet[User]:
    """Return the accounts, locked too, with a role where `access` holds `role`; all for who holds it everywhere."""
    if access.everywhere(role):
        return User.objects.all()
    return User.objects.filter(pk__in=Membership.objects.visible_to(access, role).values("user"))


def accounts_visible_to(access: Access) -> QuerySet[User]:
    """Return the active accounts with a role where `access` plans; for a planner of the installation, all of them."""
    return accounts_where(access, Role.PLANNER).filter(is_active=True)
