"""Puts in one fault after another, and tells which of them the tests find."""

import argparse
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

from tests.mutants.faults import Fault, faults
from tests.mutants.trying import Copy

_ARGUMENTS = argparse.ArgumentParser(prog="python -m tests.mutants", description=__doc__)
_ARGUMENTS.add_argument("words", nargs="*", help="only faults whose list, file or description has one of these words")
_ARGUMENTS.add_argument("--whole", action="store_true", help="a fault that its own tests do not find: the whole suite")
_ARGUMENTS.add_argument("--unchecked", action="store_true", help="do not see first that all tests pass without a fault")


def main() -> int:
    """Print a line per fault and the score; return 0 if all were found."""
    asked = _ARGUMENTS.parse_args()
    os.nice(10)
    chosen = faults(asked.words)
    survivors: list[Fault] = []
    broken: list[Fault] = []
    found = Counter[str]()
    with tempfile.TemporaryDirectory(prefix="poi-mutants-", ignore_cleanup_errors=True) as folder:
        copy = Copy(Path(folder))
        tests = sorted({test for fault in chosen for test in fault.tests})
        if not asked.unchecked and (before := copy.without_fault(tests)) and (before.found or before.broken):
            sys.exit(f"Without any fault there fails: {before.by}")
        for number, fault in enumerate(chosen, 1):
            outcome = copy.try_out(fault, whole=asked.whole)
            if not outcome.found:
                (broken if outcome.broken else survivors).append(fault)
            else:
                found[outcome.how] += 1
            result = "found" if outcome.found else "BROKEN" if outcome.broken else "SURVIVED"
            print(f"{number:3} {result:8} {fault.path}: {fault.what}  [{outcome.by}]", flush=True)
    tried = len(chosen) - len(broken)
    print(f"\n{tried - len(survivors)} of {tried} found: {100 * (tried - len(survivors)) / max(tried, 1):.1f} %")
    print("  " + ", ".join(f"{how}: {count}" for how, count in found.most_common()))
    for fault in (*survivors, *broken):
        print(f"  {'broken' if fault in broken else 'survived'}: {fault.path}: {fault.what}")
    return int(bool(survivors or broken))


if __name__ == "__main__":
    sys.exit(main())
