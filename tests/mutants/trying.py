"""Trying a fault: in a copy of the tree, with a database of its own, until the first test fails."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from compileall import compile_dir
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from py_compile import PycInvalidationMode

from poi_api.database.sql import statements
from tests.mutants.faults import ROOT, Fault

_PATIENCE = 300  # seconds for the tests of one fault; a fault that has them wait for ever is found
_PATIENCE_WITH_ALL = 3600
_WHOLE = ["tests"]
_HEAVY = ("randomly", "xdist", "slipcover", "schemathesis")  # loading these takes as long as many tests
_FAILED = re.compile(r"^(FAILED|ERROR) (.+?)(?: - .*)?$", re.MULTILINE)
_PASSED = re.compile(r"\b[1-9]\d* passed\b")
_AT_SETUP = " (at setup)"
_NO_END = "no end"
_BROKEN = 2  # pytest's exit code from which on no test said anything


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether a fault was found, and by which test; `broken` where it kept the tests from being run at all."""

    found: bool
    by: str = ""
    broken: bool = False

    @property
    def how(self) -> str:
        """Say whether a test saw what is wrong, or whether its set-up failed, or nothing came to an end."""
        return _NO_END if self.by == _NO_END else "at setup" if self.by.endswith(_AT_SETUP) else "by a test"


class Copy:
    """A copy of the working tree, without what Git ignores, in which faults are put in and taken out."""

    def __init__(self, folder: Path) -> None:
        self._root, self._data = folder / "tree", folder / "data"
        listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        names = subprocess.run(listed, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        for name in filter(None, names.split("\0")):
            if (ROOT / name).is_file():
                (self._root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, self._root / name)
        # Told from its source by what that says: a fault can leave size and second as they are
        compile_dir(self._root, quiet=2, invalidation_mode=PycInvalidationMode.CHECKED_HASH)
        self._is_database_sound = False

    def try_out(self, fault: Fault, *, whole: bool) -> Outcome:
        """Return what the fault's own tests find and, if they find nothing and it is asked for, the `whole` suite."""
        with self._faulty(fault):
            outcome = self._test(fault.tests, anew=fault.is_in_database)
            if not outcome.found and not outcome.broken and whole:
                outcome = self._test(_WHOLE, anew=fault.is_in_database, patience=_PATIENCE_WITH_ALL)
        return outcome

    def without_fault(self, tests: Sequence[str]) -> Outcome:
        """Return what the tests find where there is no fault: nothing, or else nothing else can be told."""
        return self._test(tests, anew=True, patience=_PATIENCE_WITH_ALL)

    @contextmanager
    def _faulty(self, fault: Fault) -> Iterator[None]:
        frozen = list(self._root.glob("*/migrations/sql/*.sql"))
        before = {path: path.read_text(encoding="utf-8") for path in (self._root / fault.path, *frozen)}
        good = before[self._root / fault.path]
        faulty = fault.put_in(good)
        (self._root / fault.path).write_text(faulty, encoding="utf-8")
        if fault.path.endswith(".sql"):
            for path in frozen:
                path.write_text(before[path].replace(statements(good), statements(faulty)), encoding="utf-8")
        elif fault.is_in_database:
            self._run([sys.executable, "-m", "tests.mutants.freezing"])
        try:
            yield
        finally:
            for path, text in before.items():
                path.write_text(text, encoding="utf-8")

    def _test(self, tests: Sequence[str], *, anew: bool, patience: int = _PATIENCE) -> Outcome:
        """Run tests until one fails. A database with a fault, or left in the middle of a test, is not used again."""
        is_fresh = anew or not self._is_database_sound
        database = "--create-db" if is_fresh else "--reuse-db"
        self._is_database_sound = False
        needed = {"schemathesis"} if tests == _WHOLE else set[str]()
        without = [part for name in _HEAVY if name not in needed for part in ("-p", f"no:{name}")]
        quiet = ["-x", "-q", "--hypothesis-seed=0", "--no-header", "--tb=no"]
        try:
            done = self._run(
                [sys.executable, "-m", "pytest", *without, *quiet, "--reuse-db", database, *tests], patience
            )
        except subprocess.TimeoutExpired:
            return Outcome(found=True, by=_NO_END)
        self._is_database_sound = not anew
        return outcome_of(done.returncode, done.stdout, done.stderr, is_fresh=is_fresh)

    def _run(self, command: Sequence[str], patience: int = _PATIENCE) -> subprocess.CompletedProcess[str]:
        # What has no fault was compiled before
        environment = {**os.environ, "POI_DATA_DIR": str(self._data), "PYTHONDONTWRITEBYTECODE": "1"}
        return subprocess.run(
            command, cwd=self._root, env=environment, capture_output=True, text=True, check=False, timeout=patience
        )


def outcome_of(code: int, said: str, complained: str = "", *, is_fresh: bool) -> Outcome:
    """Return what pytest's exit code and output mean, for tests that stop at the first that fails.

    Where the first test of a fresh database cannot be set up, no test saw the fault: perhaps it kept the database from
    being made at all.
    """
    if code == 0:
        return Outcome(found=False)
    failed = _FAILED.search(said)  # None where pytest itself failed
    at_setup = failed is not None and failed[1] == "ERROR"
    nothing_ran = at_setup and not _PASSED.search(said)
    if code >= _BROKEN or failed is None or (at_setup and "::" not in failed[2]) or (is_fresh and nothing_ran):
        return Outcome(found=False, by=(said + complained)[-500:], broken=True)
    return Outcome(found=True, by=f"{failed[2]}{_AT_SETUP * at_setup}")
