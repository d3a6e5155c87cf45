"""What may be done on each page, with what in a world of one of everything it is done to, and who may do it.

The pages are read from the service itself: one without a line in `PAGES` fails `test_page_role_matrix`. A line is an
`Operation` (`tests/operations.py`): its `body` is the form that is sent, and its `success` is 302 where that leads on.
"""

import re
from typing import Any

from django.urls import URLResolver, get_resolver

from tests.operations import Operation

# For whoever comes, or whoever is logged in: coming in, going out, one's own password
_OF_ACCOUNTS = "/cuenta/"

PAGES: dict[tuple[str, str], Operation] = {
    ("GET", "/"): Operation(),
}


def views() -> dict[str, Any]:
    """Return the view of every page by its address, with `{names}` in it."""
    included = [each for each in get_resolver().url_patterns if isinstance(each, URLResolver) and not str(each.pattern)]
    found = {
        "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(page.pattern)): page.callback
        for each in included
        for page in each.url_patterns
    }
    return {address: view for address, view in found.items() if not address.startswith(_OF_ACCOUNTS)}


def pages() -> set[tuple[str, str]]:
    """Return all that can be done on pages, as (method, address)."""
    return {
        (method.upper(), address)
        for address, view in views().items()
        for method in ("get", "post")
        if hasattr(view.view_class, method)
    }
