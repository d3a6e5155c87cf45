"""Whatever is sent as a form to an address that takes documents, the running service refuses it, and none is a 5xx."""

import gzip

import pytest

from tests.attacks.raw import Answer, chunked, unfinished
from tests.attacks.service import Attacked
from tests.operations import OPERATIONS

pytestmark = pytest.mark.usefixtures("nothing_is_written")
FORMS = [place for place, operation in OPERATIONS.items() if operation.takes_files]
KIND = "multipart/form-data; boundary=limit"
FILE = b'Content-Disposition: form-data; name="file"; filename="poi.tsv"\r\n\r\nno table\r\n'
END = b"--limit--\r\n"


def part(name: str, value: str = "x") -> bytes:
    return f'--limit\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


ONE = b"--limit\r\n" + FILE
BODIES = {
    "empty": b"",
    "end_alone": END,
    "no_file": part("institution", "SAT") + END,
    "text_for_a_file": part("file") + END,
    "two_files": ONE + ONE + END,
    "no_end": ONE,
    "cut_in_a_head": b'--limit\r\nContent-Disposition: form-data; name="fi',
    "another_boundary": ONE.replace(b"--limit", b"--other") + b"--other--\r\n",
    "no_head": b"--limit\r\n\r\nx\r\n" + END,
    "no_name": b"--limit\r\nContent-Disposition: form-data\r\n\r\nx\r\n" + END,
    "huge_name": ONE + part("n" * 1_000_000) + END,
    "huge_file_name": ONE.replace(b"poi.tsv", b"p" * 1_000_000) + END,
    "huge_head": b"--limit\r\nX-Long: " + b"y" * 1_000_000 + b"\r\n" + FILE + END,
    "many_fields": ONE + b"".join(part(f"f{number}") for number in range(10_000)) + END,
    "many_files": ONE * 1_000 + END,
    "nul": ONE.replace(b"poi.tsv", b"p\0.tsv") + part("sheet", "a\0b") + END,
    "no_utf_8": ONE + part("sheet").replace(b"x\r\n", b"\xff\xfe\r\n") + END,
    "base64": ONE.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n") + END,
    "nested": ONE.replace(b"\r\n\r\n", b"\r\nContent-Type: multipart/mixed; boundary=limit\r\n\r\n") + END,
    "deep_columns": ONE + part("columns", "[" * 100_000) + END,
}


def answers(service: Attacked, *parts: bytes, close: bool = False, **headers: object) -> list[Answer]:
    """Return what each address answers to a form whose bytes are `parts`."""
    said = {"Content_Type": KIND, **headers}
    return [
        service.ask(method, service.address(OPERATIONS[method, path], path), *parts, close=close, **said)
        for method, path in FORMS
    ]


def test_there_are_such_addresses() -> None:
    assert FORMS


@pytest.mark.parametrize("body", BODIES)
def test_it_is_refused_in_words(service: Attacked, body: str) -> None:
    content = BODIES[body]
    in_one, in_chunks = (
        answers(service, content, Content_Length=len(content)),
        answers(service, chunked(content, 65536), Transfer_Encoding="chunked"),
    )
    assert {answer.status for answer in (*in_one, *in_chunks)} <= {400, 413}, in_one
    assert all(answer.codes for answer in (*in_one, *in_chunks))
    assert [answer.status for answer in in_one] == [answer.status for answer in in_chunks]


def test_cut_short_it_is_not_believed(service: Attacked) -> None:
    content = ONE + END
    short = answers(service, content, Content_Length=len(content) + 1, close=True)
    unended = answers(service, unfinished(content), Transfer_Encoding="chunked", close=True)
    assert {answer.status for answer in (*short, *unended)} <= {0, 400}


@pytest.mark.parametrize(
    "kind", ["multipart/form-data", "multipart/form-data; boundary=", f"multipart/form-data; boundary={'b' * 1000}",
             "multipart/form-data; boundary=\xe9", "multipart/mixed; boundary=limit"]
)  # fmt: skip
def test_without_a_good_boundary_it_is_refused(service: Attacked, kind: str) -> None:
    content = ONE + END
    assert {a.status for a in answers(service, content, Content_Length=len(content), Content_Type=kind)} <= {400, 415}


def test_compressed_it_is_a_415(service: Attacked) -> None:
    packed = gzip.compress(ONE + END)
    said = answers(service, packed, Content_Length=len(packed), Content_Encoding="gzip")
    assert {answer.status for answer in said} == {415}
