"""A file as the body of an answer: the thread that made it leaves, and the event loop sends it in blocks."""

from typing import IO

BLOCK = 32 * 1024  # bytes; some dozens of blocks wait for a slow reader


class FileBlocks:
    """What Django hands over in place of a FileResponse (PEP 3333, `wsgi.file_wrapper`)."""

    def __init__(self, file: IO[bytes], block: int = BLOCK) -> None:
        self._file = file

    def __iter__(self) -> "FileBlocks":
        return self

    def __next__(self) -> bytes:
        if block := self.read():
            return block
        raise StopIteration

    def read(self) -> bytes:
        """Return the next block, empty after the last."""
        return self._file.read(BLOCK)

    def close(self) -> None:
        """Close the file, and with it Django's answer."""
        self._file.close()
