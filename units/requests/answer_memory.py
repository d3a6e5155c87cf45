"""Finished answers with figures, kept by this process and sent again while what they depend on stands.

What decides an answer is its question, what its caller may see, and the state of the database. The first two and the
day are the `Asked` under which it is kept; of the third, its ETag says on which last change it depends. So it is right
while the last point of the change order is the one at which it was made, and, at any later one, while its ETag would
still be the same (docs/decisions/0013). While it is the same point, the door sends what was sent before
(docs/decisions/0040).
"""

import re
from collections import Counter, OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple, Protocol
from weakref import ReferenceType, ref

from django.conf import settings
from django.http import HttpResponseBase

from poi_api.http.compression import GZIP, pack, strong, takes_gzip, weak
from poi_api.http.files import Body, DiskFile, body_of, file_answer
from poi_api.http.lean_view import LeanView
from units.access.grants import Access, Grant
from units.access.lookup import State
from units.history.cursors import cursor_at
from units.models.point import Point
from units.requests.conditional import CURSOR, Freshness
from units.requests.renewal import Begun, Made, Renewal

_ALONE = 8  # no answer takes more than this part of the memory
_AT_ONCE = {False: 256 * 1024, True: 32 * 1024}  # bytes of a body made anew on the event loop, packed or not: 2 ms
_BESIDES = 4000  # bytes that an answer takes besides its wording and its body, about: most are headers
_OF_THE_BODY = "Content-Type", "Content-Encoding"
_HEADERS = (*_OF_THE_BODY, "Content-Disposition", "Report-As-Of", "Report-Version")


# What a request says that decides its answer, headers included, but for who asks; and whether it takes gzip
_ADDRESS = ("PATH_INFO", "QUERY_STRING")
_MANNER = (
    *("HTTP_ACCEPT", "HTTP_HOST", "HTTP_ORIGIN"),
    *("HTTP_X_FORWARDED_PROTO", "SERVER_NAME", "SERVER_PORT", "wsgi.url_scheme"),
)
Wording = tuple[str, ...]
_ETAG = re.compile('(?:W/)?"[0-9a-f]{24}"')  # one of ours alone, weak for who takes gzip
GIVEN = "poi.given"  # where a request has the answer of the memory that it was given, and by whose view


class Asked(NamedTuple):
    """A question as it was put: its wording, what its caller may see, in which history, on which day."""

    wording: Wording
    grants: frozenset[Grant]
    epoch: str
    day: date


def wording_of(said: Mapping[str, Any]) -> Wording:
    """Return how a request (its `META`) is worded."""
    return (*[said.get(name, "") for name in _ADDRESS], *manner_of(said))


def manner_of(said: Mapping[str, Any]) -> Wording:
    """Return how a request (its `META`) is worded but for its address."""
    coding = GZIP if takes_gzip(said.get("HTTP_ACCEPT_ENCODING", "")) else ""
    return (coding, *[said.get(name, "") for name in _MANNER])


def asked_by(wording: Wording, access: Access, state: State) -> Asked:
    """Return under what the answer to a request that is worded so is kept."""
    return Asked(wording, frozenset(access.grants), state.epoch, state.day)


