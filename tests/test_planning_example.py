"""docs/planning.md is true: a service that has just been started answers its calls as it says."""

import pytest

from tests.examples import Answer, Session, examples, read
from tests.poi_api.processes import PROJECT
from tests.service_process import made_key, served

DOCUMENT = (PROJECT / "docs" / "planning.md").read_text()
KEY = "export KEY="
A_CURSOR = "Dn3bhRD70UTKCXkaH8ivVnzRgzZHy9NAsu--vPCx7i1_tNwpQgNKEIGQwv7PioyNwqylKQ"
ANOTHER_CURSOR = "_lskjGJ4pYVjE6AIcclWqOTj74rZU_mt8Lc5-Ac9Gh7msZ7n1VbxJuW9KkQcqABdO4Re4Q"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory):
    """A service with the sample, and the key that the document has made for the planning office."""
    data_dir = tmp_path_factory.mktemp("planning") / "data"
    (line,) = (line for line in DOCUMENT.splitlines() if line.startswith(KEY))
    command = line.removeprefix(f"{KEY}$(.venv/bin/python ").removesuffix(" | tail -n 1)")
    with served(data_dir) as (_, port):
        key = made_key(command, data_dir)
        yield Session({"API": f"http://127.0.0.1:{port}/api/v1", "AUTH": f"Authorization: Api-Key {key}"})


def test_every_call_is_answered_as_the_document_says(session):
    shown = list(examples(DOCUMENT))
    assert len(shown) > 15
    for example in shown:
        session.check(example)


class TestComparing:
    """A wrong answer is noticed."""

    @pytest.mark.parametrize(
        ("shown", "found", "same"),
        [
            ({"a": 1}, {"a": 1}, True),
            ({"a": 1}, {"a": 2}, False),
            ({"a": 1}, {"a": 1, "b": 2}, False),
            ({"a": 1, "…": "…"}, {"a": 1, "b": 2}, True),
            ({"a": 1, "…": "…"}, {"b": 2}, False),
            ([1, 2], [1, 2, 3], False),
            ([1, 2, "…"], [1, 2, 3], True),
            ([1, 2, "…"], [1, 3, 3], False),
            ([1, 2, "…"], [1], False),
            ("2022-01-01T00:00:00-05:00", "2023-01-01T10:11:12.345678-05:00", True),
            ("2022-01-01T00:00:00-05:00", "ayer", False),
            (A_CURSOR, ANOTHER_CURSOR, True),
            (A_CURSOR, ANOTHER_CURSOR[1:], False),
            (None, 0, False),
        ],
    )
    def test_alike_is_what_is_shown(self, shown, found, same):
        assert Session({}).alike(shown, found) == same

    def test_what_is_volatile_is_said_again_as_it_is_now(self):
        session = Session({})
        assert session.alike({"next": A_CURSOR}, {"next": ANOTHER_CURSOR})
        assert session.now == {A_CURSOR: ANOTHER_CURSOR}

    def test_an_answer_is_read_with_its_headers(self):
        text = 'HTTP/1.1 201 Created\nLocation: /api/v1/plans/2/\n\n{"id": 2}\n'
        assert read(text) == Answer(201, {"Location": "/api/v1/plans/2/"}, {"id": 2})
