"""docs/following.md is true: its script reads once, follows what changes, and has what a new reading gives."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.examples import Session
from tests.poi_api.processes import PROJECT
from tests.service_process import made_key, served_to_a_planner

_DOCUMENT = (PROJECT / "docs" / "following.md").read_text()
_SCRIPT = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Service:
    """A service with the sample; `session` asks it, `copy` runs the document's script with the same key."""

    def __init__(self, directory: Path, session: Session) -> None:
        self.directory, self.session = directory, session
        self.data_dir = directory / "data"
        (directory / "follow.py").write_text("".join(_SCRIPT.findall(_DOCUMENT)))

    def copy(self, name: str, year: int = 2022) -> dict:
        command = [sys.executable, "follow.py", name, str(year)]
        environment = {**os.environ, **self.session.variables}
        done = subprocess.run(command, cwd=self.directory, env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stderr) == (0, "")
        made: dict = json.loads((self.directory / name).read_text())
        assert done.stdout == f"{len(made['executed'])} actividades al {made['cursor']}\n"
        return made


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    directory = tmp_path_factory.mktemp("following")
    data_dir = directory / "data"
    with served_to_a_planner(data_dir) as (_, port, key):  # who writes what the script notices
        auth = f"Authorization: Api-Key {key}"
        yield Service(directory, Session({"API": f"http://127.0.0.1:{port}/api/v1", "AUTH": auth, "KEY": key}))


def test_the_script_follows_what_changes(service: Service) -> None:
    first = service.copy("kept.json")
    assert len(first["executed"]) == 43
    assert service.copy("kept.json") == first
    reopened = '{"unit": "SAT", "until": "2199-12-31", "reason": "Corrección"}'
    service.session.ask(f"""curl -H "$AUTH" --json '{reopened}' $API/periods/12/reopenings/""")
    service.session.ask("""curl -H "$AUTH" -X PUT --json '{"executed": 2.125}' $API/activities/3/progress/12/""")
    kept, new = service.copy("kept.json"), service.copy("new.json")
    assert kept == new
    assert kept["executed"]["3"][11] == "2.125"
    assert {name for name, months in kept["executed"].items() if months != first["executed"][name]} == {"3"}


def test_a_call_of_the_page_is_answered(service: Service) -> None:
    cursor = service.copy("again.json")["cursor"]
    found = service.session.ask(f"""curl -H "$AUTH" "$API/changes/?after={cursor}&limit=1000" """)
    assert found.body == {"results": [], "next": cursor, "has_more": False}


def test_a_neighbour_that_leaves_the_keys_sight_between_two_pages_hides_no_row(
    service: Service,
) -> None:
    """Read with pages of two by a key of one unit, while an activity of the first page moves out of its sight."""
    session = service.session
    every = session.ask('curl -H "$AUTH" "$API/activities/?year=2022&fields=id,unit"').body["results"]
    [(unit, count)] = Counter(row["unit"]["code"] for row in every).most_common(1)
    units = [row for row in every if row["unit"]["code"] == unit]
    first, elsewhere = units[0]["id"], next(code for code in ("SAT-U03", "SAT-U04") if code != unit)
    assert count > 3
    key = {"KEY": made_key(f"manage.py create_client Parte{first} --role reader --unit {unit}", service.data_dir)}
    script = load(service.directory / "follow.py", service.session.variables | key)
    asked = script["get"]

    def get(path: str) -> tuple:
        answer: tuple = asked(path.replace("limit=1000", "limit=2"))
        if path.startswith("/reports/matrix/") and "page=" not in path:
            moved(session, first, elsewhere)
        return answer

    script["get"] = get
    copy = script["read_all"](2022)
    script["get"] = asked
    seen = {str(row["id"]) for row in units}
    assert set(copy["executed"]) == seen
    followed = script["follow"](copy, 2022)
    assert set(followed["executed"]) == seen - {str(first)}
    assert followed["executed"] == script["read_all"](2022)["executed"]
    moved(session, first, unit)


def test_what_is_a_draft_stays_out_until_it_is_approved(service: Service) -> None:
    first = service.copy("drafts.json")
    body = '{"institution": "SAT", "year": 2031}'
    plan = service.session.ask(f"""curl -H "$AUTH" --json '{body}' $API/plans/""").body["id"]
    service.copy("drafts.json")
    added = f'{{"plan": {plan}, "unit": "SAT-U03", "mef_activity": 1, "measurement_unit": 1, "name": "NUEVA", '
    programmed = '"programmed": [1,1,1,1,1,1,1,1,1,1,1,1]}'
    answer = service.session.ask(f"""curl -H "$AUTH" --json '{added}{programmed}' $API/activities/""")
    assert answer.status == 201
    assert service.copy("drafts.json")["executed"] == first["executed"]
    assert str(answer.body["id"]) not in service.copy("drafts-2031.json", 2031)["executed"]
    approved = service.session.ask(f"""curl -H "$AUTH" --json '{{}}' $API/plans/{plan}/approve/""")
    assert approved.status == 200
    assert list(service.copy("drafts-2031.json", 2031)["executed"]) == [str(answer.body["id"])]


def moved(session: Session, activity: int, unit: str) -> None:
    """Move an activity of the approved plan to another unit, by a version."""
    body = f'{{"reason": "Reorganización", "move": [{{"activity": {activity}, "unit": "{unit}"}}]}}'
    assert session.ask(f"""curl -H "$AUTH" --json '{body}' $API/plans/1/versions/""").status == 201


def load(script: Path, variables: dict[str, str]) -> dict[str, Any]:
    """Return the functions of the page's script, whose environment has these variables."""
    found: dict[str, Any] = {"__name__": "follow"}
    with pytest.MonkeyPatch.context() as patched:
        for name, value in variables.items():
            patched.setenv(name, value)
        exec(compile(script.read_text(), script, "exec"), found)
    return found