class Sent(NamedTuple):
    """How an answer was sent, by whose view: its status line, and its headers but for the request's id."""

    status: str
    headers: Sequence[tuple[str, str]]
    view: type[LeanView]

    @property
    def has_body(self) -> bool:
        return self.status.startswith("200")


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer and its ETag, `found` right, at `point` of the change order; without a body the ETag alone is known.

    `last_change` is the point of the last change on which it depends. `sent` has how it was sent to those who know
    nothing of it (None), and to those who have it (its ETag, as they name it).

    A file on disk is the body for as long as somebody reads it; the memory itself does not hold it.
    """

    etag: str
    point: Point
    last_change: Point
    body: bytes | ReferenceType[DiskFile] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    sent: dict[str | None, Sent] = field(default_factory=dict, compare=False)
    renewal: Renewal | None = field(default=None, compare=False)
    found: float = field(default_factory=monotonic, init=False, compare=False)

    def stands(self, point: Point, came: float) -> bool:
        """Tell whether it is right for who came then, and was known at `point`: of that, or of a later one since.

        A position is later only for a while: once a copy of the files was put back, it may be another history's.
        """
        return self.point == point or (self.found >= came and self.point.position > point.position)

    def response(self) -> HttpResponseBase | None:
        """Return the answer once more, None if it has no body (any more)."""
        body = self.body() if isinstance(self.body, ref) else self.body
        return None if body is None else file_answer(body, self.headers)

    def note(self, known: str | None, sent: Sent) -> None:
        """Keep how it was sent: its body, or that it is what was `known` (If-None-Match)."""
        if isinstance(self.body, bytes) if sent.has_body else ("ETag", known) in sent.headers:
            self.sent[None if sent.has_body else known] = sent

    def sent_to(self, known: str | None) -> Sent | None:
        """Return how it was sent to one who knows the same: nothing, another ETag, or its own. Of others: None."""
        knows_another = known is not None and strong(known) != self.etag and _ETAG.fullmatch(known)
        return self.sent.get(None if knows_another else known)

    def begun(self) -> "Begun[Answer] | None":
        """Begin to make it anew for who knows nothing of it, as it was sent; None where that takes its view."""
        sent = self.sent.get(None)
        if self.renewal is None or sent is None or not sent.view.asks_what_all_do():
            return None
        if not isinstance(self.body, bytes) or len(self.body) > _AT_ONCE[self._is_packed]:
            return None
        return self.renewal.again.then(partial(self._anew, sent, self.renewal)).begin()

    @property
    def _is_packed(self) -> bool:
        return "Content-Encoding" in self.headers

    def _anew(self, sent: Sent, renewal: Renewal, made: Made) -> "Answer | None":
        """Return the answer with another body; None if it has headers that it had not, or had some that it has not."""
        etag, point = renewal.etag(made.freshness), made.freshness.last_change
        body = pack(made.body) if self._is_packed else made.body
        if body is None or (self.headers.keys() ^ made.headers.keys()).difference(_OF_THE_BODY):
            return None
        is_weak = strong(said := dict(sent.headers)["ETag"]) != said
        own = {
            **made.headers,
            "ETag": weak(etag) if is_weak else etag,
            CURSOR: cursor_at(point, renewal.access),
            "Content-Length": str(len(body)),
        }
        told = sent._replace(headers=[(name, own.get(name, value)) for name, value in sent.headers])
        return replace(
            self,
            etag=etag,
            point=made.freshness.point,
            last_change=point,
            body=body,
            headers={**self.headers, **made.headers},
            sent={**(self.sent if etag == self.etag else {}), None: told},
        )

    @property
    def size(self) -> int:
        """How much of the memory it takes, in bytes, besides its wording."""
        return (len(self.body) if isinstance(self.body, bytes) else 0) + _BESIDES


class Kept(Protocol):
    """An answer, or what others are made of."""

    @property
    def size(self) -> int: ...


def _size(asked: Asked, answer: Kept) -> int:
    """Return how much of the memory a question and its answer take, in bytes."""
    return sum(map(len, asked.wording)) + answer.size


class AnswerMemory:
    """As many of the answers last used as fit into a number of bytes."""

    def __init__(self) -> None:
        self._answers: OrderedDict[Asked, Kept] = OrderedDict()
        self._wordings: Counter[Wording] = Counter()  # of the answers
        self._lock = Lock()
        self.size = 0

    @property
    def largest(self) -> int:
        """How many bytes a body may have."""
        most: int = settings.ANSWER_MEMORY_BYTES
        return most // _ALONE

    def has_any(self, wording: Wording) -> bool:
        """Tell whether there is an answer to anybody who words a question so."""
        return wording in self._wordings

    def get(self, asked: Asked) -> Any:
        """Return the answer kept, None without one; whether it still stands is for the caller to see."""
        with self._lock:
            answer = self._answers.get(asked)
            if answer is not None:
                self._answers.move_to_end(asked)
            return answer

    def keep(self, asked: Asked, answer: Kept) -> None:
        """Keep an answer in place of the one there was, and forget those that were not used for longest."""
        size = _size(asked, answer)
        if size > self.largest:
            return
        with self._lock:
            if asked in self._answers:
                self._forget(asked)
            self._answers[asked] = answer
            self._wordings[asked.wording] += 1
            self.size += size
            while self.size > settings.ANSWER_MEMORY_BYTES:
                self._forget(next(iter(self._answers)))

    def forget(self, asked: Asked, answer: Kept) -> None:
        """Forget an answer, unless another one is kept in its place."""
        with self._lock:
            if self._answers.get(asked) is answer:
                self._forget(asked)

    def _forget(self, asked: Asked) -> None:
        self.size -= _size(asked, self._answers.pop(asked))
        self._wordings[asked.wording] -= 1
        if not self._wordings[asked.wording]:
            del self._wordings[asked.wording]


MEMORY = AnswerMemory()


def keep_answer(
    asked: Asked, made: Any, etag: str, freshness: Freshness, renewal: Renewal | None = None
) -> Answer | None:
    """Keep an answer that was made, whole, at the point of its freshness, and return it.

    A file that is too large stays where others can read it too. A refusal and headers alone are not kept: None.
    """
    body = body_of(made) if made.status_code == 200 else None
    if body is None:
        return None
    headers = {name: made.headers[name] for name in _HEADERS if name in made.headers}
    answer = Answer(etag, freshness.point, freshness.last_change, _kept(body), headers, renewal=renewal)
    MEMORY.keep(asked, answer)
    return answer


def _kept(body: Body) -> bytes | ReferenceType[DiskFile]:
    if isinstance(body, bytes):
        return body
    return body.read(0, body.size) if body.size <= MEMORY.largest else ref(body)
