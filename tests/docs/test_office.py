"""The manual's pictures: each is shown, is there, and is small."""

import re

from tests.docs.pages import DOCS

SMALL = 60_000  # bytes


def test_the_manual_shows_its_pictures_and_they_are_small() -> None:
    shown = set(re.findall(r"!\[[^\]]+\]\(([^)]+)\)", (DOCS / "office.md").read_text()))
    there = {f"office/{file.name}": file.stat().st_size for file in (DOCS / "office").iterdir()}
    assert shown == set(there)
    assert {name: size for name, size in there.items() if size > SMALL} == {}
