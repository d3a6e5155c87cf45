"""Who plans: whom a page tells a person to ask."""

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.text import get_text_list

from units.access.grants import Access
from units.choices import Role
from units.models import Membership, Unit

_MOST = 3
_MOST_FOR_A_ROLE = 5
_OFFICE = "la oficina de planificación"
_PLANNERS = Membership.objects.filter(role=Role.PLANNER)


def whom_to_ask(access: Access) -> str:
    """Return the names of some who plan the person's institutions, joined by «o»; else what their office is called.

    It is empty for who plans an institution.
    """
    institutions = Unit.objects.institutions_of(access)
    if any(access.allows(Role.PLANNER, [pk]) for pk in institutions.values_list("pk", flat=True)):
        return ""
    names = _names_of(_PLANNERS.filter(unit__in=institutions), _MOST)
    return get_text_list(names, "o") if names else _OFFICE


def who_gives_roles() -> list[str]:
    """Return the names of some who plan an institution or the installation."""
    return _names_of(_PLANNERS.filter(unit=None) | _PLANNERS.filter(unit__parent=None), _MOST_FOR_A_ROLE)


def _names_of(planners: QuerySet[Membership], most: int) -> list[str]:
    people = User.objects.filter(is_active=True, memberships__in=planners).distinct().order_by("pk")[:most]
    return [person.get_full_name() or person.get_username() for person in people]
