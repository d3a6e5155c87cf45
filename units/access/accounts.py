"""Which accounts of people a caller may name (domain.md, "Roles")."""

from django.contrib.auth.models import User
from django.db.models import QuerySet

from units.access.grants import Access
from units.choices import Role
from units.models.access import Membership


def accounts_visible_to(access: Access) -> QuerySet[User]:
    """Return the active accounts with a role where `access` plans; for a planner of the installation, all of them."""
    accounts = User.objects.filter(is_active=True)
    if access.everywhere(Role.PLANNER):
        return accounts
    return accounts.filter(pk__in=Membership.objects.visible_to(access, Role.PLANNER).values("user"))
