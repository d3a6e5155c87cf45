"""What a request with a large body leaves behind is freed when it ends, however its parts refer to each other."""

import gc
import weakref
from collections.abc import Iterator

import pytest

from poi_api.server.application import Application
from tests.poi_api.server.asgi import answering, asked, part, scope

LARGE = 256 * 1024


class Circle:
    """Refers to itself, as a request of Django REST framework does."""

    def __init__(self) -> None:
        self.again = self


@pytest.fixture(autouse=True)
def collected_by_nobody_else() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize(("length", "freed"), [(LARGE, False), (LARGE + 1, True)])
def test_circles_are_freed_after_a_large_body_alone(length: int, freed: bool) -> None:
    left = []

    def handle(environ: object) -> list[bytes]:
        circle = Circle()
        left.append(weakref.ref(circle))
        return [b"done"]

    said = (b"content-length", str(length).encode())
    client = asked(Application(answering(handle)), scope("POST", b"/", said), part(b"x" * length, more=False))
    assert client.body == b"done"
    assert (left[-1]() is None) is freed
