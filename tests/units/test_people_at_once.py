"""Two people get one user name at the same moment: one of them does."""

from typing import Any

import pytest

from poi_api.database.locks import USER_NAMES
from poi_api.http.exceptions import Conflict
from tests.threads import in_threads, until_waiting
from units.choices import Role
from units.models import Unit
from units.services.people import create_person

pytestmark = pytest.mark.usefixtures("committed")


def test_of_two_with_one_name_in_different_capitals_one_is_made(unit: Unit, connect: Any) -> None:
    def made(name: str) -> str:
        try:
            create_person(name=name, role=Role.READER, unit=unit)
        except Conflict as taken:
            return taken.errors[0]["code"]
        return "made"

    watch, holder = connect(), connect()
    holder.execute("BEGIN")
    holder.execute(f"SELECT pg_advisory_xact_lock({USER_NAMES})")
    finish = in_threads(lambda: made("mquispe"), lambda: made("MQUISPE"))
    until_waiting(watch, 2)
    holder.execute("COMMIT")
    assert sorted(finish()) == ["made", "person_exists"]
