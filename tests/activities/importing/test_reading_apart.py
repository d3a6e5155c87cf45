"""A document is read by a process of its own, within bounds of time and of memory."""

import pickle
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from activities.document import DocumentError, read_document
from activities.document.apart import MOST_SECONDS, read_answer, shared, write_answer
from activities.models import Activity, Import
from activities.services.importing import reading
from activities.services.importing.reading import read_apart
from tests import factories as make
from tests.activities.importing.importing import rows, written
from tests.api import post, refused, upload
from units.choices import Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("read_by_a_process")]

# A reader that is bounded otherwise, and does something before it reads
_READER = """
import activities.document.apart as apart
apart.MOST_SECONDS, apart.MOST_MEMORY = {seconds}, {memory}
read = apart.read_document
def reading(*args, **options):
    {first}
    return read(*args, **options)
apart.read_document = reading
apart.main()
"""


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    return written(tmp_path, rows(3)).read_bytes()


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where a reader is put that takes the place of ours."""
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")  # one written in the same second would pass for the one before
    monkeypatch.setattr(reading, "_APART", "reader_of_a_test")
    return tmp_path / "reader_of_a_test.py"


def refusal(content: bytes) -> tuple[str, str]:
    with pytest.raises(DocumentError) as refused:
        read_apart(content, filename="poi.tsv")
    return refused.value.code, str(refused.value)


def test_a_document_is_handed_over_some_rows_at_a_time(tmp_path: Path) -> None:
    """While one piece is read nothing else of the process goes on; what rows share is in the first one alone."""
    read = read_document(written(tmp_path, rows(60)).read_bytes(), filename="poi.tsv")
    document = shared(replace(read, rows=[replace(row, line=line) for line, row in enumerate([*read.rows] * 20)]))
    answer = BytesIO()
    write_answer(document, answer)
    answer.seek(0)
    pieces = pickle.Unpickler(answer)
    assert len(pieces.load().rows) == 0
    assert [len(pieces.load()) for _ in range(4)] == [500, 500, 200, 0]
    assert answer.tell() < 1.1 * len(pickle.dumps(document))
    answer.seek(0)
    assert read_answer(answer) == document


def test_a_service_that_may_have_less_reads_within_that(content: bytes, module: Path) -> None:
    less = "import resource\nresource.setrlimit(resource.RLIMIT_AS, (700 * 2**20, 700 * 2**20))"
    module.write_text(less + _READER.format(seconds=60, memory="768 * 2**20", first=""))
    assert len(read_apart(content, filename="poi.tsv").rows) == 3


def test_what_takes_too_much_memory_is_refused(content: bytes, module: Path) -> None:
    module.write_text(_READER.format(seconds=60, memory="768 * 2**20", first="bytearray(768 * 2**20)"))
    assert refusal(content) == ("too_large", "Leer el archivo toma demasiada memoria. Divida el archivo.")
    module.write_text(_READER.format(seconds=60, memory="768 * 2**20", first="bytearray(500 * 2**20)"))
    assert len(read_apart(content, filename="poi.tsv").rows) == 3


def test_what_computes_for_too_long_is_refused(content: bytes, module: Path) -> None:
    module.write_text(_READER.format(seconds=1, memory="768 * 2**20", first="\n    while True: pass"))
    assert refusal(content) == ("too_large", "Leer el archivo toma más de un minuto de cálculo. Divida el archivo.")


def test_what_waits_for_too_long_is_no_fault_of_the_file(
    content: bytes, module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert reading.MOST_WAITED > MOST_SECONDS
    monkeypatch.setattr(reading, "MOST_WAITED", 1)
    module.write_text("import time; time.sleep(30)")
    code, message = refusal(content)
    assert (code, message.split(".")[0]) == ("busy", "El servicio está ocupado y no terminó de leer el archivo")


def test_an_answer_for_which_there_is_no_memory_left_is_refused_too(content: bytes, module: Path) -> None:
    """Half of it may be written by then."""
    module.write_text(
        "import activities.document.apart as apart\n"
        "apart.write_answer = lambda answer, target: (target.write(b'half'), bytearray(2**40))\n"
        "apart.main()"
    )
    assert refusal(content) == ("too_large", "Leer el archivo toma demasiada memoria. Divida el archivo.")


@pytest.mark.parametrize("signal", ["SIGKILL", "SIGTERM"])
def test_a_reader_that_the_system_ends_is_no_fault_of_the_file(content: bytes, module: Path, signal: str) -> None:
    module.write_text(f"import os, signal; os.kill(os.getpid(), signal.{signal})")
    planner = make.client(Role.PLANNER, make.institution("SAT"))
    answer = upload(planner, content)
    assert (refused(answer, 503), answer["Retry-After"]) == ([("busy", None)], "60")
    assert not Import.objects.exists()


def test_applying_what_is_not_read_to_its_end_writes_nothing(
    content: bytes, module: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planner = make.client(Role.PLANNER, make.institution("SAT"))
    monkeypatch.setattr(reading, "_APART", "activities.document.apart")
    source = upload(planner, content).json()["id"]
    monkeypatch.setattr(reading, "_APART", "reader_of_a_test")
    module.write_text("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert refused(post(planner, f"/imports/{source}/apply/"), 503) == [("busy", None)]
    assert not Activity.objects.exists()
    monkeypatch.setattr(reading, "_APART", "activities.document.apart")
    assert post(planner, f"/imports/{source}/apply/").status_code == 200


def test_a_file_by_which_its_reader_breaks_is_said_so(content: bytes, module: Path) -> None:
    module.write_text("import os; os.abort()")
    assert refusal(content)[0] == "not_read"


def test_a_fault_of_ours_is_no_fault_of_the_file(content: bytes, module: Path) -> None:
    module.write_text("raise SystemExit(3)")
    with pytest.raises(Exception, match="exit status 3"):
        read_apart(content, filename="poi.tsv")
