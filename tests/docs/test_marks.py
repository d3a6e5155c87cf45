"""How many sentences of the pages tell of something that is not built yet: the number only falls.

It is 0 when issue 11 is done. Whoever builds what a sentence tells takes its mark off, and lowers the page's number.
"""

import re

import pytest

from tests.docs.pages import DOCS

MARKS: dict[str, int] = {}
PAGES = {str(path.relative_to(DOCS)).removesuffix(".md"): path for path in DOCS.rglob("*.md")}
_MARK = re.compile(r"(?<!`)\(not built yet\)(?!`)")
_LIKE_IT = re.compile(r"(?<!`)\((?:not|yet)\b[^)]*\bbuilt\b[^)]*\)", re.IGNORECASE)


def marks_in(text: str) -> int:
    return len(_MARK.findall(text))


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_page_has_no_more_marks_than_it_had_and_fewer_are_written_down(page):
    found, known = marks_in(PAGES[page].read_text(encoding="utf-8")), MARKS.get(page, 0)
    assert found <= known, f"docs/{page}.md had {known} sentences that were not built: build first, then write."
    assert found == known, f"docs/{page}.md has {found} marks left: lower its number in {__name__} from {known}."


@pytest.mark.parametrize("page", sorted(PAGES))
def test_a_mark_is_written_in_one_way_and_ends_its_sentence(page):
    text = PAGES[page].read_text(encoding="utf-8")
    assert [said for said in _LIKE_IT.findall(text) if said != "(not built yet)"] == []
    assert [
        text[found.start() - 60 : found.end() + 1] for found in _MARK.finditer(text) if not _ends(text, found)
    ] == []


def _ends(text: str, found: re.Match[str]) -> bool:
    """Tell whether a sentence, or its part before a colon, ends with the mark."""
    return text[found.end() : found.end() + 1] in {".", ":"}


def test_marks_are_counted():
    assert marks_in("Stands (not built yet). Is called `(not built yet)`.") == 1
