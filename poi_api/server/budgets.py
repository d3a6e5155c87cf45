"""How many bytes a process holds for its clients, all together and for one of them."""

from collections import Counter
from threading import Lock


class Budget:
    """So many bytes, of which one client has at most the half; several threads may use it."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: Counter[str] = Counter()
        self._lock = Lock()

    def take(self, client: str, count: int) -> bool:
        """Take bytes for a client; False, and nothing taken, if there are not as many left for it."""
        with self._lock:
            if self._held[client] + count > self._size // 2 or self._held.total() + count > self._size:
                self._forget(client)
                return False
            self._held[client] += count
            return True

    def give_back(self, client: str, count: int) -> None:
        """Give back what was taken."""
        with self._lock:
            self._held[client] -= count
            self._forget(client)

    def _forget(self, client: str) -> None:
        if not self._held[client]:
            del self._held[client]
