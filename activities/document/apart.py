"""Reads a document in a process of its own: what is asked comes by standard input, what was read goes out by output.

Both are pickles, which the service alone writes and reads. A refusal goes out like a document.
"""

import pickle
import sys

from activities.document import DocumentError, read_document


def main() -> None:
    """Read one file, and end."""
    content, filename, sheet, columns = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - the service wrote it
    try:
        read = read_document(content, filename=filename, sheet=sheet, columns=columns)
    except DocumentError as refusal:
        sys.stdout.buffer.write(pickle.dumps(refusal))
    else:
        sys.stdout.buffer.write(pickle.dumps(read))


if __name__ == "__main__":
    main()
