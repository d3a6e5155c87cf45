"""What a worker has done before its first request."""

import os
import subprocess
import sys

from django.conf import settings


def test_all_views_are_there_before_somebody_asks() -> None:
    asked = f"import sys, poi_api.wsgi; print({settings.ROOT_URLCONF!r} in sys.modules)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"}
    run = subprocess.run([sys.executable, "-c", asked], env=environment, capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout.strip()) == (0, "True")
