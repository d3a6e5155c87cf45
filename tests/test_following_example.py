"""docs/following.md is true: its script reads once, follows what changes, and has what a new reading gives."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples import Session
from tests.poi_api.processes import PROJECT
from tests.service_process import made_key, served

_DOCUMENT = (PROJECT / "docs" / "following.md").read_text()
_SCRIPT = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Service:
    """A service with the sample; `session` asks it, `copy` runs the document's script with the same key."""

    def __init__(self, directory: Path, session: Session) -> None:
        self.directory, self.session = directory, session
        (directory / "follow.py").write_text("".join(_SCRIPT.findall(_DOCUMENT)))

    def copy(self, name: str) -> dict:
        command = [sys.executable, "follow.py", name, "2022"]
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
    with served(data_dir) as (_, port):
        key = made_key("manage.py create_client Copia --role planner", data_dir)  # it writes what the script notices
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
