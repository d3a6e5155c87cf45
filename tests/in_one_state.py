"""What is asked case by case of one state of the database, by one test: to make the state costs more than to ask.

    @for_each("code", ["", "A B", None])
    def test_it_is_refused(planner: Caller, code: Any) -> None: ...

It is written as with `pytest.mark.parametrize`, for cases that need nothing else of their own. What a case writes in a
test's transaction is undone before the next, and of the one that fails it is said which it was.
"""

import inspect
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.db import connection, transaction

Test = Callable[..., None]


def for_each(names: str | tuple[str, ...], cases: Iterable[Any]) -> Callable[[Test], Test]:
    """Let a test ask every case: a value by one name, or as many as there are names."""
    values = [{names: case} if isinstance(names, str) else dict(zip(names, case, strict=True)) for case in cases]

    def asking(test: Test) -> Test:
        @wraps(test)
        def ask(*given: Any, **fixtures: Any) -> None:
            for case in values:
                try:
                    with _undone():
                        test(*given, **fixtures, **case)
                except BaseException as error:
                    error.add_note(f"case: {case}")
                    raise

        asked = inspect.signature(test)
        del ask.__wrapped__  # pytest would take its names for fixtures
        left = [parameter for name, parameter in asked.parameters.items() if name not in values[0]]
        ask.__signature__ = asked.replace(parameters=left)  # type: ignore[attr-defined]
        return ask

    return asking


@contextmanager
def _undone() -> Iterator[None]:
    if not connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        yield
        transaction.set_rollback(True)
