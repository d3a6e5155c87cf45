"""`Idempotency-Key`: a request that is sent again is answered as the first time and has no second effect.

The first good answer is stored in the transaction of its own effect, for seven days, under caller, path
and key (api.md, "Writes"). Of twins one is done and the others are refused: nobody waits on a thread of the service.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models.functions import Now
from django.http import HttpResponse
from rest_framework.request import Request

from poi_api.database import locks
from poi_api.database.rows import values_of
from poi_api.http.exceptions import Conflict, Invalid, Unavailable
from units.access.grants import Access
from units.models import StoredAnswer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"
KEPT_FOR = timedelta(days=7)
_METHODS = {"POST", "PUT"}
_KEY = re.compile(r"[\x21-\x7e]{1,255}")
_LOCK = f"SELECT pg_try_advisory_xact_lock({locks.IDEMPOTENCY_KEY})"
_SOON = 1  # seconds; few writes take longer
_IN_PROGRESS = f"Otra solicitud con esta {HEADER} está en curso; vuelva a enviarla y recibirá lo que aquella respondió."
_FORGET = f"""
DELETE FROM units_storedanswer WHERE id IN (
    SELECT id FROM units_storedanswer WHERE created_at < now() - interval '{KEPT_FOR.days} days'
     ORDER BY created_at LIMIT 100 FOR UPDATE SKIP LOCKED)
"""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One sending of a request that carries a key. All of it happens in the transaction of the effect."""

    caller: str
    path: str
    key: str
    request_hash: bytes

    def earlier_answer(self) -> StoredAnswer | None:
        """Return what was answered to this key, if anything.

        Otherwise answers that are too old are forgotten: its own at any rate, and some others. Raises Unavailable
        `in_progress` while a twin is under way.
        """
        if values_of(_LOCK, [self._lock]) != [(True,)]:
            raise Unavailable("in_progress", _IN_PROGRESS, wait=_SOON)
        own = StoredAnswer.objects.filter(caller=self.caller, path=self.path, key=self.key)
        stored = own.filter(created_at__gt=Now() - KEPT_FOR).first()
        if stored is None:
            own.delete()
            values_of(_FORGET)
        return stored

    def is_answered_by(self, stored: StoredAnswer) -> bool:
        """Tell whether the stored answer is that of this very request."""
        return bytes(stored.request_hash) == self.request_hash

    def keep(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Store the answer. Waits for nobody: everybody's commit may be waiting for this one."""
        StoredAnswer.objects.create(
            caller=self.caller,
            path=self.path,
            key=self.key,
            request_hash=self.request_hash,
            status=status,
            headers=dict(headers),
            body=body,
        )

    @property
    def _lock(self) -> int:
        name = "\n".join((self.caller, self.path, self.key)).encode()
        return int.from_bytes(hashlib.sha256(name).digest()[:4], signed=True)


def attempt_of(request: Request, access: Access, content: Any) -> Attempt | None:
    """Return the attempt that a request is, None without a key or where keys mean nothing (PATCH, DELETE).

    `content` is the body as it was read. Raises Invalid for a key that cannot be one.
    """
    key = request.headers.get(HEADER)
    if key is None or request.method not in _METHODS:
        return None
    if not _KEY.fullmatch(key):
        raise Invalid("invalid_idempotency_key", f"{HEADER} admite de 1 a 255 caracteres ASCII visibles.")
    said = f"{request.method} {request.get_full_path()}\n".encode() + _fingerprint(content)
    return Attempt(access.pk, request.path, key, hashlib.sha256(said).digest())


def key_reused() -> Conflict:
    """Return the refusal of another request under a key that was already used."""
    return Conflict(
        "idempotency_key_reused",
        f"Esta {HEADER} ya se usó en esta ruta con otro contenido; use una clave nueva para una solicitud nueva.",
    )


def replay(stored: StoredAnswer) -> HttpResponse:
    """Return the stored answer once more, marked as such."""
    answer = HttpResponse(bytes(stored.body), status=stored.status, headers={**stored.headers, REPLAYED: "true"})
    if not stored.body:
        del answer.headers["Content-Type"]
    return answer


def _fingerprint(content: Any) -> bytes:
    """Return bytes that are the same for the same body: JSON whatever its blanks, forms with their files."""
    if isinstance(content, Mapping) and any(isinstance(value, UploadedFile) for value in content.values()):
        content = {name: _part(value) for name, value in content.items()}
    return json.dumps(content, sort_keys=True, default=lambda number: {"decimal": str(number)}).encode()


def _part(value: Any) -> Any:
    if not isinstance(value, UploadedFile):
        return value
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return {"name": value.name, "sha256": digest.hexdigest()}
