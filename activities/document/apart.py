"""Reads a document in a process of its own: what is asked comes by standard input, what was read goes out by output.

Both are pickles, which the service alone writes and reads: of a document, then of its rows, some at a time, because no
other request goes on while one is read. What is wrong with a file goes out as a problem.
"""

import pickle
import resource
import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from itertools import chain, islice
from typing import IO, Any

from activities.document import Document, DocumentError, Problem, read_document

MOST_SECONDS = 60  # of computing; the worst files that are not refused by their size take fifteen
MOST_MEMORY = 768 * 2**20  # bytes; 24,000 rows take 530 MB, 10,000 take 180
OUT_OF_MEMORY = 12  # the status with which it ends past `MOST_MEMORY`
_AT_ONCE = 500  # rows; reading them takes 10 ms


def main() -> None:
    """Read one file within the bounds, and end; past `MOST_SECONDS` the process ends by SIGXCPU.

    What was written until then is no answer where it ends otherwise than well.
    """
    _limit(resource.RLIMIT_CPU, MOST_SECONDS, MOST_SECONDS + 1)
    _limit(resource.RLIMIT_AS, MOST_MEMORY, MOST_MEMORY)
    try:
        write_answer(answer_to(sys.stdin.buffer), sys.stdout.buffer)
    except MemoryError:
        sys.exit(OUT_OF_MEMORY)


def _limit(what: int, soft: int, hard: int) -> None:
    """Bound this process, or leave it where it may have less: nobody gives it more."""
    given = resource.getrlimit(what)[1]
    if given == resource.RLIM_INFINITY or given > hard:
        resource.setrlimit(what, (soft, hard))


def write_answer(answer: Document | Problem, target: IO[bytes]) -> None:
    """Write what was read; what two rows share is written once."""
    pickler = pickle.Pickler(target)
    if isinstance(answer, Problem):
        pickler.dump(answer)
        return
    pickler.dump(replace(answer, rows=()))
    rows = iter(answer.rows)
    while some := list(islice(rows, _AT_ONCE)):
        pickler.dump(some)
    pickler.dump([])


def read_answer(source: IO[bytes]) -> Document | Problem:
    """Return what was written by `write_answer`."""
    unpickler = pickle.Unpickler(source)  # noqa: S301 - the service wrote it
    answer: Document | Problem = unpickler.load()
    if isinstance(answer, Problem):
        return answer
    return replace(answer, rows=list(chain.from_iterable(iter(unpickler.load, []))))


def answer_to(source: IO[bytes]) -> Document | Problem:
    """Return the document that is asked for, or what is wrong with its file."""
    content, filename, sheet, columns = pickle.load(source)  # noqa: S301 - the service wrote it
    try:
        return shared(read_document(content, filename=filename, sheet=sheet, columns=columns))
    except DocumentError as refusal:
        return Problem(refusal.code, str(refusal), refusal.line, refusal.column)


def shared(document: Document) -> Document:
    """Return the same document, of whose rows no text or quantity is in memory twice: they take a tenth of it."""
    pool = _Pool()
    return replace(document, rows=[pool.of(row) for row in document.rows])


class _Pool:
    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._quantities: dict[str, Decimal] = {}
        self._tuples: dict[tuple[int, ...], tuple[Any, ...]] = {}  # by the ids of what they hold

    def of(self, value: Any) -> Any:
        """Return the value, made of what is in the pool."""
        if isinstance(value, str):
            return self._texts.setdefault(value, value)
        if isinstance(value, Decimal):
            return self._quantities.setdefault(str(value), value)  # 1 and 1.0 are equal and not the same
        if isinstance(value, tuple):
            made = tuple(map(self.of, value))
            return self._tuples.setdefault(tuple(map(id, made)), made)
        if isinstance(value, Mapping):
            return {self.of(name): self.of(each) for name, each in value.items()}
        if is_dataclass(value) and not isinstance(value, type):
            return type(value)(**{field.name: self.of(getattr(value, field.name)) for field in fields(value)})
        return value


if __name__ == "__main__":
    main()
