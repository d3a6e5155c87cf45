"""Tables of what pages tell in words, as files: history has them, which is no list of the API's."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponseBase

from poi_api.http.files import file_answer, made_file
from poi_api.http.formats import file_headers
from poi_api.http.workbooks import parts_of_table
from units.history.latest import Act
from units.pages.filters import moment
from units.pages.told_changes import Change, Difference
from units.pages.words import what, who

_CHANGES = ("Cuándo", "Quién", "Qué", "Dato", "Antes", "Después", "Por qué", "Solicitud")
_ACTS = ("Cuándo", "Quién", "Qué", "Por qué")


def changes_table(variant: str, changes: Iterable[Change]) -> HttpResponseBase:
    """Return a file (`csv` or `xlsx`) with a line for each value that changes tell of."""
    return _file("historia", variant, _CHANGES, (line for change in changes for line in _lines(change)))


def acts_table(variant: str, acts: Iterable[Act]) -> HttpResponseBase:
    """Return a file (`csv` or `xlsx`) with a line for each act."""
    return _file("auditoria", variant, _ACTS, ((moment(act.at), who(act.actor), what(act), act.cause) for act in acts))


def _lines(change: Change) -> Iterable[Sequence[Any]]:
    head = moment(change["at"]), who(change["actor"]), change["what"]
    for field, before, after in change["differences"] or [Difference("", "", "")]:
        yield (*head, field, before, after, change["cause"], change["request_id"])


def _file(name: str, variant: str, header: Sequence[str], lines: Iterable[Sequence[Any]]) -> HttpResponseBase:
    return file_answer(made_file(parts_of_table(variant, name, header, lines)), file_headers(variant, name))
