"""The directory of the embedded database that an attack fills."""

import atexit
import shutil
import tempfile


def until_the_end() -> str:
    """Return a new directory, which is there until this process ends: its database stops later than any `finally`."""
    directory = tempfile.mkdtemp(prefix="poi-attack-")
    atexit.register(shutil.rmtree, directory, ignore_errors=True)
    return directory
