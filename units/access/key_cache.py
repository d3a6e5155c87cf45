"""What a key allowed a moment ago, for as long as nothing at all has changed.

Whatever a key may do, and that it may still do it, is in the change order: a revoked key, a new role, a moved
unit are changes like any other. So an access that was read at some position holds for every answer made from
that same position; of an answer that turns out to be made from a later one the key is looked up after all, and
only if it allows something else now is the answer made again. That saves a quarter of a small answer. A key with
an expiry, or not used for a minute, is looked up each time.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.http import HttpResponseBase

from units.access.authentication import find_by_key
from units.access.grants import Access
from units.access.keys import digest_of
from units.requests.conditional import CURSOR

_MOST = 1000
_NOTED_FOR = 60  # seconds: when a key was last used is noted to the minute


@dataclass(frozen=True, slots=True)
class _Remembered:
    access: Access
    cursor: str
    minute: int


_memory: OrderedDict[bytes, _Remembered] = OrderedDict()


def answer_by_key(text: str, answer: Callable[[Access], HttpResponseBase]) -> HttpResponseBase:
    """Return `answer` for the access of a key. Raises AuthenticationFailed, and what `answer` raises.

    `answer` must name the place in the change order that it was made from (`freshen`).
    """
    digest, minute = digest_of(text), int(time.time()) // _NOTED_FOR
    known, made = _memory.get(digest), None
    # What is not committed yet has no place in the order: within a transaction nothing can be relied on.
    if known is not None and known.minute == minute and not connection.in_atomic_block:
        made = answer(known.access)
        if made.headers.get(CURSOR) == known.cursor:
            return made
    found = find_by_key(text)
    if found.lasts:
        _remember(digest, _Remembered(found.access, found.cursor, minute))
    # Something changed, but not what the key allows: then the answer is as good as one made now
    if made is not None and known is not None and known.access == found.access:
        return made
    return answer(found.access)


def _remember(digest: bytes, remembered: _Remembered) -> None:
    _memory[digest] = remembered
    _memory.move_to_end(digest)
    if len(_memory) > _MOST:
        _memory.popitem(last=False)
