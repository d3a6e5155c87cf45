"""The institutions that somebody plans, and so may import documents for."""

from units.access.grants import Access
from units.choices import Role
from units.models import Unit

_MOST = 1000


def planned_institutions(access: Access) -> list[Unit]:
    """Return the institutions on which `access` holds the role of planner, a thousand at most."""
    own = Unit.objects.institutions_of(access)[:_MOST]
    return [unit for unit in own if access.allows(Role.PLANNER, unit.path)]
