"""Finished answers with figures, kept by this process and sent again while what they depend on stands.

What decides an answer is its question, what its caller may see, and the state of the database. The first two and the
day are the `Asked` under which it is kept; of the third, its ETag says on which last change it depends. So it is right
while the last point of the change order is the one at which it was made, and, at any later one, while its ETag would
still be the same (docs/decisions/0013).
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Any, NamedTuple

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from units.access.grants import Access, Grant
from units.access.lookup import State
from units.models.point import Point

_ALONE = 8  # no answer takes more than this part of the memory
_BESIDES = 1000  # bytes that an answer takes besides its address and its body, about
_HEADERS = ("Content-Type", "Content-Disposition")


class Asked(NamedTuple):
    """A question as it was put: its address, its format, what its caller may see, in which history, on which day."""

    address: str
    variant: str
    grants: frozenset[Grant]
    epoch: str
    day: date


def asked_by(request: HttpRequest, access: Access, state: State, variant: str) -> Asked:
    """Return under what the answer to a request is kept."""
    return Asked(request.get_full_path(), variant, frozenset(access.grants), state.epoch, state.day)


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and its ETag, found right at `point` of the change order; without a body the ETag alone is known."""

    etag: str
    point: Point
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    def response(self) -> HttpResponse:
        """Return the answer once more. It must have a body."""
        return HttpResponse(self.body, headers=self.headers)

    @property
    def size(self) -> int:
        """How much of the memory it takes, in bytes, besides its address."""
        return len(self.body or b"") + _BESIDES


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


def keep_answer(asked: Asked, made: Any, etag: str, point: Point) -> None:
    """Keep an answer that was made, whole, at `point`: one that is ready now, one that is streamed at its end."""
    if made.status_code != 200:
        return
    headers = {name: made.headers[name] for name in _HEADERS if name in made.headers}

    def keep(body: bytes) -> None:
        MEMORY.keep(asked, Answer(etag, point, body, headers))

    if not made.streaming:
        keep(made.content)
    elif MEMORY.largest:
        made.streaming_content = _collected(made.streaming_content, lambda body: _keep_still(keep, body, point))


def _keep_still(keep: Callable[[bytes], None], body: bytes, point: Point) -> None:
    """Keep what was streamed if nothing was committed meanwhile, so that all of it is of one state."""
    if State.now().point == point:
        keep(body)


def _collected(chunks: Iterable[bytes], whole: Callable[[bytes], None]) -> Iterator[bytes]:
    """Yield the chunks, and hand on all of them when the last has gone, unless they are too large to be kept."""
    parts: list[bytes] = []
    left = MEMORY.largest
    for chunk in chunks:
        left -= len(chunk)
        if left >= 0:
            parts.append(chunk)
        else:
            parts.clear()
        yield chunk
    if left >= 0:
        whole(b"".join(parts))
