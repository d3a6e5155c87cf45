"""The WSGI application, for `make run` and for any other WSGI server."""

import os

from django.core.wsgi import get_wsgi_application

from poi_api.database.limits import limit_this_process
from poi_api.server.broken_streams import cut_broken_streams

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "poi_api.settings")
limit_this_process()
application = cut_broken_streams(get_wsgi_application())
