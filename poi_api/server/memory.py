"""What a large body leaves in memory is given back at once."""

import ctypes
import gc

_LARGE = 256 * 1024  # bytes; a list of three thousand months has less
_MADE_BETWEEN = 5_000  # objects more than before, at which the youngest are looked through
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3  # of malloc.h
_KEPT = 2 * 1024 * 1024  # bytes that the C library may keep for each thread
_APART = 1024 * 1024  # bytes from which a block is the system's own, and its again when it is freed


def settle() -> None:
    """Leave what is there once the service is loaded out of every later collection, and keep no large blocks.

    Left to itself, glibc keeps up to 64 MB for each thread once it has had large blocks.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_MADE_BETWEEN)
    if _set_option:
        _set_option(_M_TRIM_THRESHOLD, _KEPT)
        _set_option(_M_MMAP_THRESHOLD, _APART)


def give_back(after: int) -> None:
    """Free what a request left behind whose body had so many bytes, if that is large.

    Request, view and serializers refer to each other and to the body. Python frees such circles when it has made many
    objects, however much they hold.
    """
    if after > _LARGE:
        gc.collect()


_set_option = getattr(ctypes.CDLL(None), "mallopt", None)  # glibc has it
