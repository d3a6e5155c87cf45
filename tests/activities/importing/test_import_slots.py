"""Only so many documents at once, by all processes."""

from pathlib import Path

import pytest
from django.conf import LazySettings

from poi_api.database import locks
from tests import factories as make
from tests.activities.importing.importing import written
from tests.api import refused, upload
from tests.committed import Connect
from units.choices import Role

_TAKE_ONE = f"SELECT pg_advisory_xact_lock({locks.IMPORT_SLOTS}) FROM generate_series(1, 1) AS slot"


def test_where_no_slot_is_free_it_is_a_503(connect: Connect, settings: LazySettings, tmp_path: Path) -> None:
    settings.IMPORTS_AT_ONCE = 1
    planner, content = make.client(Role.PLANNER, make.institution("SAT")), written(tmp_path).read_bytes()
    other = connect()
    other.execute("BEGIN")
    other.execute(_TAKE_ONE)
    answer = upload(planner, content)
    assert (refused(answer, 503), answer["Retry-After"]) == ([("busy", None)], "10")
    other.execute("COMMIT")
    assert upload(planner, content).status_code == 201


@pytest.mark.parametrize("slots", [2])
def test_another_one_has_a_slot_of_its_own(
    connect: Connect, settings: LazySettings, tmp_path: Path, slots: int
) -> None:
    settings.IMPORTS_AT_ONCE = slots
    planner = make.client(Role.PLANNER, make.institution("SAT"))
    other = connect()
    other.execute("BEGIN")
    other.execute(_TAKE_ONE)
    assert upload(planner, written(tmp_path).read_bytes()).status_code == 201
