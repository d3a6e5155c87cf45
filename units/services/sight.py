"""Who comes to see a unit, and who does not any more, when it moves in the tree."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from django.db.models import Q

from units.access.grants import Access
from units.choices import Role
from units.models import ApiClient, Membership

MOST = 100  # of each kind that are named


class Holders(NamedTuple):
    """Keys and roles by which a unit is seen; `not_shown` counts others, of which the caller may not know."""

    clients: list[ApiClient]
    people: list[Membership]
    not_shown: int


class SightChange(NamedTuple):
    """Whose sight a move changes."""

    gained: Holders
    lost: Holders


def sight_change(before: Sequence[int], after: Sequence[int], access: Access) -> SightChange:
    """Return who sees what lies at the path `after` and did not at `before`, and the other way round.

    Those who hold a role on both ways, or on the installation, are not among them. Four queries.
    """
    return SightChange(gained=_holders(after, before, access), lost=_holders(before, after, access))


def _holders(here: Sequence[int], there: Sequence[int], access: Access) -> Holders:
    """Return who sees what is at the path `here` and not what is at `there`."""
    only_here = [unit for unit in here if unit not in there]
    clients = ApiClient.objects.usable().filter(unit__in=only_here).select_related("unit").order_by("name_key", "pk")
    elsewhere = Membership.objects.filter(Q(unit__in=there) | Q(unit=None)).values("user")
    people = Membership.objects.filter(unit__in=only_here, user__is_active=True).exclude(user__in=elsewhere)
    people = people.select_related("unit", "user").order_by("user__username", "pk")
    keys, roles = _known(clients, access), _known(people, access)
    return Holders(keys, roles, len(clients) + len(people) - len(keys) - len(roles))


def _known(rows: Iterable[Any], access: Access) -> list[Any]:
    """Return those of `rows` that a planner may know of, of many the first."""
    return [row for row in rows if access.allows(Role.PLANNER, row.unit.path)][:MOST]
