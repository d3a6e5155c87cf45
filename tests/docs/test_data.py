"""The page of the data and the heads of the SQL files say what the database's own catalogue says."""

import re
from pathlib import Path

import pytest
from django.db import connection

from tests.catalogue import APPS, catalogue

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
SECTION = (ROOT / "docs/architecture.md").read_text().split("\n## Data\n")[1].split("\n## ")[0]
_EDITABLE = {"record_insert", "record_update", "record_delete", "id_stays", "no_truncate"}
RULES = {"recorded": _EDITABLE, "append-only": {"append_only"}}
SQL_FILES = [path for app in APPS for path in sorted((ROOT / app / "sql").glob("*.sql"))]


def rows(heading: str) -> list[list[str]]:
    """Return the cells of the rows of the table under a heading, without the code marks."""
    part = SECTION.split(f"### {heading}\n")[1].split("### ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")][2:]
    return [[cell.strip().replace("`", "") for cell in line.strip("|").split("|")] for line in lines]


def triggers() -> set[tuple[str, str, str, str]]:
    """Return the table, the name, the function and the state of every trigger."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname, tgfoid::regproc::text, tgenabled::text"
            " FROM pg_trigger WHERE NOT tgisinternal"
        )
        return set(cursor.fetchall())


def test_what_depends_on_nothing_can_be_computed_by_several_processes() -> None:
    """Otherwise a whole statement in which it stands is left to one, however long it takes."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace"
            " AND provolatile = 'i' AND proparallel <> 's'"
        )
        assert cursor.fetchall() == []


def functions() -> dict[str, str]:
    """Return the source of every function of ours without its comments, by its name."""
    found = {name: text for (kind, name), text in catalogue(connection).items() if kind == "function"}
    return {name.partition("(")[0]: re.sub(r"--.*", "", text.partition("\n")[2]) for name, text in found.items()}


def calls(sources: dict[str, str], name: str) -> set[str]:
    return {other for other in sources if other != name and re.search(rf"\b{other}\(", sources[name])}


def recorder_functions() -> dict[str, set[str]]:
    """Return what each function of a recorder that the page lists calls."""
    expected: dict[str, set[str]] = {}
    kinds = {table: kept for table, _, kept in rows("Tables")}
    for table, entity, _, moves_along in rows("Recorded tables"):
        edited = kinds[table] == "recorded"
        expected[f"record_{entity}"] = {"open_change_set", "changed_columns"} if edited else set()
        if moves_along == "yes":
            expected[f"moved_along_{entity}"] = {"open_change_set"}
    return expected


def test_every_table_is_on_the_page_with_what_becomes_of_its_rows() -> None:
    tables = {name.partition(".")[0] for kind, name in catalogue(connection) if kind == "column"}
    assert {table for table, _, _ in rows("Tables")} == tables
    of_table = {table: {trigger for where, trigger, _, _ in triggers() if where == table} for table in tables}
    for table, _, kept in rows("Tables"):
        assert {kind for kind, needed in RULES.items() if needed <= of_table[table]} == {kept} & set(RULES), table


def test_every_recorded_table_is_on_the_page() -> None:
    recorded = {(table, run) for table, trigger, run, _ in triggers() if trigger == "record_insert"}
    assert {(table, f"record_{entity}") for table, entity, _, _ in rows("Recorded tables")} == recorded
    copies = {name for kind, name in catalogue(connection) if kind == "view" and not name.startswith("past.")}
    assert {f"copy_{entity}" for _, entity, _, _ in rows("Recorded tables")} == copies


def test_every_trigger_is_on_the_page_and_fires_always() -> None:
    kinds = {table: kept for table, _, kept in rows("Tables")}
    expected = {(table, trigger, run) for table, trigger, run, _ in rows("Other triggers")}
    for table, entity, _, moves_along in rows("Recorded tables"):
        expected |= {(table, name, f"record_{entity}") for name in ("record_insert",)}
        if kinds[table] == "recorded":
            expected |= {(table, name, f"record_{entity}") for name in ("record_update", "record_delete")}
            expected |= {(table, "id_stays", "refuse_other_id"), (table, "no_truncate", "refuse_truncate")}
        else:
            expected.add((table, "append_only", "refuse_change"))
        if moves_along == "yes":
            expected.add(("units_unit", f"moved_along_{entity}", f"moved_along_{entity}"))
    assert {row[:3] for row in triggers()} == expected
    assert {row[3] for row in triggers()} == {"A"}


def test_every_function_is_on_the_page_with_those_that_it_calls() -> None:
    listed = {name: set(called.split(", ")) - {""} for name, _, called in rows("Functions") if name[:2] != "**"}
    sources = functions()
    assert recorder_functions() | listed == {name: calls(sources, name) for name in sources}


def test_what_a_trigger_runs_pins_its_search_path() -> None:
    sources = functions()
    run = {function for _, _, function, _ in triggers()}
    assert {name for name in run if "SET search_path TO 'public', 'pg_temp'" not in sources[name]} == set()


def test_the_page_names_the_file_in_which_a_function_is_defined() -> None:
    listed: dict[str, list[str]] = {}
    for name, *_ in rows("Functions"):
        if name.startswith("**"):
            file = name.strip("*")
            listed[file] = []
        else:
            listed[file].append(name)
    defined = {
        str(path.relative_to(ROOT)): re.findall(r"^CREATE (?:FUNCTION|PROCEDURE) (\w+)", path.read_text(), re.M)
        for path in SQL_FILES
    }
    assert listed == {file: names for file, names in defined.items() if names}


@pytest.mark.parametrize("path", SQL_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_an_sql_file_says_first_which_tables_it_reads_and_writes(path) -> None:
    text = path.read_text()
    head = re.match(r"(--.*\n)+", text)
    assert head is not None
    tables = "|".join(table for table, _, _ in rows("Tables"))
    code = re.sub(r"--.*", "", text)
    assert set(re.findall(rf"\b({tables})\b", head[0])) == set(re.findall(rf"\b({tables})\b", code))
