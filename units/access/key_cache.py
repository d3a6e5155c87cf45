"""What a key allows, kept by this process for as long as nothing at all has changed (docs/decisions/0005).

Whatever a key may do, and that it may still do it, is in the change order: a revoked key, a new role, a moved unit are
changes like any other. So an access that was read at the last position of the order holds while that is still the last
one, which one small statement tells before anything is answered.
"""

import time
from collections import OrderedDict
from dataclasses import dataclass

from django.db import connection

from units.access.keys import digest_of
from units.access.lookup import Confirmed, State, confirmed_by_key

_MOST = 1000
_MINUTE = 60  # seconds: when a key was last used is noted to the minute


@dataclass(frozen=True, slots=True)
class _Kept:
    confirmed: Confirmed
    minute: int


_kept: OrderedDict[bytes, _Kept] = OrderedDict()


def confirmed_access(text: str) -> Confirmed:
    """Return the access of a key and the state in which it holds, for a request that reads.

    Raises AuthenticationFailed. A key with an expiry, or not looked up within this minute, is looked up; so is every
    key inside a transaction, where what is not committed yet has no place in the order.
    """
    if connection.in_atomic_block:
        return confirmed_by_key(text)
    digest, minute = digest_of(text), int(time.time()) // _MINUTE
    kept = _kept.get(digest)
    if kept is not None and kept.minute == minute:
        now = State.now()
        if now[:2] == kept.confirmed.state[:2]:
            return Confirmed(kept.confirmed.access, now, lasts=True)
    confirmed = confirmed_by_key(text)
    if confirmed.lasts:
        _keep(digest, _Kept(confirmed, minute))
    return confirmed


def _keep(digest: bytes, kept: _Kept) -> None:
    _kept[digest] = kept
    _kept.move_to_end(digest)
    if len(_kept) > _MOST:
        _kept.popitem(last=False)
