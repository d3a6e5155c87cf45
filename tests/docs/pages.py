"""The pages of docs/ as the tests of this folder read them."""

import re
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
DECISIONS = DOCS / "decisions"
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_RULE = re.compile(r"(\d+)\. ")


@cache
def text_of(path: Path) -> str:
    """Return the text of a page, without its blocks of code."""
    return _FENCE.sub("", path.read_text(encoding="utf-8"))


@cache
def headings_of(path: Path) -> frozenset[str]:
    """Return the headings of a page as they stand, without backticks."""
    return frozenset(heading.replace("`", "").strip() for heading in _HEADING.findall(text_of(path)))


@cache
def rules_of(path: Path) -> frozenset[int]:
    """Return the numbers of the headings that have one: those of the rules."""
    return frozenset(int(found[1]) for heading in headings_of(path) if (found := _RULE.match(heading)))


@cache
def anchors_of(path: Path) -> frozenset[str]:
    """Return the anchors under which a browser of the repository finds the headings of a page."""
    kept = (re.sub(r"[^\w\s-]", "", heading.lower()) for heading in headings_of(path))
    return frozenset(re.sub(r"\s", "-", heading) for heading in kept)


@cache
def decisions() -> dict[int, Path]:
    """Return the decisions by number."""
    return {int(path.name[:4]): path for path in DECISIONS.glob("[0-9][0-9][0-9][0-9]-*.md")}
