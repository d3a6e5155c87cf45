"""From where a request comes."""

from functools import lru_cache
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.conf import settings

_NETWORK = 64  # bits of an IPv6 address that are one subscriber's


def client_address(connection: str, forwarded: str) -> str:
    """Return an IPv4 address, or the network of an IPv6 address; empty if neither is named.

    That is the connection's own, unless so many proxies as `PROXIES` says each add to X-Forwarded-For, which is
    `forwarded`.
    """
    hops = forwarded.split(",")
    proxies: int = settings.PROXIES
    named = hops[-proxies] if 0 < proxies <= len(hops) else ""
    return _network(_without_port(named.strip())) or _network(connection)


def _without_port(hop: str) -> str:
    """Return an address as some proxies write it, without its port, brackets and quotes (RFC 7239, section 6)."""
    bare = hop.strip('"')
    if bare.startswith("["):
        return bare[1:].partition("]")[0]
    return bare.partition(":")[0] if bare.count(":") == 1 else bare  # an IPv6 address has two at least


@lru_cache(maxsize=1000)
def _network(text: str) -> str:
    """Return the address, or the network, that a text names; empty if it names none."""
    try:
        address = ip_address(text)
    except ValueError:
        return ""
    if not isinstance(address, IPv6Address):
        return str(address)
    return str(address.ipv4_mapped or IPv6Network((int(address), _NETWORK), strict=False))
