"""The accounts of people: making one, and the link by which its person chooses a password (domain.md, "Roles")."""

import hashlib
import secrets
from datetime import timedelta

from django.contrib.auth.models import User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db.models.functions import Now

from poi_api.http.exceptions import Conflict
from units.choices import Role
from units.models import Invitation, Membership, Unit

LASTS = timedelta(hours=24)
_valid_name = UnicodeUsernameValidator()


def create_person(*, name: str, role: Role, unit: Unit | None, full_name: str = "") -> User:
    """Make an account without a password, and its role. The caller has seen to who may do this.

    Raises ValidationError for a name that cannot be one, Conflict `person_exists` whatever its capitals.
    """
    _valid_name(name)
    if User.objects.filter(username__iexact=name).exists():
        raise Conflict("person_exists", f"Ya existe una persona con el usuario «{name}».", field="name")
    first, _, last = full_name.strip().partition(" ")
    person = User(username=name, first_name=first, last_name=last)
    person.set_unusable_password()
    person.full_clean(exclude=["password"])
    person.save(force_insert=True)
    Membership.objects.create(user=person, role=role, unit=unit)
    return person


def new_link(person: User) -> str:
    """Return the secret of a new link for a person's password; it is shown once, and one from before is void."""
    secret = secrets.token_urlsafe(32)
    values = {"digest": _digest_of(secret), "expires_at": Now() + LASTS}
    Invitation.objects.update_or_create(person=person, defaults=values)
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


def set_lock(person: User, *, locked: bool) -> None:
    """Keep a person out, or let it in again; its sessions end at once, and its link is void."""
    person.is_active = not locked
    person.save(update_fields=["is_active"])
    if locked:
        Invitation.objects.filter(person=person).delete()


def _digest_of(secret: str) -> bytes:
    """Return the SHA-256 of 256 random bits, which need no slower hash: 32 bytes."""
    return hashlib.sha256(secret.encode()).digest()
