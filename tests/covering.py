"""Coverage of lines and branches: `pytest -p tests.covering` measures our packages and says what was not reached.

Slipcover puts probes into our own modules as they are imported; a tracer would slow all that runs. Here the probes
stay where they are: to take out those that were passed, slipcover looks into the frames of every thread, which keeps
alive what is in them.
"""

import json
import os
from io import StringIO
from typing import Any

import pytest
from slipcover import FileMatcher, ImportManager, Slipcover, merge_coverage, print_coverage
from slipcover.slipcover import add_summaries

_PACKAGES, _OMITTED = ["poi_api", "units", "activities", "reports"], ["*/migrations/*"]
_NEVER = 2**30  # how often a probe is passed before all that were are taken out
_parts: list[dict[str, Any]] = []  # of processes that test in parallel

_measuring = Slipcover(branch=True, d_miss_threshold=_NEVER)
ImportManager(_measuring, FileMatcher(_PACKAGES, _OMITTED)).__enter__()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        session.config.workeroutput["covered"] = json.dumps(_measuring.get_coverage())  # type: ignore[attr-defined]


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    if hasattr(node, "workeroutput"):  # not of a process that crashed
        _parts.append(json.loads(node.workeroutput["covered"]))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    whole = _measuring.get_coverage()
    for part in _parts:
        merge_coverage(whole, part)
    nothing = Slipcover(branch=True, source=_PACKAGES, omit=_OMITTED).get_coverage()
    whole["files"] = nothing["files"] | whole["files"]  # no test imports some
    add_summaries(whole)
    print_coverage(whole, outfile=(table := StringIO()), skip_covered=True, missing_width=80)
    terminalreporter.write(table.getvalue())
