"""The product's own settings, with the rival views instead of its paths."""

from poi_api.settings import *  # noqa: F403
from poi_api.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.bench"]
ROOT_URLCONF = "tests.bench.urls"
