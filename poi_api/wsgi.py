"""The WSGI application, which `make run` serves from its event loop and any other WSGI server can serve too."""

import os
from importlib import import_module

from django.conf import settings
from django.core.cache import close_caches
from django.core.handlers.base import reset_urlconf
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, reset_queries
from django.utils.module_loading import import_string

from poi_api.database.limits import limit_this_process
from poi_api.http.requests import Utf8Request

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poi_api.settings")
limit_this_process()
# Connections persist, and whether one lives is seen when the next request begins, which names its addresses anew
request_started.disconnect(reset_queries)
for _receiver in (close_old_connections, close_caches, reset_urlconf):
    request_finished.disconnect(_receiver)
_django = get_wsgi_application()
_django.request_class = Utf8Request
import_module(settings.ROOT_URLCONF)  # all views with it, so that whoever asks first does not wait for them
application = import_string(settings.DOOR)(_django)
