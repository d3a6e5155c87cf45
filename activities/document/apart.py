"""Reads a document in a process of its own: what is asked comes by standard input, what was read goes out by output.

Both are pickles, which the service alone writes and reads. What is wrong with a file goes out as a problem.
"""

import pickle
import sys

from activities.document import Document, DocumentError, Problem, read_document


def main() -> None:
    """Read one file, and end."""
    content, filename, sheet, columns = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - the service wrote it
    try:
        answer: Document | Problem = read_document(content, filename=filename, sheet=sheet, columns=columns)
    except DocumentError as refusal:
        answer = Problem(refusal.code, str(refusal), refusal.line, refusal.column)
    sys.stdout.buffer.write(pickle.dumps(answer))


if __name__ == "__main__":
    main()
