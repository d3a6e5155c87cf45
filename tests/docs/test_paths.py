"""What the pages name by its path exists: files, folders, modules, links, and the rooms of the house."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, ROOT, anchors_of, text_of

PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
_TOP = r"(?:poi_api|units|activities|reports|tests|docs)"
_PATH = re.compile(rf"`({_TOP}/[\w./-]*)`|(?<![\w./`-])({_TOP}/[\w/-]+\.(?:py|sql|md|tsv))")
_MODULE = re.compile(rf"`({_TOP}(?:\.\w+)+)`")
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([\w-]+))?\)")
_TREE = re.compile(r"^```\n(poi_api/ .*?)^```$", re.MULTILINE | re.DOTALL)
_ROOM = re.compile(r"( *)((?:\w+/(?:, )?)+)")


def ids(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_paths_exist(page):
    named = {quoted or plain for quoted, plain in _PATH.findall(text_of(page))}
    assert {name for name in named if not (ROOT / name).exists()} == set()


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_modules_and_their_names_exist(page):
    assert {name for name in _MODULE.findall(text_of(page)) if not is_there(name)} == set()


@pytest.mark.parametrize("page", PAGES, ids=ids)
def test_links_lead_somewhere(page):
    for target, anchor in _LINK.findall(text_of(page)):
        found = page.parent / target if target else page
        assert found.exists(), target
        assert not anchor or anchor in anchors_of(found), f"{target}#{anchor}"


def is_there(name: str) -> bool:
    """Tell whether a dotted name is a module, a package, or something that a module defines."""
    path = ROOT.joinpath(*name.split("."))
    if path.is_dir() or path.with_suffix(".py").exists():
        return True
    module, defined = path.parent.with_suffix(".py"), re.compile(rf"\b(?:class|def) {path.name}\b|^{path.name}\b", re.M)
    return module.exists() and defined.search(module.read_text(encoding="utf-8")) is not None


def rooms(tree: str) -> Iterator[Path]:
    """Yield the folders that a drawing of the house shows, by how far each line is indented."""
    above: dict[int, Path] = {-1: ROOT}
    for line in tree.splitlines():
        if found := _ROOM.match(line):
            depth = len(found[1])
            parent = above[max(place for place in above if place < depth)]
            above = {place: path for place, path in above.items() if place < depth}
            for name in found[2].replace(" ", "").rstrip(",").split(","):
                above[depth] = parent / name
                yield above[depth]


def test_the_house_has_the_rooms_that_its_plan_shows():
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    drawn = [*rooms(_TREE.findall(page)[0])]
    assert len(drawn) > 30
    assert [str(path.relative_to(ROOT)) for path in drawn if not path.is_dir()] == []


def test_the_plan_shows_every_room():
    drawn = {*rooms(_TREE.findall((DOCS / "architecture.md").read_text(encoding="utf-8"))[0])}
    apps = [ROOT / name for name in ("poi_api", "units", "activities", "reports")]
    made_by_django = {"management", "migrations", "__pycache__"}
    there = {path for app in apps for path in app.iterdir() if path.is_dir() and path.name not in made_by_django}
    assert {str(path.relative_to(ROOT)) for path in there - drawn} == set()
