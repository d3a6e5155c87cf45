"""Citations of docs/ in code, SQL, tests and pages: their forms, and whether what they cite exists.

- `domain.md, rule 9`, `domain.md, rules 1, 3 and 4`, `domain.md, rules 10 to 12`; `rule 9` alone is one of domain.md
- `api.md, "Lists"`: a heading of the page; `architecture.md#data`: its anchor
- an address in backticks after `api.md, `: it stands in the page
- `docs/decisions/0008` or `decision 8`
- `docs/operations.md`: the page as a whole
"""

import re
from collections.abc import Iterator

from tests.docs.pages import DOCS, anchors_of, decisions, headings_of, rules_of, text_of

_RULES = r"rules? \d+(?:(?:, | and | to |, and )\d+)*"
_PAGE = re.compile(
    rf'(?<![\w./-])(?P<whole>docs/)?(?P<page>[a-z_]+)\.md(?:, (?P<rules>{_RULES})|, "(?P<section>[^"]+)"'
    rf"|, `(?P<address>[^`]+)`|#(?P<anchor>[\w-]+))?"
)
_BARE_RULES = re.compile(rf"(?<!\.md, )\b{_RULES}", re.IGNORECASE)
_DECISION = re.compile(r"docs/decisions/(?P<file>\d{4})(?P<slug>-[\w-]+\.md)?|\bdecisions? (?P<number>\d+)\b")
_LINE = re.compile(r"\s*\n[ \t]*(?:--|#(?!#)|\*)?[ \t]*")  # a comment goes on in the next line
_LINK = re.compile(r"\]\([^)]*\)")
_NO_CITATION = re.compile(r'"[a-z_]+\.md"|docs/decisions/[\w.-]+|README\.md')  # in code, or looked at apart


def wrong_citations(text: str) -> Iterator[str]:
    """Yield what is wrong with the citations of a text: a form of its own, or something cited that does not exist."""
    text = _LINE.sub(" ", _LINK.sub("]", text))
    for found in _DECISION.finditer(text):
        number, slug = int(found["file"] or found["number"]), found["slug"] or ""
        if number not in decisions() or not decisions()[number].name.endswith(slug):
            yield f"{found[0]}: there is no such decision"
    for found in _BARE_RULES.finditer(text):
        yield from _wrong_rules("domain", found[0])
    for found in _PAGE.finditer(_NO_CITATION.sub("", text)):
        yield from _wrong_page(found)


def _wrong_page(found: re.Match[str]) -> Iterator[str]:
    page, path = found["page"], DOCS / f"{found['page']}.md"
    if not path.exists():
        yield f"{found[0]}: there is no such page"
    elif found["rules"]:
        yield from _wrong_rules(page, found["rules"])
    elif found["section"]:
        if found["section"] not in headings_of(path):
            yield f"{found[0]}: there is no such heading"
    elif found["address"]:
        if found["address"] not in text_of(path):
            yield f"{found[0]}: there is no such address"
    elif found["anchor"]:
        if found["anchor"] not in anchors_of(path):
            yield f"{found[0]}: there is no such anchor"
    elif not found["whole"]:
        yield f"{found[0]}: which rule or section? Or docs/{page}.md, for all of it"


def _wrong_rules(page: str, said: str) -> Iterator[str]:
    numbers = [int(number) for number in re.findall(r"\d+", said)]
    if " to " in said:
        numbers = list(range(numbers[0], numbers[-1] + 1))
    for number in numbers:
        if number not in rules_of(DOCS / f"{page}.md"):
            yield f"{page}.md, {said}: there is no rule {number}"
