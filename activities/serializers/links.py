"""What counts as the address of a proof: one that a browser can open, with nothing misleading in it."""

import re
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import urlsplit

_START = re.compile(r"https?://([^/?#]*)", re.IGNORECASE)
_LONGEST_HOST = 253
# Names of an intranet have underscores and no dots; those with letters of other alphabets are left as written
_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")


def is_link(text: str) -> bool:
    """Tell whether a text is a web address: http or https, a host that can exist, a port from 1 to 65535 if any.

    One with a user before its host is none: `https://sat.gob.pe@example.com/` leads elsewhere than it seems.
    """
    start = _START.match(text)
    return start is not None and text.isprintable() and " " not in text and _leads_somewhere(start[1])


@lru_cache(maxsize=1000)  # the links of a batch lead to a few servers
def _leads_somewhere(authority: str) -> bool:
    try:
        parts = urlsplit(f"//{authority}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    return "@" not in authority and port != 0 and _is_host(host)


def _is_host(host: str) -> bool:
    """Tell whether a host is a name or an address; one that ends in a number can only be an IPv4 address."""
    labels = host.removesuffix(".").split(".")
    try:
        if ":" in host:
            return bool(IPv6Address(host))
        if labels[-1].isdigit():
            return bool(IPv4Address(host))
    except AddressValueError:
        return False
    return len(host) <= _LONGEST_HOST and all(map(_LABEL.fullmatch, labels))
