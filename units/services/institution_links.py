"""The links of people to their institution's own log-in: one subject of an issuer each (docs/decisions/0045)."""

from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.models import User
from django.db import transaction

from poi_api.http.exceptions import Conflict
from units.choices import AccountEventKind
from units.services.account_events import note


def institution_link(person: User, issuer: str) -> SocialAccount | None:
    """Return a person's link to an issuer, None if there is none."""
    return SocialAccount.objects.filter(user=person, provider=issuer).first()


@transaction.atomic
def link_institution(person: User, issuer: str, subject: str, called: str) -> None:
    """Let a person come in as a subject of an issuer; the same link again is no change.

    Raises Conflict for a subject of another person, and for a person with another subject there; `called` is the
    institution's name. Of two at the same time the database has one.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    held = institution_link(person, issuer)
    if held is not None and held.uid == subject:
        return
    if held is not None:
        raise already_linked(called)
    _, made = SocialAccount.objects.get_or_create(provider=issuer, uid=subject, defaults={"user": person})
    if not made:
        detail = f"Esa cuenta de {called} ya está vinculada a otra persona de este servicio."
        raise Conflict("institution_linked_to_another", detail)
    note(person, AccountEventKind.INSTITUTION_LINKED)


def already_linked(called: str) -> Conflict:
    """Return the refusal for a person who has another subject linked."""
    return Conflict("institution_linked", f"Ya tiene vinculada otra cuenta de {called}; quite antes ese vínculo.")


@transaction.atomic
def unlink_institution(person: User) -> bool:
    """Let a person come in by the institution's own log-in no more; tell whether it could."""
    removed, _ = SocialAccount.objects.filter(user=person).delete()
    if removed:
        note(person, AccountEventKind.INSTITUTION_UNLINKED)
    return bool(removed)
