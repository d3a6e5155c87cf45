"""The layout is the architecture: imports only go right, apps look alike, files stay small."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ARROWS = ["reports", "activities", "units", "poi_api"]
LARGEST = 300
TOP_LEVEL = {
    "README.md",
    "Makefile",
    "manage.py",
    "pyproject.toml",
    "requirements.txt",
    "poi_api",
    "reports",
    "activities",
    "units",
    "tests",
    "docs",
}
MODULES = [path for package in ARROWS for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts]
FILES = [
    *MODULES,
    *(ROOT / "tests").rglob("*.py"),
    *(path for app in ARROWS for path in (ROOT / app).rglob("*.sql") if "migrations" not in path.parts),
]


def imported_packages(path: Path) -> Iterator[str]:
    """Yield the first part of every name that a module imports, wherever in it the import stands."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:  # a relative one stays in its package
            yield (node.module or "").partition(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_from_its_own_package_or_from_those_to_its_right(path):
    package = path.relative_to(ROOT).parts[0]
    allowed = ARROWS[ARROWS.index(package) :]
    assert set(imported_packages(path)) & {*ARROWS, "tests"} <= set(allowed)


def test_an_import_inside_a_function_counts_too(tmp_path):
    module = tmp_path / "module.py"
    module.write_text("def late():\n    from reports.models import Publication\n    import poi_api.urls\n")
    assert set(imported_packages(module)) == {"reports", "poi_api"}


def test_the_top_level_holds_what_was_agreed_and_nothing_else():
    assert {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} <= TOP_LEVEL


def test_files_stay_small():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in FILES}
    assert {name: length for name, length in lengths.items() if length >= LARGEST} == {}
