"""The layout is the architecture: imports only go right, apps look alike, files stay small."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ARROWS = ["reports", "activities", "units", "poi_api"]
WITHIN_UNITS = ["requests", "history", "access", "models"]
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


def imported_modules(path: Path) -> Iterator[str]:
    """Yield the name of every module that a module imports from or, where it names none, of what it imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:  # a relative one stays in its package
            yield from (f"{node.module}.{name.name}" for name in node.names)


def imported_packages(path: Path) -> Iterator[str]:
    """Yield the first part of every name that a module imports, wherever in it the import stands."""
    return (name.partition(".")[0] for name in imported_modules(path))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_imports_only_from_its_own_package_or_from_those_to_its_right(path):
    package = path.relative_to(ROOT).parts[0]
    allowed = ARROWS[ARROWS.index(package) :]
    assert set(imported_packages(path)) & {*ARROWS, "tests"} <= set(allowed)


@pytest.mark.parametrize("room", WITHIN_UNITS)
def test_a_room_of_units_imports_only_from_those_to_its_right(room):
    outer = WITHIN_UNITS[: WITHIN_UNITS.index(room)]
    modules = [path for path in MODULES if path.relative_to(ROOT).parts[:2] == ("units", room)]
    imported = {name for path in modules for name in imported_modules(path) if name.startswith("units.")}
    assert modules
    # A model may say in its annotations who looks at it
    allowed = {"units.access.grants.Access"} if room == "models" else set()
    assert {name for name in imported - allowed if name.split(".")[1] in outer} == set()


def test_a_package_of_reports_imports_only_itself_and_what_is_shared():
    """Publications and charts too: they ask reports by name (`reports/shared/report.py`).

    Pages are above them: that of the official document prints it as its report does.
    """
    more = {"publications": {"models"}, "pages": {"models", "poi"}}
    for path in MODULES:
        app, package, *inside = path.relative_to(ROOT).parts
        if app == "reports" and inside and package != "management":
            imported = {name.split(".")[1] for name in imported_modules(path) if name.startswith("reports.")}
            assert imported <= {package, "shared"} | more.get(package, set()), path


def test_a_serializer_takes_types_and_constants_from_services_and_calls_none():
    for path in MODULES:
        if "serializers" in (*path.parts, path.stem):
            from_services = {name.rpartition(".")[2] for name in imported_modules(path) if ".services." in name}
            assert all(name[0].isupper() for name in from_services), path


def test_an_import_inside_a_function_counts_too(tmp_path):
    module = tmp_path / "module.py"
    module.write_text("def late():\n    from reports.models import Publication\n    import poi_api.urls\n")
    assert set(imported_packages(module)) == {"reports", "poi_api"}


def test_the_top_level_holds_what_was_agreed_and_nothing_else():
    assert {path.name for path in ROOT.iterdir() if not path.name.startswith(".")} <= TOP_LEVEL


def test_files_stay_small():
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in FILES}
    assert {name: length for name, length in lengths.items() if length >= LARGEST} == {}


@pytest.mark.parametrize("path", [*(ROOT / "activities/document").rglob("*.py")], ids=lambda path: path.name)
def test_the_reader_of_documents_imports_no_django_no_models_and_no_services(path):
    pure = ("activities.document.", "poi_api.http.folding.", "poi_api.http.tables.", "poi_api.http.texts.")
    forms = ("lxml.", "openpyxl") if path.parent.name == "forms" else ()
    ours = [name for name in imported_modules(path) if name.partition(".")[0] not in sys.stdlib_module_names]
    assert [name for name in ours if not name.startswith((*pure, *forms))] == []
