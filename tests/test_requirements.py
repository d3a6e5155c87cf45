"""The compiled lists of packages are what pyproject.toml asks for, pinned with hashes, and what is installed."""

import re
import tomllib
from collections.abc import Container, Iterable, Iterator
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
RUNTIME = PYPROJECT["project"]["dependencies"]
DIRECT = {"requirements.txt": RUNTIME, "tests/requirements.txt": RUNTIME + PYPROJECT["dependency-groups"]["tests"]}
_EXTRAS = r"(?:\[[a-z0-9-]+(?:, [a-z0-9-]+)*\])?"
_PINNED = re.compile(
    rf"(?P<name>[a-z0-9-]+){_EXTRAS}==(?P<version>\S+)(?: ; [^\\]+)?(?: --hash=sha256:[0-9a-f]{{64}})+"
)
_MARKER = re.compile(r" ; .+?(?= --hash)")
COMPILE = "pyproject.toml and the compiled list no longer agree: make requirements"


def lines(compiled: str) -> Iterator[str]:
    """Yield the entries of a compiled list, each with its hashes on one line."""
    text = (ROOT / compiled).read_text(encoding="utf-8").replace(" \\\n    ", " ")
    return (line for line in text.splitlines() if not line.lstrip().startswith("#"))


def applying(requirement: Requirement, extra: str = "") -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra})


def pins(compiled: str) -> dict[str, str]:
    """Return the versions, by name, that a compiled list pins on this platform."""
    requirements = [Requirement(line.split(" --hash")[0]) for line in lines(compiled)]
    return {each.name: str(each.specifier).removeprefix("==") for each in requirements if applying(each)}


def asked_for(direct: Iterable[str], pinned: Container[str]) -> dict[str, list[Requirement]]:
    """Return all that a list of direct dependencies asks for, by name, as the metadata of pinned packages say."""
    found: dict[str, list[Requirement]] = {}
    waiting = [each for each in map(Requirement, direct) if applying(each)]
    followed = set()
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        found.setdefault(name, []).append(requirement)
        for extra in {"", *requirement.extras}:
            if name in pinned and (name, extra) not in followed:
                followed.add((name, extra))
                further = map(Requirement, distribution(name).requires or [])
                waiting += [each for each in further if applying(each, extra)]
    return found


@pytest.mark.parametrize("compiled", DIRECT)
def test_each_package_is_pinned_with_hashes_and_names_no_source(compiled):
    entries = [*lines(compiled)]
    assert len(entries) > 30
    assert [entry for entry in entries if not _PINNED.fullmatch(entry)] == []
    assert not re.search(r"https?:|file:|@|(?:^|\s)/|--(?!hash=)", (ROOT / compiled).read_text(encoding="utf-8"))


@pytest.mark.parametrize("compiled", DIRECT)
def test_compiled_list_holds_what_the_short_list_asks_for_and_nothing_else(compiled):
    pinned = pins(compiled)
    asked = asked_for(DIRECT[compiled], pinned)
    assert set(asked) == set(pinned), COMPILE
    refused = [str(each) for name, every in asked.items() for each in every if pinned[name] not in each.specifier]
    assert refused == [], COMPILE


@pytest.mark.parametrize("compiled", DIRECT)
def test_a_package_is_pinned_with_the_extras_that_another_asks_for(compiled):
    """Else pip takes a newer release of it, once there is one, for what the other asks for, and refuses it."""
    entries = [Requirement(line.split(" --hash")[0]) for line in lines(compiled)]
    pinned = {each.name: each.extras for each in entries if applying(each)}
    asked = asked_for(DIRECT[compiled], pinned)
    missing = [str(each) for name, every in asked.items() for each in every if not each.extras <= pinned[name]]
    assert missing == [], COMPILE


def test_tests_run_with_the_packages_of_the_service():
    # On which platforms something is needed may differ, and which extras: a package of the tests needs it elsewhere too
    served, tested = ([re.sub(_EXTRAS, "", _MARKER.sub("", entry)) for entry in lines(compiled)] for compiled in DIRECT)
    assert [entry for entry in served if entry not in tested] == []


def test_what_is_installed_is_what_is_pinned():
    pinned = pins("tests/requirements.txt")
    assert {name: distribution(name).version for name in pinned} == pinned
