"""docs/submitting.md is true: a service that has just been started answers its calls, and its script, as it says."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.examples import Session, examples
from tests.poi_api.processes import PROJECT
from tests.service_process import made_key, served

DOCUMENT = (PROJECT / "docs" / "submitting.md").read_text()
_KEYS = re.compile(r"^export (\w+)=\$\(\.venv/bin/python (.*) \| tail -n 1\)$", re.MULTILINE)
_SCRIPT = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ROWS = """code,executed,reason,evidence_url
A003,2.125,Un taller más,https://intranet.example/diciembre
A004,2,,
A001,1,,
"""


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A service with the sample, and the keys that the document has made."""
    data_dir = tmp_path_factory.mktemp("submitting") / "data"
    with served(data_dir) as (_, port):
        keys = {name: made_key(command, data_dir) for name, command in _KEYS.findall(DOCUMENT)}
        auth = f"Authorization: Api-Key {keys['KEY']}"
        yield Session({"API": f"http://127.0.0.1:{port}/api/v1", "AUTH": auth, **keys})


def run_script(session: Session, directory: Path, rows: str) -> "subprocess.CompletedProcess[str]":
    """Run the document's script for December with the rows of a file."""
    (script,) = _SCRIPT.findall(DOCUMENT)
    (directory / "report.py").write_text(script)
    (directory / "month.csv").write_text(rows)
    command = [sys.executable, "report.py", "month.csv", "2022", "12"]
    environment = {**os.environ, **session.variables}
    return subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)


def test_every_call_and_the_script_are_answered_as_the_document_says(session, tmp_path):
    shown = list(examples(DOCUMENT))
    assert len(shown) > 8
    for example in shown:
        session.check(example)

    first = run_script(session, tmp_path, ROWS)
    assert (first.returncode, first.stderr) == (1, "")
    rejected, summary = first.stdout.splitlines()
    assert rejected.startswith("A001: unknown_activity: ")
    assert summary == "{'created': 0, 'updated': 1, 'unchanged': 1, 'rejected': 1}"

    mended = run_script(session, tmp_path, ROWS.replace("A001,1,,\n", ""))
    assert (mended.returncode, mended.stderr) == (0, "")
    assert mended.stdout.splitlines() == ["{'created': 0, 'updated': 0, 'unchanged': 2, 'rejected': 0}"]

    month = session.ask('curl -H "$AUTH" $API/activities/3/progress/12/').body
    assert str(month["executed"]) == "2.125"
    assert (month["reason"], month["late"]) == ("Un taller más", True)
