"""What of a unit itself goes over to another one that it is merged into (docs/decisions/0046)."""

from typing import NamedTuple

from poi_api.http.exceptions import Conflict
from poi_api.http.folding import fold
from units.access.grants import Access
from units.choices import Role, UnitKind
from units.models import ApiClient, Membership, Unit
from units.services.people import void_link
from units.services.sight import SightChange, sight_change
from units.services.units import update_unit


class HandedOver(NamedTuple):
    """The units below that moved, the roles and keys that hold on the other unit now, and whose sight it changed."""

    units: list[Unit]
    people: list[Membership]
    clients: list[ApiClient]
    sight: SightChange


def require_mergeable(unit: Unit, into: Unit) -> None:
    """Raise Conflict unless `unit` may go over to `into`: an active one of its institution that is not below it."""
    if unit.kind == UnitKind.INSTITUTION:
        raise Conflict("institution_stays", "Una institución no se fusiona con otra unidad.")
    if into.institution_id != unit.institution_id:
        raise Conflict("unit_stays_in_institution", "Una unidad no cambia de institución.", field="into")
    if unit.pk in into.path:
        detail = "Una unidad no se fusiona consigo misma ni con una que dependa de ella."
        raise Conflict("unit_tree_has_no_cycle", detail, field="into")
    if not into.is_active:
        raise Conflict("unit_inactive", f"La unidad {into.code} está inactiva: elija otra.", field="into")
    if not unit.is_active and into.aliases.filter(name=unit.code).exists():
        raise Conflict("unit_inactive", f"La unidad {unit.code} ya se fusionó con {into.code}.")


def hand_over(*, access: Access, unit: Unit, into: Unit) -> HandedOver:
    """Give `into` what hangs from a locked unit, its names and its code; the unit stays below it, inactive.

    Its activities have to be gone. Raises Conflict as `update_unit` does, such as for a code that names another unit.
    """
    before, names = list(unit.path), list(unit.aliases.values_list("name", flat=True))
    below = list(unit.children.select_for_update(no_key=True).order_by("name_key", "pk"))
    for each in below:
        update_unit(access=access, unit=each, parent=into)
    update_unit(access=access, unit=unit, parent=into, is_active=False, aliases=[])
    sight = sight_change(before, unit.path, access)
    known = list(into.aliases.values_list("name", flat=True))
    update_unit(access=access, unit=into, aliases=_each_once(into.name, known, unit.name, *names, unit.code))
    return HandedOver(below, _hand_over_roles(unit, into), _hand_over_keys(unit, into), sight)


def _each_once(own: str, known: list[str], *added: str) -> list[str]:
    """Return the names that are known, and those added that read otherwise than these and the unit's own."""
    by_key = {fold(name): name for name in (own, *known)}
    for name in added:
        by_key.setdefault(fold(name), name)
    return list(by_key.values())[1:]


def _hand_over_roles(unit: Unit, into: Unit) -> list[Membership]:
    """Let the roles on a unit hold on the other; who has one there already keeps the higher of the two.

    Once all are there, links are void whose makers could not make them for who is there.
    """
    there = {held.user_id: held for held in into.memberships.select_related("user")}
    people = []
    for held in unit.memberships.select_related("user").order_by("user__username"):
        kept = there.get(held.user_id, held)
        if kept is held:
            held.unit = into
            held.save(update_fields=["unit"])
        else:
            held.delete()
            if Role(held.role).rank > Role(kept.role).rank:
                kept.role = held.role
                kept.save(update_fields=["role"])
        people.append(kept)
    for kept in people:
        void_link(kept.user)
    return people


def _hand_over_keys(unit: Unit, into: Unit) -> list[ApiClient]:
    """Let the keys on a unit hold on the other; one that was revoked stays where it held."""
    clients = list(unit.clients.filter(revoked_at=None).order_by("name_key", "pk"))
    for client in clients:
        client.unit = into
        client.save(update_fields=["unit"])
    return clients
