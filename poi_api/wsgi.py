"""The WSGI application, which `make run` serves from its event loop and any other WSGI server can serve too."""

import os

from django.core.wsgi import get_wsgi_application

from poi_api.database.limits import limit_this_process
from poi_api.http.requests import Utf8Request

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poi_api.settings")
limit_this_process()
application = get_wsgi_application()
application.request_class = Utf8Request
