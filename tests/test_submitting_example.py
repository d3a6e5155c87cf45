"""docs/submitting.md is true: a service that has just been started answers its calls, and its script, as it says."""

import http.client
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import urlsplit

import pytest

from tests.activities.sheets import filled
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


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Session]:
    """A service that nobody has written to yet."""
    with sample(tmp_path / "data") as session:
        yield session


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A service whose months are each test's own."""
    with sample(tmp_path_factory.mktemp("submitting") / "data") as session:
        yield session


@contextmanager
def sample(data_dir: Path) -> Iterator[Session]:
    """Run a service with the sample, and the keys that the document has made."""
    with served(data_dir) as (_, port):
        keys = {name: made_key(command, data_dir) for name, command in _KEYS.findall(DOCUMENT)}
        auth = f"Authorization: Api-Key {keys['KEY']}"
        yield Session({"API": f"http://127.0.0.1:{port}/api/v1", "AUTH": auth, **keys})


def run_script(
    session: Session, directory: Path, rows: str | bytes, month: int = 12, **variables: str
) -> "subprocess.CompletedProcess[str]":
    """Run the document's script for a month, with the rows of a file."""
    (script,) = _SCRIPT.findall(DOCUMENT)
    (directory / "report.py").write_text(script)
    (directory / "month.csv").write_bytes(rows if isinstance(rows, bytes) else rows.encode())
    command = [sys.executable, "report.py", "month.csv", "2022", str(month)]
    environment = {**os.environ, **session.variables, **variables}
    return subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=False)


def test_every_call_and_the_script_are_answered_as_the_document_says(fresh, tmp_path):
    session, shown = fresh, list(examples(DOCUMENT))
    session.files, session.edited = tmp_path, partial(filled, cells={(0, "executed"): 3})
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


def test_a_table_as_windows_writes_it_is_read(session: Session, tmp_path: Path) -> None:
    reopened(session, 11)
    rows = "Code;Executed;Reason\r\nA003;4,5;Año de más, según señaló\r\n;;\r\n".encode("cp1252")
    done = run_script(session, tmp_path, rows, month=11)
    assert (done.returncode, done.stderr) == (0, "")
    month = session.ask('curl -H "$AUTH" $API/activities/3/progress/11/').body
    assert (str(month["executed"]), month["reason"]) == ("4.5", "Año de más, según señaló")


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ("codigo;executed\nA003;1\n", "falta la columna code: la primera línea debe nombrar code, executed"),
        ("", "falta la columna code, executed"),
        ("code,executed\n", "no tiene ninguna fila"),
        ("code,executed\nA003,4,5\n", "línea 2: tiene más celdas que la primera línea: ponga entre comillas"),
        ("code\texecuted\nA003\tdos\n", "línea 2: executed «dos» no es un número: escriba 4.5 o 4,5."),
        ("code;executed\nA003;1.234,5\n\nA004;x\n", "línea 2: executed «1.234,5» no es un número"),
        ("code;executed\nA003;1.234,5\n\nA004;x\n", "línea 4: executed «x» no es un número"),
        (
            'code,executed\nA003,"1,234"\n',
            "línea 2: executed «1,234» se puede leer de dos maneras: escriba 1234 o 1.234.",
        ),
        (
            "code;executed\nA003;1.234\nA004;4,5\n",
            "línea 2: executed «1.234» se puede leer de dos maneras: escriba 1234 o 1,2340.",
        ),
        ("code,executed\nA003,inf\n", "línea 2: executed «inf» no es un número"),
        ("executed,code\n5\n", "línea 2: falta el código de la actividad."),
    ],
)
def test_a_table_that_cannot_be_read_says_what_to_mend_and_nothing_is_sent(
    session: Session, tmp_path: Path, rows: str, said: str
) -> None:
    done = run_script(session, tmp_path, rows)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert not (tmp_path / "month.csv.attempt").exists()


def test_eight_then_nine_then_eight_again_leaves_eight(session: Session, tmp_path: Path) -> None:
    reopened(session, 10)
    for quantity in (8, 9, 8):
        done = run_script(session, tmp_path, f"code,executed,reason\nA003,{quantity},Recuento\n", month=10)
        assert done.returncode == 0, done.stderr
        assert session.ask('curl -H "$AUTH" $API/activities/3/progress/10/').body["executed"] == quantity


def test_what_came_too_late_is_received_once_the_month_is_reopened(session: Session, tmp_path: Path) -> None:
    rows = "code,executed,reason\nA003,7,Recuento\n"
    closed = run_script(session, tmp_path, rows, month=9)
    assert (closed.returncode, closed.stdout.partition(" ")[2][:14]) == (1, "period_closed:")
    reopened(session, 9)
    received = run_script(session, tmp_path, rows, month=9)
    assert (received.returncode, received.stdout) == (
        0,
        "{'created': 0, 'updated': 1, 'unchanged': 0, 'rejected': 0}\n",
    )


def test_what_had_no_answer_goes_on_as_the_same_attempt(session: Session, tmp_path: Path) -> None:
    reopened(session, 8)
    rows = "code,executed,reason\nA003,6,Recuento\n"
    with dropping_answers(session.variables["API"]) as api:
        lost = run_script(session, tmp_path, rows, month=8, API=api, RETRIES="1")
    assert (lost.returncode, lost.stdout) == (1, "")
    assert "lo enviado no se duplica" in lost.stderr
    session.ask(
        'curl -H "$AUTH" -X PUT --json \'{"executed": 5, "reason": "Otra persona"}\' $API/activities/3/progress/8/'
    )
    again = run_script(session, tmp_path, rows, month=8)
    assert (again.returncode, again.stdout) == (0, "{'created': 0, 'updated': 1, 'unchanged': 0, 'rejected': 0}\n")
    assert session.ask('curl -H "$AUTH" $API/activities/3/progress/8/').body["executed"] == 5
    assert not (tmp_path / "month.csv.attempt").exists()


def reopened(session: Session, month: int) -> None:
    """Open a month of the sample again for the unit that reports."""
    body = '{"unit": "SAT-U03", "until": "2199-12-31", "reason": "Prueba"}'
    planner = "Authorization: Api-Key $PLANNER"
    answer = session.ask(f"""curl -H "{planner}" --json '{body}' $API/periods/{month}/reopenings/""")
    assert answer.status == 201, answer


@contextmanager
def dropping_answers(api: str) -> Iterator[str]:
    """Yield an address that hands requests on to the service and closes the connection instead of answering."""
    where = urlsplit(api)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service = http.client.HTTPConnection(where.netloc, timeout=60)
            service.request("POST", self.path, body, dict(self.headers))
            assert service.getresponse().status == 200
            service.close()
            self.close_connection = True

        def log_message(self, *said: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}{where.path}"
        server.shutdown()
        thread.join()
