"""What history tells is a table too, of all that there is, in the words of the page."""

import csv
import io
from typing import Any

import pytest
from openpyxl import load_workbook

from tests import factories as make
from tests.api import patch
from tests.pages_kit import Visit, visit
from units.choices import Role
from units.models import Unit
from units.pages import audit

_CHANGES = ["Cuándo", "Quién", "Qué", "Dato", "Antes", "Después", "Por qué", "Solicitud"]


@pytest.fixture
def renamed(committed: None, sat: Unit, unit: Unit) -> Unit:
    """A unit that a machine client gave three other names, one after the other."""
    client = make.client(Role.PLANNER, sat)
    make.settle()
    for name in ("PLANEAMIENTO", "PLANES", "=PLAN"):
        assert patch(client, f"/units/{unit.pk}/", {"name": name, "reason": f"R.J. {name}"}).status_code == 200
    return unit


@pytest.fixture
def reader(renamed: Unit) -> Visit:
    return visit(make.person(Role.READER, renamed))


def table(opened: Any) -> list[list[str]]:
    answer = opened.answer
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert answer["Content-Disposition"].endswith('.csv"')
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_latest_acts_with_their_filters(reader: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "_ACTS", 1)
    page = reader.open("/auditoria/", who="client", entity="unit")
    header, *rows = table(reader.open(f"/auditoria/{page.links()['CSV']}"))
    assert header == ["Cuándo", "Quién", "Qué", "Por qué"]
    assert [row[3] for row in rows] == [f"R.J. {name}" for name in ("=PLAN", "PLANES", "PLANEAMIENTO")]
    assert len(page.rows()) == 1


def test_all_that_happened_to_an_object(reader: Visit, renamed: Unit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "LARGEST_PAGE", 1)
    page = reader.open("/auditoria/", object=f"unit:{renamed.pk}")
    header, *rows = table(reader.open(f"/auditoria/{page.links()['CSV']}"))
    assert header == _CHANGES
    names = [(row[4], row[5]) for row in rows if row[3] == "nombre"]
    assert names[-3:] == [("PLANIFICACIÓN", "PLANEAMIENTO"), ("PLANEAMIENTO", "PLANES"), ("PLANES", "'=PLAN")]
    book = load_workbook(io.BytesIO(reader.open(f"/auditoria/{page.links()['XLSX']}").answer.content))
    (sheet,) = book.worksheets
    assert sheet["A1"].value == "Cuándo"
    assert len(list(sheet.rows)) == len(rows) + 1


def test_an_act_whole(reader: Visit) -> None:
    acts = [each for text, each in reader.open("/auditoria/").links().items() if text.startswith("Ver el acto de Sis")]
    header, *rows = table(reader.open(acts[0], format="csv"))
    assert (header, len(rows)) == (_CHANGES, 1)
    assert rows[0][3:7] == ["nombre", "PLANIFICACIÓN", "PLANEAMIENTO", "R.J. PLANEAMIENTO"]  # the oldest of these


def test_what_one_does_not_see_is_in_no_table(renamed: Unit, reader: Visit) -> None:
    acts = [each for text, each in reader.open("/auditoria/").links().items() if text.startswith("Ver el acto de Sis")]
    stranger = visit(make.person(Role.READER, make.institution()))
    assert stranger.open(acts[0], format="csv").status == 404
    assert table(stranger.open("/auditoria/", object=f"unit:{renamed.pk}", format="csv")) == [_CHANGES]
    assert all("R.J." not in row[3] for row in table(stranger.open("/auditoria/", format="csv")))
