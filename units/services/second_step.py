"""The second step of logging in: a code of six digits that a telephone shows, or one of ten kept for when it is lost.

Secrets and codes are stored as django-allauth does, beside the last period whose code was taken: so that no code is
taken twice, whichever process is asked (RFC 6238).
"""

from secrets import compare_digest
from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.contrib.auth.models import User
from django.db import transaction

from poi_api.http.exceptions import Conflict, Forbidden
from units.access.grants import Access
from units.choices import AccountEventKind
from units.services.account_events import note
from units.services.people import require_manages

_LAST = "last_counter"  # in the data of an authenticator: the last period whose code was taken
_ON = "Ya tiene activado el segundo paso; desactívelo antes de activar otro."


def has_second_step(person: User) -> bool:
    """Tell whether logging in as a person takes a code."""
    return bool(Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).exists())


def new_secret() -> str:
    """Return a new secret for a telephone, in base 32."""
    return str(totp.generate_totp_secret())


def period_of(secret: str, code: str) -> int | None:
    """Return the period, of now and the ones before and after, whose code is `code`; None for a wrong one."""
    typed = normalize_user_code(code).encode()
    found = None
    for period in totp.yield_hotp_counters_from_time():
        if compare_digest(totp.format_hotp_value(totp.hotp_value(secret, period)).encode(), typed):
            found = period
    return found


@transaction.atomic
def switch_on(person: User, secret: str, period: int) -> list[str]:
    """Ask a person for a code from now on, but not for that of `period` again; return its recovery codes.

    Raises Conflict `second_step_on` where it is on already.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if has_second_step(person):
        raise Conflict("second_step_on", _ON)
    Authenticator.objects.create(user=person, type=Authenticator.Type.TOTP, data={"secret": secret, _LAST: period})
    note(person, AccountEventKind.SECOND_STEP_ON)
    return _make_codes(person)


@transaction.atomic
def renew_codes(person: User) -> list[str]:
    """Return new recovery codes of a person; those before are void. Raises Conflict `second_step_off`."""
    if not has_second_step(person):
        raise Conflict("second_step_off", "No tiene activado el segundo paso.")
    note(person, AccountEventKind.RECOVERY_CODES_MADE)
    return _make_codes(person)


@transaction.atomic
def switch_off(person: User, noted: AccountEventKind = AccountEventKind.SECOND_STEP_OFF) -> bool:
    """Ask a person for no code any more, which is `noted` as what it wished itself; tell whether it was asked."""
    removed, _ = Authenticator.objects.filter(user=person).delete()
    if removed:
        note(person, noted)
    return bool(removed)


def take_second_step(*, person: User, access: Access | None = None) -> None:
    """Take the second step of a person away, whose telephone is lost, for who could give it a new link.

    `access` is who asks, if not an operator. Raises Forbidden, for one's own too, and Conflict `second_step_off`.
    """
    if access is not None:
        require_manages(access, person)
        if person.pk == access.user_id:
            raise Forbidden(detail="Su propio segundo paso lo desactiva en «Mi cuenta», con su contraseña.")
    if not switch_off(person, noted=AccountEventKind.SECOND_STEP_TAKEN):
        raise Conflict("second_step_off", f"{person.get_username()} no tiene activado el segundo paso.")


@transaction.atomic
def passes(person: User, code: str) -> Authenticator | None:
    """Return by what a code lets a person in, None for a wrong one and for who is locked; from now on it is spent."""
    held = Authenticator.objects.select_for_update(of=("self",)).filter(user=person, user__is_active=True)
    by_type = {each.type: each for each in held.order_by("pk")}  # in one order, so that nobody waits crosswise
    phone, codes = by_type.get(Authenticator.Type.TOTP), by_type.get(Authenticator.Type.RECOVERY_CODES)
    if phone is not None and _takes(phone, code):
        return phone
    if phone is not None and codes is not None and RecoveryCodes(codes).validate_code(code):
        note(person, AccountEventKind.RECOVERY_CODE_USED)
        return codes
    return None


def codes_left(person: User) -> int:
    """Return how many recovery codes a person has that were not used."""
    held = Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES).first()
    return len(RecoveryCodes(held).get_unused_codes()) if held else 0


def _takes(phone: Authenticator, code: str) -> bool:
    period = period_of(phone.data["secret"], code)
    if period is None or period <= phone.data[_LAST]:
        return False
    phone.data[_LAST] = period
    phone.save(update_fields=["data"])
    return True


def _make_codes(person: User) -> list[str]:
    held: Any = Authenticator.objects.filter(user=person, type=Authenticator.Type.RECOVERY_CODES)
    held.delete()
    made = RecoveryCodes.activate(person)
    made.mark_as_viewed()
    return list(made.get_unused_codes())
