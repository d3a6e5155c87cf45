"""Every advisory lock has one number, which stands in one place, and is taken by its name."""

import re
from pathlib import Path

from poi_api.database import locks

ROOT = Path(__file__).resolve().parents[3]
APPS = ("poi_api", "units", "activities", "reports")
NAMED = {name: value for name, value in vars(locks).items() if name.isupper()}
TAKEN = re.compile(r"advisory_\w*lock\w*\((?P<numbers>[^)]*)(?:.*-- (?P<name>[A-Z_]+)$)?")


def numbers(arguments: str) -> list[str]:
    """Return the numbers of a lock; what stands for one, such as the id of an institution, is left out."""
    return re.findall(r"\b\d+\b", arguments.split("%")[0])


def test_no_two_are_the_same() -> None:
    assert len({tuple(numbers(value)) for value in NAMED.values()}) == len(NAMED)


def test_an_sql_file_names_the_lock_that_it_takes() -> None:
    files = [path for app in APPS for path in (ROOT / app).glob("sql/*.sql")]
    taken = [match for path in files for line in path.read_text().splitlines() if (match := TAKEN.search(line))]
    assert {match["name"] for match in taken} == {"CHANGE_ORDER", "UNIT_TREE", "UNIT_NAMES"}
    for match in taken:
        own = [number for number in numbers(match["numbers"]) if number in NAMED[match["name"]]]
        assert own == numbers(NAMED[match["name"]]), match[0]


def test_python_takes_none_by_its_number() -> None:
    modules = [path for app in (*APPS, "tests") for path in (ROOT / app).rglob("*.py")]
    elsewhere = {path for path in modules if re.search(r"7306\d{3}|20_?220_?101", path.read_text())}
    assert elsewhere <= {ROOT / "poi_api/database/locks.py", Path(__file__)}
