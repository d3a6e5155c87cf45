"""The port is this service's alone, and connections have their limits."""

import errno
import resource
import socket

import pytest

from poi_api.server import listening
from tests.poi_api.processes import free_port


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.mark.parametrize("other", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize("first", ["127.0.0.1", "0.0.0.0"])
def test_a_second_service_on_the_port_is_refused_on_one_address_or_all(port, first, other):
    listeners = listening.listen(first, port, 2)
    with pytest.raises(OSError, match="in use") as refused:
        listening.listen(other, port, 2)
    assert refused.value.errno == errno.EADDRINUSE
    for listener in listeners:
        listener.close()
    for listener in listening.listen(other, port, 2):  # and what was refused left nothing
        listener.close()


def test_each_connection_ends_whose_other_side_takes_nothing(port):
    listeners = listening.listen("127.0.0.1", port, 1)
    with socket.create_connection(("127.0.0.1", port)), listeners[0].accept()[0] as taken:
        assert taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 60_000
    listeners[0].close()


@pytest.mark.parametrize(
    ("soft", "hard", "allowed", "most"),
    [
        (1024, 20_000, 20_000, 8192),  # it asks for what it may have
        (1024, 4096, 4096, 1948),  # and each connection may need a second one
        (256, 256, 256, 128),
        (1024, resource.RLIM_INFINITY, 65_536, 8192),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, None, 8192),
    ],
)
def test_there_are_descriptors_for_the_connections_taken(monkeypatch, soft, hard, allowed, most):
    limits = {"soft": soft}
    monkeypatch.setattr(resource, "getrlimit", lambda _: (limits["soft"], hard))
    monkeypatch.setattr(resource, "setrlimit", lambda _, wanted: limits.update(soft=wanted[0]))
    assert listening.most_connections() == most
    assert limits["soft"] == (allowed if allowed else soft)
