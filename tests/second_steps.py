"""People who are asked for a code after the password, and the codes that their telephones show."""

from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import User

from units.services.second_step import new_secret, switch_on


def second_step(person: User) -> str:
    """Have a person be asked for a code; return the secret that its telephone has."""
    secret = new_secret()
    switch_on(person, secret, 0)
    return secret


def code(secret: str, period: int) -> str:
    """Return the code of a period of 30 seconds."""
    return str(totp.format_hotp_value(totp.hotp_value(secret, period)))


def code_now(secret: str) -> str:
    """Return a code that is taken now: the last one."""
    return code(secret, max(totp.yield_hotp_counters_from_time()))
