"""A file as the body of an answer: the thread that made it leaves, and the event loop sends it in blocks."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import IO
from weakref import WeakSet

BLOCK = 32 * 1024  # bytes; some seven blocks wait for a slow reader
_LARGEST = 512 * 1024  # bytes; from a megabyte on each would be asked of the system anew
_AT_ONCE = 1024 * 1024  # bytes that blocks for all readers have together, as long as they are no smaller than BLOCK

# A disk may take long over a read, and over giving back what a large file took
_pool = ThreadPoolExecutor(2, thread_name_prefix="file")


class FileBlocks:
    """What Django hands over in place of a FileResponse (PEP 3333, `wsgi.file_wrapper`).

    Large blocks cost a sixth of what small ones do, and as many of them wait for a reader that stalls. So blocks are
    large while there are few readers.
    """

    def __init__(self, file: IO[bytes], _suggested: int = BLOCK) -> None:
        self._file = file
        _sent.add(self)

    async def read(self) -> bytes:
        """Return the next block, nothing after the last."""
        size = min(_LARGEST, max(BLOCK, _AT_ONCE // len(_sent)))
        return await asyncio.get_running_loop().run_in_executor(_pool, self._file.read, size)

    async def close(self) -> None:
        """Close the file, and with it Django's answer."""
        _sent.discard(self)
        await asyncio.get_running_loop().run_in_executor(_pool, self._file.close)


_sent: WeakSet[FileBlocks] = WeakSet()
