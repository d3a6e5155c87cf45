"""The accounts of people: making one, the link by which its person chooses a password, its roles and its lock.

See domain.md, "Roles".
"""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import transaction
from django.db.models.functions import Now

from poi_api.database import locks
from poi_api.database.rows import values_of
from poi_api.http.exceptions import Conflict, Forbidden
from units.access.grants import Access
from units.access.lookup import confirmed_person
from units.access.sessions import end_all
from units.choices import AccountEventKind, Role
from units.models import Invitation, Membership, Unit
from units.services.account_events import note
from units.services.codes import require_shown
from units.services.grants import require_another_planner, require_may_grant

LASTS = timedelta(hours=24)
_LOCK = f"SELECT pg_advisory_xact_lock({locks.USER_NAMES})"
_valid_name = UnicodeUsernameValidator()


@transaction.atomic
def create_person(
    *, name: str, role: Role, unit: Unit | None, full_name: str = "", granted_by: Access | None = None
) -> User:
    """Make an account without a password, and its role.

    `granted_by` is who asks, if not an operator: Forbidden where it may not give that role. Raises ValidationError for
    a name that cannot be one, Conflict `person_exists` whatever its capitals.
    """
    if granted_by is not None:
        require_may_grant(access=granted_by, role=role, unit=unit)
    name = User.normalize_username(name)  # or a name in other letters of the same look would be another's in capitals
    _valid_name(name)
    require_shown(name=name, full_name=full_name.strip())
    values_of(_LOCK)
    if User.objects.filter(username__iexact=name).exists():
        raise Conflict("person_exists", f"Ya existe una persona con el usuario «{name}».", field="name")
    first, _, last = full_name.strip().partition(" ")
    person = User(username=name, first_name=first, last_name=last)
    person.set_unusable_password()
    person.full_clean(exclude=["password"])
    person.save(force_insert=True)
    Membership.objects.create(user=person, role=role, unit=unit)
    return person


def manages(access: Access, person: User) -> bool:
    """Tell whether `access` plans wherever a person holds a role.

    Whoever gives somebody a new link could come in by it: so nobody does who could not give all of these roles.
    """
    if access.everywhere(Role.PLANNER):
        return True
    held = Membership.objects.filter(user=person).select_related("unit")
    return not person.is_superuser and all(each.unit and access.allows(Role.PLANNER, each.unit.path) for each in held)


def require_manages(access: Access, person: User) -> None:
    """Raise Forbidden unless `access` plans wherever a person holds a role, which gets no other meanwhile."""
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not manages(access, person):
        name = person.get_username()
        detail = f"{name} tiene también roles fuera de lo que usted planifica; pídalo a quien planifica ahí."
        raise Forbidden("grants_too_much", detail)


def lock_person(*, access: Access, person: User, locked: bool) -> None:
    """Lock an account or unlock it, for who plans wherever it holds a role.

    Raises Forbidden, for one's own account too, and Conflict `last_planner`.
    """
    require_manages(access, person)
    if locked and person.pk == access.user_id:
        raise Forbidden(detail="Nadie bloquea su propia cuenta: pídalo a otra persona que planifica.")
    if locked:  # of two planners who lock each other at the same time the second finds out
        for held in Membership.objects.filter(user=person).select_related("unit"):
            require_another_planner(grant=held, revoked_by=access)
    set_lock(person, locked=locked)


@transaction.atomic
def new_link(person: User) -> str:
    """Return the secret of a new link for a person's password; it is shown once, and one from before is void."""
    secret = secrets.token_urlsafe(32)
    values = {"digest": _digest_of(secret), "expires_at": Now() + LASTS}
    Invitation.objects.update_or_create(person=person, defaults=values)
    note(person, AccountEventKind.LINK_MADE)
    return secret


def invited_by(secret: str) -> User | None:
    """Return whose link it is; None for one that is spent, void or over, and for a person who is locked out."""
    found = Invitation.objects.select_related("person")
    invitation = found.filter(digest=_digest_of(secret), expires_at__gt=Now(), person__is_active=True).first()
    return invitation.person if invitation else None


def spend_link(secret: str) -> bool:
    """Take a link away; tell whether it was there still. Of two who send it at the same time one has it."""
    deleted, _ = Invitation.objects.filter(digest=_digest_of(secret), expires_at__gt=Now()).delete()
    return bool(deleted)


def void_link(person: User) -> None:
    """Take a person's link away unless whoever made it could make one still, now that it has another role.

    One that an operator made stays.
    """
    if Invitation.objects.filter(person=person).exists():
        made = person.account_events.filter(kind=AccountEventKind.LINK_MADE).select_related("change_set__user").last()
        maker = made and made.change_set.user
        if maker and not manages(confirmed_person(maker).access, person):
            Invitation.objects.filter(person=person).delete()


@transaction.atomic
def set_lock(person: User, *, locked: bool) -> None:
    """Keep a person out, or let it in again; its sessions end at once, and its link is void."""
    person.is_active = not locked
    if User.objects.filter(pk=person.pk, is_active=locked).update(is_active=not locked):
        note(person, AccountEventKind.LOCKED if locked else AccountEventKind.UNLOCKED)
    if locked:
        end_all(person)  # or one that somebody else has would go on once the account is unlocked
        Invitation.objects.filter(person=person).delete()


@transaction.atomic
def create_membership(*, user: User, role: str, unit: Unit | None, granted_by: Access) -> Membership:
    """Give a person a role on a unit and all below it (None: the installation).

    Raises Forbidden for more than `granted_by` holds, and Conflict if the person has a role there already. A link
    for its password is void if whoever made it could not give that role.
    """
    require_may_grant(access=granted_by, role=Role(role), unit=unit)
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # a link may be about to be made
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


def _digest_of(secret: str) -> bytes:
    """Return the SHA-256 of 256 random bits, which need no slower hash: 32 bytes."""
    return hashlib.sha256(secret.encode()).digest()
