"""What code, SQL, tests, commands and pages cite exists at the cited place, in one of the forms agreed."""

from pathlib import Path

import pytest

from tests.docs.citations import wrong_citations
from tests.docs.pages import DECISIONS, DOCS, ROOT, decisions, rules_of, text_of

HERE = Path(__file__).parent
FOLDERS = ("poi_api", "units", "activities", "reports", "tests", "docs")
FILES = [path for name in FOLDERS for kind in ("*.py", "*.sql", "*.md") for path in (ROOT / name).rglob(kind)]
CITING = [
    path
    for path in (*FILES, ROOT / "README.md", ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / ".ci" / "run")
    if path.parent != HERE and "migrations" not in path.parts  # a frozen statement cites what stood then
]


def read(path: Path) -> str:
    return text_of(path) if path.suffix == ".md" else path.read_text(encoding="utf-8")


def test_every_citation_is_of_something_there_is():
    wrong = {str(path.relative_to(ROOT)): [*wrong_citations(read(path))] for path in CITING}
    assert {name: said for name, said in wrong.items() if said} == {}


def test_the_rules_are_numbered_from_1_to_14():
    assert rules_of(DOCS / "domain.md") == frozenset(range(1, 15))


def test_decisions_have_numbers_of_their_own_and_say_them():
    assert len(decisions()) == len([*DECISIONS.iterdir()])
    for number, path in decisions().items():
        assert path.read_text(encoding="utf-8").startswith(f"# {number}. ")


@pytest.mark.parametrize(
    "text",
    [
        "(domain.md, rule 9)",
        "-- (domain.md, rules 10\n-- to 12)",
        "# (domain.md,\n    # rule 8): so",
        "rules 1, 3 and 14",
        'as api.md, "Lists" says',
        "(api.md, `/plans/{id}/versions/`)",
        "architecture.md#data",
        "docs/decisions/0008 and decision 9",
        "docs/operations.md lists them",
        'DOCS / "operations.md"',
    ],
)
def test_these_are_good(text):
    assert [*wrong_citations(text)] == []


@pytest.mark.parametrize(
    "text",
    [
        "(domain.md, rule 15)",
        "-- rules 12\n-- to 15",
        "(domain.md)",
        "api.md, lists",
        'api.md, "Batches"',
        "api.md, `/reports/none/`",
        "architecture.md#dates",
        "speed.md",
        "docs/speed.md",
        "docs/decisions/0999",
        "docs/decisions/0008-why.md",
        "decision 999",
    ],
)
def test_these_are_wrong(text):
    assert len([*wrong_citations(text)]) == 1
