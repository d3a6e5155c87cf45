"""Which accounts of people a caller may name (domain.md, "Roles")."""

from django.contrib.auth.models import User
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat

from poi_api.http.folding import fold
from units.access.grants import Access
from units.choices import Role
from units.models.access import Membership
from units.models.functions import Fold


def accounts_where(access: Access, role: Role) -> QuerySet[User]:
    """Return the accounts, locked too, with a role where `access` holds `role`; all for who holds it everywhere."""
    if access.everywhere(role):
        return User.objects.all()
    return User.objects.filter(pk__in=Membership.objects.visible_to(access, role).values("user"))


def accounts_visible_to(access: Access) -> QuerySet[User]:
    """Return the active accounts with a role where `access` plans; for a planner of the installation, all of them."""
    return accounts_where(access, Role.PLANNER).filter(is_active=True)


def with_words(rows: QuerySet, text: str, *, person: str = "") -> QuerySet:
    """Return the rows whose person has every word of a text in its names or user name, whatever capitals and accents.

    `person` is the way from a row to the account, such as `user__`. Every row is looked at: there are some thousands.
    """
    blank = Value(" ")
    names = Concat(f"{person}first_name", blank, f"{person}last_name", blank, f"{person}username")
    found = rows.alias(person_key=Fold(names))
    for word in fold(text).split():
        found = found.filter(person_key__contains=word)
    return found
