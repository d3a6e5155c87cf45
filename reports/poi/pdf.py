"""The official document as a PDF, set by Typst in a process of its own."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Any

import orjson
from django.conf import settings

from poi_api.http.exceptions import TooLarge, Unavailable
from reports.poi.printing import MONTH_TITLES, Paper, texts

MOST_ROWS = 1000
_TOO_LARGE = f"El documento tiene más de {MOST_ROWS:,} filas: pídalo en XLSX, o un PDF por partes, con más filtros."
_BUSY = "Ya se está preparando otro PDF; vuelva a intentar en unos segundos."
_LONGEST = 60  # seconds; a thousand rows take two to five
_WAIT = 5  # seconds
_WIDTHS = (5, 5, 7, 3)  # of the names, beside those of the others
_WIDTH = 2.4
_FIGURE = 1.5
_FITTING, _WIDEST = 6, 2  # characters that such a column takes; how much wider it becomes for longer ones
_LINE, _INSET = 400, 1.6  # mm: of the page within its margins, and of a cell at both sides
_DIGIT = 1.28  # mm, of the bold ones of the TOTAL
_PATIENCE = 4  # seconds in line; with those that setting takes, fewer than a transaction may be idle
_one_at_a_time = Lock()
_in_line = BoundedSemaphore(2)  # the one that is set, and one that waits: the other threads are for everybody else


def typeset(paper: Paper) -> bytes:
    """Return the document as a PDF.

    Where this process has another one made it waits its turn for a little. Raises TooLarge (`file_too_large`) beyond
    MOST_ROWS, and Unavailable where its turn does not come, or somebody waits already.
    """
    if len(paper.rows) > MOST_ROWS:
        raise TooLarge("file_too_large", _TOO_LARGE)
    with _turn():
        return _set(orjson.dumps(_said(paper)))


@contextmanager
def _turn() -> Iterator[None]:
    """Have the only process that sets. Raises Unavailable where it stays with others."""
    with ExitStack() as held:
        for place, patience in ((_in_line, 0), (_one_at_a_time, _PATIENCE)):
            if not place.acquire(timeout=patience):
                raise Unavailable("busy", _BUSY, wait=_WAIT)
            held.callback(place.release)
        yield


def _set(document: bytes) -> bytes:
    command = [sys.executable, "-m", "reports.poi.typesetter", str(_fonts())]
    try:
        done = subprocess.run(  # noqa: S603 - our own module, no shell
            command, input=document, stdout=subprocess.PIPE, timeout=_LONGEST, check=True, cwd=settings.BASE_DIR
        )
    except subprocess.TimeoutExpired:
        raise Unavailable("busy", _BUSY, wait=_WAIT) from None
    return done.stdout


def _fonts() -> Path:
    """Return the folder of DejaVu's fonts, which come along with matplotlib."""
    found = find_spec("matplotlib")
    if found is None or found.origin is None:
        raise RuntimeError("matplotlib is not installed")
    return Path(found.origin).parent / "mpl-data" / "fonts" / "ttf"


def _said(paper: Paper) -> dict[str, Any]:
    """Return what the template is told."""
    longest = paper.longest_figures()
    names = len(paper.names) - 1
    widths = [*_WIDTHS, *[_WIDTH] * (names - len(_WIDTHS)), *map(_figure_width, longest)]
    return {
        "institution": paper.institution,
        "title": paper.heading,
        "notice": paper.notice,
        "source": paper.ending,
        "names": names,
        "widths": widths,
        "room": [(_LINE * width / sum(widths) - _INSET) / _DIGIT for width in widths],
        "groups": [[group.text, group.across, group.down] for group in paper.groups],
        "months": MONTH_TITLES,
        "rows": [texts(cells) for cells in paper.body()],
        "total": texts(paper.last()),
    }


def _figure_width(longest: int) -> float:
    return _FIGURE * min(max(longest / _FITTING, 1), _WIDEST)
