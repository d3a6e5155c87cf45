"""A copy in a file of a database in which something is."""

from pathlib import Path

import pytest
from django.core.management import call_command

from tests.history import world


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "copy.dump"


@pytest.fixture
def copy(path: Path) -> Path:
    world()
    call_command("backup", path, verbosity=0)
    return path
