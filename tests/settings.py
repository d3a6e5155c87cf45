"""The service's settings, with an embedded database of each test run's own; `.data/` is not touched."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# In memory where there is room: to keep files on a disk is a twentieth of what a run computes
_SHARED, _ROOM = "/dev/shm", 4 << 30
_place = _SHARED if Path(_SHARED).is_dir() and shutil.disk_usage(_SHARED).free > _ROOM else None
for name in ("POI_DATA_DIR", "POI_TESTS_FIRST_RUN"):  # the latter is of tests/service_process.py
    if name not in os.environ:  # parallel workers inherit those of the run
        os.environ[name] = tempfile.mkdtemp(prefix="poi-tests-", dir=_place)
        atexit.register(shutil.rmtree, os.environ[name], ignore_errors=True)
# The tests say themselves what the environment holds
for name in ("DEBUG", "HTTPS", "SECRET_KEY", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS"):
    os.environ.pop(name, None)

from poi_api.database.engine.base import DatabaseWrapper  # noqa: E402
from poi_api.database.limits import Limits  # noqa: E402
from poi_api.settings import *  # noqa: E402, F403
from poi_api.settings import DATABASE_LIMITS, DATABASES  # noqa: E402
from tests.databases import DatabaseCreation  # noqa: E402

DatabaseWrapper.creation_class = DatabaseCreation
DATABASES["default"]["EMBEDDED_DURABLE"] = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests take as long as they take; those of limits set their own
DATABASE_LIMITS = dict.fromkeys(DATABASE_LIMITS, Limits())
# Each test client makes the middleware anew: WhiteNoise would look at every file each time
WHITENOISE_AUTOREFRESH = True
