"""Answers that are files: made whole first, in memory while they are small and else on disk, and then sent."""

import errno
import logging
import os
import shutil
import tempfile
from collections.abc import Generator, Mapping
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import Any
from weakref import WeakSet, finalize

from django.conf import settings
from django.http import FileResponse, HttpResponse, HttpResponseBase

from poi_api.http.exceptions import TooLarge, Unavailable

logger = logging.getLogger(__name__)

_BLOCK = 1024 * 1024  # bytes; a file with fewer stays in memory
_PARTS = 4  # of a block: what is written at once. The memory of a whole one would be asked of the system each time
_SENT_AT_ONCE = 64 * 1024  # bytes
_LEFT_FREE = 1024**3, 20  # bytes of a disk that stay free; of a smaller disk one part in so many
_WAIT = 30  # seconds after which others may have given the disk back
IS_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)  # of an OSError

Parts = Generator[bytes, None, None]


def export_dir() -> str | None:
    """Return where files are made, None for the system's place; made anew if it vanished while the service ran."""
    if settings.EXPORT_DIR:
        Path(settings.EXPORT_DIR).mkdir(mode=0o700, parents=True, exist_ok=True)
    directory: str | None = settings.EXPORT_DIR
    return directory


class DiskFile:
    """A file without a name that is on disk for as long as somebody holds this object; `size` in bytes."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(buffering=0, dir=export_dir())  # noqa: SIM115 - it outlives this block
        finalize(self, self._file.close)
        self.size = 0
        with _lock:
            _on_disk.add(self)

    def write(self, block: bytes | bytearray) -> None:
        """Add a block at the end.

        Raises TooLarge or Unavailable where the bounds leave no room, OSError where the disk does.
        """
        self._take(len(block))
        rest = memoryview(block)
        while rest:
            rest = rest[os.write(self._file.fileno(), rest) :]

    def _take(self, size: int) -> None:
        most = settings.EXPORT_DISK_BYTES
        with _lock:
            if self.size + size > most:
                raise TooLarge("file_too_large", _TOO_LARGE)
            if bytes_on_disk() + size > most:
                raise Unavailable("busy", _TOO_MANY, wait=_WAIT)
            self.size += size
        disk, (free, part) = shutil.disk_usage(self._file.fileno()), _LEFT_FREE
        if disk.free - size < min(free, disk.total // part):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def read(self, place: int, size: int) -> bytes:
        """Return up to `size` bytes from `place` on. Several can read at the same time."""
        return os.pread(self._file.fileno(), size, place)

    def close(self) -> None:
        """Give the disk back, whoever holds this object still."""
        self._file.close()
        self.size = 0


_on_disk: WeakSet[DiskFile] = WeakSet()
_lock = Lock()
_TOO_LARGE = "El archivo es más grande de lo que este servicio puede preparar: pídalo por partes, con más filtros."
_TOO_MANY = "El espacio para archivos está ocupado por otros que se están enviando; vuelva a intentar en un momento."
_NO_ROOM = "No queda espacio en disco para preparar el archivo; avise a quien opera el servicio."

Body = bytes | DiskFile


def bytes_on_disk() -> int:
    """Return how much of the disk the files of this process take."""
    return sum(file.size for file in _on_disk)


def made_file(parts: Parts) -> Body:
    """Return all parts together, or give back what was made of them, and raise what stopped it.

    Raises TooLarge where it is more than all the room there is, Unavailable where others have it.
    """
    try:
        with closing(parts):
            return _made(parts)
    except OSError as error:
        if error.errno not in IS_FULL:
            raise
        logger.error("No queda espacio en disco para exportar", exc_info=error)
        raise Unavailable("disk_full", _NO_ROOM, wait=_WAIT) from error


def _made(parts: Parts) -> Body:
    gathered, file = bytearray(), None
    try:
        for part in parts:
            gathered += part
            if len(gathered) >= (_BLOCK // _PARTS if file else _BLOCK):
                file = file or DiskFile()
                file.write(gathered)
                gathered.clear()
        if file is None:
            return bytes(gathered)
        file.write(gathered)
    except BaseException:
        if file is not None:
            file.close()  # the error may be held for long, and what made the file with it
        raise
    return file


class _Reading:
    """One of those who read a file, as FileResponse takes it: it holds the file until it is closed."""

    def __init__(self, file: DiskFile) -> None:
        self.file: DiskFile | None = file
        self._place = 0

    def read(self, size: int) -> bytes:
        block = self.file.read(self._place, size) if self.file else b""
        self._place += len(block)
        return block

    def close(self) -> None:
        self.file = None


class _FileAnswer(FileResponse):
    block_size = _SENT_AT_ONCE


def file_answer(body: Body, headers: Mapping[str, str]) -> HttpResponseBase:
    """Return the answer that sends a file; `headers` say its type. A file on disk can be sent to many at once."""
    if isinstance(body, bytes):
        return HttpResponse(body, headers=headers)
    others = {name: value for name, value in headers.items() if name != "Content-Type"}
    others["Content-Length"] = str(body.size)
    return _FileAnswer(_Reading(body), content_type=headers["Content-Type"], headers=others)


def body_of(answer: Any) -> Body | None:
    """Return the whole body of an answer that is ready and was not read yet; None of headers alone."""
    if not answer.streaming:
        return bytes(answer.content)
    reading: _Reading | None = getattr(answer, "file_to_stream", None)
    return reading.file if reading else None
