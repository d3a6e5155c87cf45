"""How long a person stays logged in."""

from datetime import timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone


def begin(session: SessionBase) -> None:
    """Let a session end `SESSION_COOKIE_AGE` after this moment, however much it is used."""
    session.set_expiry(timezone.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE))
