"""The WSGI application, for `make run` and for any other WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from poi_api.http.requests import Utf8Request
from poi_api.server.broken_streams import cut_broken_streams

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poi_api.settings")
handler = get_wsgi_application()
handler.request_class = Utf8Request
application = cut_broken_streams(handler)
