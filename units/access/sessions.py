"""How long a person stays logged in."""

from datetime import timedelta

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.utils import timezone


def begin(session: SessionBase) -> None:
    """Let a session end `SESSION_COOKIE_AGE` after this moment, however much it is used."""
    session.set_expiry(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))


def end_all(person: User, *, but: str | None = None) -> None:
    """End all sessions of a person for good, `but` the one with that key. Whose each is stands inside: all are read."""
    going_on = Session.objects.filter(expire_date__gt=timezone.now()).exclude(pk=but)
    own = [each.pk for each in going_on.iterator() if each.get_decoded().get(SESSION_KEY) == str(person.pk)]
    Session.objects.filter(pk__in=own).delete()
