"""What many tests of a module start from, made once for all of them.

    @pytest.fixture(scope="module")
    def made(module_transaction: None) -> Unit:
        return make.institution("SAT")

    @pytest.fixture
    def sat(made: Unit) -> Unit:
        return as_made(made)

The transaction of each test is then a savepoint inside the module's: it is undone to what was made, and the module's is
undone after its last test. Both are one transaction for the database: what is made and what a test does have the same
change set, as they have where a test makes everything itself.
"""

from collections.abc import Iterator
from copy import deepcopy
from types import SimpleNamespace
from typing import TypeVar

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

from tests.operations import one_of_everything

Made = TypeVar("Made")


@pytest.fixture(scope="module")
def module_transaction(test_database: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A transaction around every test of the module that starts from what was made in it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


def as_made(made: Made) -> Made:
    """Return a copy of what was made: what a test does to its objects is not there for the next test."""
    return deepcopy(made)


@pytest.fixture(scope="module")
def everything_made(module_transaction: None) -> SimpleNamespace:
    return one_of_everything()


@pytest.fixture
def everything(everything_made: SimpleNamespace) -> SimpleNamespace:
    """Return one of everything (`tests/operations.py`), made once for the module."""
    return as_made(everything_made)
