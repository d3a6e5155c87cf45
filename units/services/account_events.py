"""What happens to people's accounts is noted here, in the transaction that does it (domain.md, "Roles")."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest

from poi_api.http.request_ids import request_id_of
from units.access.lookup import confirmed_person
from units.choices import AccountEventKind
from units.history.change_sets import current_change_set, recorded_transaction
from units.models import AccountEvent, Membership


@contextmanager
def own_act(request: HttpRequest, person: User) -> Iterator[None]:
    """Run the block as one act of a person on its own account, before or after it is logged in."""
    actor = confirmed_person(person).access.actor
    with recorded_transaction(actor=actor, user_id=person.pk, request_id=request_id_of(request)):
        yield


@transaction.atomic
def note(person: User, kind: AccountEventKind) -> None:
    """Keep in history that something happened to an account, at each unit on which its person holds a role."""
    held: list[int | None] = [each.unit_id for each in Membership.objects.filter(user=person).order_by("unit_id")]
    change_set = current_change_set()
    AccountEvent.objects.bulk_create(
        AccountEvent(user=person, unit_id=unit, kind=kind, change_set=change_set) for unit in held or [None]
    )
