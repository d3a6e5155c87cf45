"""The WSGI application, for `make run` and for any other WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poi_api.settings")
application = get_wsgi_application()
