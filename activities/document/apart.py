"""Reads a document in a process of its own: what is asked comes by standard input, what was read goes out by output.

Both are pickles, which the service alone writes and reads. What is wrong with a file goes out as a problem.
"""

import pickle
import resource
import sys

from activities.document import Document, DocumentError, Problem, read_document
from activities.document.sharing import shared

MOST_SECONDS = 60  # of computing; the worst files that are not refused by their size take fifteen
MOST_MEMORY = 768 * 2**20  # bytes; 24,000 rows take 530 MB, 10,000 take 180
_TOO_MUCH = "Leer el archivo toma demasiada memoria. Divida el archivo."


def main() -> None:
    """Read one file within the bounds, and end; past `MOST_SECONDS` the process ends by SIGXCPU."""
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    pickle.dump(_answer(), sys.stdout.buffer)


def _answer() -> Document | Problem:
    content, filename, sheet, columns = pickle.load(sys.stdin.buffer)  # noqa: S301 - the service wrote it
    try:
        return shared(read_document(content, filename=filename, sheet=sheet, columns=columns))
    except DocumentError as refusal:
        return Problem(refusal.code, str(refusal), refusal.line, refusal.column)
    except MemoryError:
        return Problem("too_large", _TOO_MUCH)


if __name__ == "__main__":
    main()
