"""An address without its last slash leads to the one with it."""

from functools import partial

from django.http import HttpResponsePermanentRedirect
from django.middleware.common import CommonMiddleware


class Slashes(CommonMiddleware):
    """Django's own, whose redirect keeps method and body."""

    # After a 301 most clients make a GET of a POST, whose list looks like success
    response_redirect_class = partial(HttpResponsePermanentRedirect, preserve_request=True)  # type: ignore[assignment]
