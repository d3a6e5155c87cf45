"""A file as the body of an answer: the thread that made it leaves, and the event loop sends it in blocks."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import IO

BLOCK = 32 * 1024  # bytes; some dozens of blocks wait for a slow reader
_READ_AT_ONCE = 8 * BLOCK

# A disk may take long over a read, and over giving back what a large file took
_pool = ThreadPoolExecutor(2, thread_name_prefix="file")


class FileBlocks:
    """What Django hands over in place of a FileResponse (PEP 3333, `wsgi.file_wrapper`)."""

    def __init__(self, file: IO[bytes], _suggested: int = BLOCK) -> None:
        self._file = file

    async def read(self) -> list[bytes]:
        """Return the next blocks, none after the last."""
        part = await asyncio.get_running_loop().run_in_executor(_pool, self._file.read, _READ_AT_ONCE)
        return [part[place : place + BLOCK] for place in range(0, len(part), BLOCK)]

    async def close(self) -> None:
        """Close the file, and with it Django's answer."""
        await asyncio.get_running_loop().run_in_executor(_pool, self._file.close)
