"""Finished answers with figures, kept by this process and sent again while what they depend on stands.

What decides an answer is its question, what its caller may see, and the state of the database. The first two and the
day are the `Asked` under which it is kept; of the third, its ETag says on which last change it depends. So it is right
while the last point of the change order is the one at which it was made, and, at any later one, while its ETag would
still be the same (docs/decisions/0013).
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any, NamedTuple
from weakref import ReferenceType, ref

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from poi_api.http.compression import wants_gzip
from poi_api.http.files import Body, DiskFile, body_of, file_answer
from units.access.grants import Access, Grant
from units.access.lookup import State
from units.models.point import Point
from units.requests.conditional import Freshness

_ALONE = 8  # no answer takes more than this part of the memory
_BESIDES = 1000  # bytes that an answer takes besides its address and its body, about
_HEADERS = ("Content-Type", "Content-Disposition", "Content-Encoding", "Report-As-Of", "Report-Version")


class Asked(NamedTuple):
    """A question as it was put.

    Its address, its format, whether compressed, what its caller may see, in which history, on which day.
    """

    address: str
    variant: str
    gzip: bool
    grants: frozenset[Grant]
    epoch: str
    day: date


def asked_by(request: HttpRequest, access: Access, state: State, variant: str) -> Asked:
    """Return under what the answer to a request is kept."""
    address = f"{request.path}?{request.META.get('QUERY_STRING', '')}"
    return Asked(address, variant, wants_gzip(request), frozenset(access.grants), state.epoch, state.day)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and its ETag, found right at `point` of the change order; without a body the ETag alone is known.

    `last_change` is the point of the last change on which it depends.

    A file on disk is the body for as long as somebody reads it; the memory itself does not hold it.
    """

    etag: str
    point: Point
    last_change: Point
    body: bytes | ReferenceType[DiskFile] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> HttpResponseBase | None:
        """Return the answer once more, None if it has no body (any more)."""
        body = self.body() if isinstance(self.body, ref) else self.body
        return None if body is None else file_answer(body, self.headers)

    @property
    def size(self) -> int:
        """How much of the memory it takes, in bytes, besides its address."""
        return (len(self.body) if isinstance(self.body, bytes) else 0) + _BESIDES


def _size(asked: Asked, answer: Answer) -> int:
    """Return how much of the memory a question and its answer take, in bytes."""
    return len(asked.address) + answer.size


class AnswerMemory:
    """As many of the answers last used as fit into a number of bytes."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Asked, Answer] = OrderedDict()
        self._lock = Lock()
        self.size = 0

    @property
    def largest(self) -> int:
        """How many bytes a body may have."""
        most: int = settings.ANSWER_MEMORY_BYTES
        return most // _ALONE

    def get(self, asked: Asked) -> Answer | None:
        """Return the answer kept, if any; whether it still stands is for the caller to see."""
        with self._lock:
            answer = self._answers.get(asked)
            if answer is not None:
                self._answers.move_to_end(asked)
            return answer

    def keep(self, asked: Asked, answer: Answer) -> None:
        """Keep an answer in place of the one there was, and forget those that were not used for longest."""
        size = _size(asked, answer)
        if size > self.largest:
            return
        with self._lock:
            if (former := self._answers.pop(asked, None)) is not None:
                self.size -= _size(asked, former)
            self._answers[asked] = answer
            self.size += size
            while self.size > settings.ANSWER_MEMORY_BYTES:
                self.size -= _size(*self._answers.popitem(last=False))

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._answers.clear()
            self.size = 0


MEMORY = AnswerMemory()


def keep_answer(asked: Asked, made: Any, etag: str, freshness: Freshness) -> None:
    """Keep an answer that was made, whole, at the point of its freshness.

    A file that is too large stays where others can read it too.
    """
    if made.status_code != 200:
        return
    headers = {name: made.headers[name] for name in _HEADERS if name in made.headers}
    MEMORY.keep(asked, Answer(etag, freshness.point, freshness.last_change, _kept(body_of(made)), headers))


def _kept(body: Body) -> bytes | ReferenceType[DiskFile]:
    if isinstance(body, bytes):
        return body
    return body.read(0, body.size) if body.size <= MEMORY.largest else ref(body)
