"""No floor names a table of one above it, nor what the one above records."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from units.history.registry import recorders_of

ROOT = Path(__file__).resolve().parents[1]
ABOVE = {"poi_api": ("activities", "reports"), "units": ("activities", "reports"), "activities": ("reports",)}
# An answer of the feed has a key of this name, and its example an entity (api.md, "Changes")
ALLOWED = {
    ("units/history/feed.py", "activity"),
    ("units/serializers/change.py", "activity"),
    # What a role lets one do is told by these verbs (api.md, "Authentication")
    ("units/serializers/me.py", "plan"),
    ("units/serializers/me.py", "review"),
    # A page of the office, by its name
    ("units/pages/navigation.py", "review"),
    # A kind of work, for which the database has its own limits
    ("poi_api/database/limits.py", "import"),
}


def tables(app: str) -> set[str]:
    """Return the names of an app's tables, also of those without a model."""
    made = "".join(path.read_text() for path in (ROOT / app).glob("sql/*.sql"))
    return {model._meta.db_table for model in apps.get_app_config(app).get_models()} | set(
        re.findall(r"CREATE TABLE (\w+)", made)
    )


@pytest.mark.parametrize("floor", ABOVE)
def test_a_floor_names_no_table_of_one_above(floor) -> None:
    words = {name for app in ABOVE[floor] for name in tables(app)}
    assert len(words) >= 2
    assert mentions(floor, rf"\b({'|'.join(words)})\b") == set()


@pytest.mark.parametrize("floor", ABOVE)
def test_a_floor_names_no_kind_of_object_that_one_above_records(floor) -> None:
    kinds = {recorder.entity for app in ABOVE[floor] for recorder in recorders_of(app)}
    assert len(kinds) >= 2
    assert mentions(floor, rf"""(?<=['"])({"|".join(kinds)})(?=['"])""") - ALLOWED == set()


def mentions(floor: str, pattern: str) -> set[tuple[str, str]]:
    """Return the files of a package in which the pattern occurs, each with what it found there."""
    files = [path for path in (ROOT / floor).rglob("*") if path.suffix in {".py", ".sql", ".html"}]
    return {(str(path.relative_to(ROOT)), word) for path in files for word in re.findall(pattern, path.read_text())}
