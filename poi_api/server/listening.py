"""The sockets on which the service listens: its own alone, and with limits for those who connect to them."""

import resource
import socket

BACKLOG = 4096  # connections that wait to be taken up; the system may allow fewer
_UNREAD = 60_000  # milliseconds after which a connection ends whose other side takes nothing of what it is sent
_FILES = 65_536  # descriptors that a process asks for; the system may allow fewer
_FILES_BESIDES = 200  # of them for all but connections: the database, temporary files, libraries
_FILES_EACH = 2  # a connection, and the file of a long body that comes by it
_MOST_CONNECTIONS, _FEWEST_CONNECTIONS = 8192, 128  # per process


def listen(host: str, port: int, count: int) -> list[socket.socket]:
    """Return `count` sockets that listen on one address, one for each process. Raises OSError if it is taken.

    They share their port with each other, which the system then lets others of the same user do too. So the port is
    first taken by one that does not share it, which fails while anybody listens there, on this address or on all.
    """
    with _bound(host, port) as alone:
        alone.listen()
    listeners = [_bound(host, port, shared=True) for _ in range(count)]
    for listener in listeners:
        listener.listen(BACKLOG)
    return listeners


def _bound(host: str, port: int, *, shared: bool = False) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            if hasattr(socket, "TCP_USER_TIMEOUT"):  # taken over by every connection
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNREAD)
        listener.bind((host, port))
    except BaseException:
        listener.close()
        raise
    return listener


def most_connections() -> int:
    """Return how many connections a process may have, after asking the system for as many descriptors as it gives."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    soft, hard = (_FILES if limit == resource.RLIM_INFINITY else limit for limit in limits)
    wanted = min(_FILES, hard)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, limits[1]))
        soft = wanted
    return max(_FEWEST_CONNECTIONS, min(_MOST_CONNECTIONS, (soft - _FILES_BESIDES) // _FILES_EACH))
