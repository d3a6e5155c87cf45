"""The service's settings, with an embedded database of each test run's own; `.data/` is not touched."""

import atexit
import os
import shutil
import tempfile

if "POI_DATA_DIR" not in os.environ:  # parallel workers inherit the one of the run
    os.environ["POI_DATA_DIR"] = tempfile.mkdtemp(prefix="poi-tests-")
    atexit.register(shutil.rmtree, os.environ["POI_DATA_DIR"], ignore_errors=True)
# The tests say themselves what the environment holds
for name in ("DEBUG", "HTTPS", "SECRET_KEY", "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS"):
    os.environ.pop(name, None)

from poi_api.database.limits import Limits  # noqa: E402
from poi_api.settings import *  # noqa: E402, F403
from poi_api.settings import DATABASE_LIMITS, DATABASES  # noqa: E402

DATABASES["default"]["EMBEDDED_DURABLE"] = False
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Tests take as long as they take; those of limits set their own
DATABASE_LIMITS = dict.fromkeys(DATABASE_LIMITS, Limits())
