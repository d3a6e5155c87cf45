"""Machine clients and their keys (domain.md, "Roles")."""

from datetime import datetime

from django.db import transaction
from django.db.models.functions import Now
from django.utils import timezone

from poi_api.http.exceptions import Conflict, Invalid
from poi_api.http.folding import fold
from poi_api.http.texts import trimmed
from units.access.grants import Access
from units.access.keys import new_key
from units.choices import Role
from units.models import ApiClient, Unit
from units.services.codes import require_shown
from units.services.grants import require_another_planner, require_may_grant


@transaction.atomic
def create_client(
    *,
    name: str,
    role: str,
    unit: Unit | None = None,
    expires_at: datetime | None = None,
    granted_by: Access | None = None,
) -> tuple[ApiClient, str]:
    """Make a machine client and its key, shown here and never again.

    `unit` None is the whole installation. `granted_by` is who asks, if not an operator: it must hold what it
    gives, and the expiry lie ahead. Raises Forbidden, Invalid, Conflict for a name that is taken, or ValidationError
    for a name that is blank or holds what cannot be seen, or an unknown role.
    """
    if granted_by is not None:
        require_may_grant(access=granted_by, role=role_named(role), unit=unit)
        _require_future(expires_at)
    key = new_key()
    client = ApiClient(
        name=trimmed(name), role=role, unit=unit, prefix=key.prefix, key_hash=key.digest, expires_at=expires_at
    )
    client.institution_id = unit.institution_id if unit else None
    require_shown(name=client.name)
    _require_free_name(client, granted_by)
    client.full_clean(exclude=["key_hash"], validate_constraints=False)  # the database's own are a 409
    client.save(force_insert=True)
    return client, key.text


def rotate_client(*, client: ApiClient, expires_at: datetime | None = None) -> str:
    """Give a client a new key, returned here and never again; the old one is dead at once.

    The expiry stays unless another is given. Raises Conflict for a client that was revoked, or that expired
    and gets no new expiry, and Invalid for an expiry in the past.
    """
    if client.revoked_at is not None:
        raise Conflict("client_revoked", "El cliente fue revocado; cree otro para tener una clave nueva.")
    if expires_at is not None:
        _require_future(expires_at)
        client.expires_at = expires_at
    elif client.expires_at is not None and client.expires_at <= timezone.now():
        raise Conflict("client_expired", "La clave ya venció; indique en «expires_at» hasta cuándo vale la nueva.")
    key = new_key()
    client.prefix, client.key_hash = key.prefix, key.digest
    client.save(update_fields=["prefix", "key_hash", "expires_at"])
    return key.text


def revoke_client(*, client: ApiClient, revoked_by: Access) -> None:
    """Make a client's key worthless at once and for ever; what it did stays its own. Again is no change.

    Raises Conflict `last_planner`.
    """
    require_another_planner(grant=client, revoked_by=revoked_by)
    ApiClient.objects.filter(pk=client.pk, revoked_at=None).update(revoked_at=Now())


def _require_free_name(client: ApiClient, access: Access | None) -> None:
    """Raise Conflict if another client of the institution has or had the name; to who plans for it, saying which."""
    of_institution = ApiClient.objects.select_related("unit").filter(institution_id=client.institution_id)
    taken = of_institution.filter(name_key=fold(client.name)).first()
    if taken is None:
        return
    if access is None or access.allows(Role.PLANNER, taken.unit.path if taken.unit else ()):
        state = ", que ya se revocó" if taken.revoked_at else ""
        detail = f"Ya existe el cliente «{taken}» (id {taken.pk}){state}; use otro nombre."
    else:
        detail = "Ya existe en la institución un cliente con ese nombre, fuera de las unidades que usted planifica."
    raise Conflict("duplicate_name", detail, field="name")


def _require_future(expires_at: datetime | None) -> None:
    """Raise Invalid for an expiry that has passed."""
    if expires_at is not None and expires_at <= timezone.now():
        raise Invalid("expiry_passed", "Ese momento ya pasó; indique uno por venir.", field="expires_at")


def role_named(text: str) -> Role:
    """Return the role called `text`. Raises ValueError, in Spanish, with all role names."""
    try:
        return Role(text)
    except ValueError:
        raise ValueError(f"No existe el rol «{text}»: use {', '.join(Role.values)}.") from None


def scope_named(code: str | None) -> Unit | None:
    """Return the unit with a code, None (the installation) for none. Raises ValueError, in Spanish."""
    if code is None:
        return None
    unit = Unit.objects.filter(code=code).first()
    if unit is None:
        raise ValueError(f"No existe una unidad con el código «{code}».")
    return unit


def scope_in_words(unit: Unit | None) -> str:
    """Return where a role holds, in Spanish."""
    return f"{unit.code} {unit.name}" if unit else "toda la instalación"
