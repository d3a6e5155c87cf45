"""Every example of docs/figures.md is what the API answers about the real document."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from activities.services.importing.files import Request, import_file
from tests import factories as make
from tests.api import get
from tests.reports.poi.test_poi_report import SAMPLE

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "figures.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^    GET /api/v1(\S+)\n\n((?:\|.*\n)+)", re.MULTILINE)
FEWEST = 6


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def shown(value: Any) -> str:
    """Return a member of an answer as the page writes it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value["code"] if isinstance(value, dict) else value)


def answered(caller: make.Caller, address: str, names: list[str], with_total: bool) -> list[list[str]]:
    path, query = urlsplit(address).path, parse_qs(urlsplit(address).query)
    answer = get(caller, path, as_of="2023-01-05", **query)
    assert answer.status_code == 200, answer.content.decode()
    found = answer.json()
    rows = [[shown(row[name]) for name in names] for row in found["results"]]
    total = ["total", *(shown(found["total"].get(name)) for name in names[1:])]
    return [*rows, total] if with_total else rows


def test_every_example_is_what_the_api_answers(committed: None) -> None:
    request = Request(content=SAMPLE.read_bytes(), filename="poi.tsv", institution="SAT", institution_name="SAT LIMA")
    import_file(request, actor="test")
    caller = make.client()
    examples = EXAMPLE.findall(PAGE)
    assert len(examples) >= FEWEST
    assert len(examples) == PAGE.count("    GET ")
    for address, table in examples:
        header, _, *lines = table.splitlines()
        written = [cells(line) for line in lines]
        with_total = written[-1][0] == "total"
        assert answered(caller, address, cells(header), with_total) == written, address
