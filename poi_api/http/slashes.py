"""An address without its last slash leads to the one with it."""

from django.http import HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware


class _Kept(HttpResponsePermanentRedirect):
    status_code = 308  # after a 301 most clients make a GET of a POST, whose list looks like success


class Slashes(CommonMiddleware):
    """Django's own, whose redirect keeps method and body."""

    response_redirect_class = _Kept
