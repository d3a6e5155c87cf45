"""Lines of the answer before that still stand: after a write those alone are made whose unit it touched.

A line that is about one unit is what somebody with rights on that unit alone would be told of it. So it stands while an
ETag of theirs would (docs/decisions/0060).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

from poi_api.database.snapshot import all_is_committed
from reports.shared.reading import Asking, Reading, Row
from reports.shared.selection import visible_nodes
from reports.shared.sums.pieces import PIECE_COLUMNS, KeptPieces
from reports.shared.sums.question import SumsQuestion
from units.access.grants import Access
from units.models.epoch import epoch
from units.models.point import Point, point_at
from units.requests.answer_memory import MEMORY, Asked
from units.requests.conditional import later_changes_sql
from units.requests.renewal import Again, Begun

_BESIDES = 400  # bytes that a line takes besides its JSON, about
_MOST = 100  # units whose lines are made anew; where more were touched, all are
_OF_CHANGED = "{} = ANY (ARRAY(SELECT id FROM changed))"
_TYPES = {"unit": "bigint", "first_rule": "text", "last_rule": "text"}  # of columns of a piece; others are numbers
_COLUMNS = ("unit", *PIECE_COLUMNS)
_ARRAYS = ", ".join(f"%(kept_{name})s::{_TYPES.get(name, 'numeric')}[]" for name in _COLUMNS)
# Cells: whether what is kept is of this history, what was touched are few units, and all their lines are on the page;
# and the units that were not touched
CELLS = (
    f"""{point_at("%(kept_position)s")} = %(kept_point)s AND NOT EXISTS (SELECT FROM later WHERE unit_id = 0)
        AND (SELECT count(*) FROM changed) <= %(kept_most)s AND (SELECT count(*) FROM lines) <= %(limit)s""",
    "ARRAY(SELECT id FROM standing)",
)


@dataclass(frozen=True, slots=True)
class Lines:
    """All lines of an answer: by what sorts them the unit and the JSON of each, and what units add to the total.

    They are those at `point`. Of a unit there may be several pieces; their columns are written as in an array of SQL.
    """

    point: Point
    lines: Mapping[Row, tuple[int, str]]
    pieces: Sequence[tuple[str, ...]]
    size: int  # bytes that they take, about
    again: Asking  # with `named`, what was touched since

    @classmethod
    def read(cls, question: SumsQuestion, reading: Reading, again: Asking) -> Self:
        """Return the lines that were read: all, or those of some units."""
        lines, pieces = reading.sets
        unit, end = 2 + [*question.keys].index("k_unit"), 2 + len(question.keys)
        told = {line[end + 1 :]: (line[unit], f"{{{line[end]}}}") for line in lines if not line[0]}
        size = sum(_BESIDES + len(text) for _, text in told.values()) + _BESIDES * len(pieces) + len(again.statement)
        return cls(reading.freshness.point, told, pieces, size, again)

    @property
    def texts(self) -> list[str]:
        """The JSON of all lines, in their order."""
        return [text for _, text in self.lines.values()]

    @property
    def named(self) -> dict[str, Any]:
        """The named values of `kept_pieces` and CELLS."""
        columns = zip(*self.pieces, strict=True) if self.pieces else [()] * len(_COLUMNS)
        return {
            **{f"kept_{name}": f"{{{','.join(column)}}}" for name, column in zip(_COLUMNS, columns, strict=True)},
            "kept_position": self.point.position,
            "kept_point": str(self.point),
            "kept_most": _MOST,
        }

    def renewed(self, question: SumsQuestion, reading: Reading) -> Self | None:
        """Return them with those that were made anew; None where others came or went, or more than a few changed."""
        is_right, standing = reading.cells
        new, stand = self.read(question, reading, self.again), {*standing}
        gone = [key for key, (unit, _) in self.lines.items() if unit not in stand]
        if not is_right or gone != [*new.lines]:
            return None
        pieces = [piece for piece in self.pieces if int(piece[0]) in stand]
        return replace(new, lines={**self.lines, **new.lines}, pieces=[*pieces, *new.pieces], size=self.size)


def can_be_kept(question: SumsQuestion) -> bool:
    """Tell whether each line is about a unit and a part of the year, as they stand now, from the first, in usual order.

    What an activity is called over years may depend on another unit.
    """
    more = question.explain or question.subtotals or question.draft or question.ordering
    of_units = "unit" in question.group_by and "activity" not in question.group_by and bool(question.periods)
    is_first = not (question.offset or question.page)
    return of_units and is_first and not more and question.basis.is_stored and all_is_committed()


@dataclass(frozen=True, slots=True)
class Told:
    """What was read, and all lines if they are kept, by which it can be read `again` from what was touched since."""

    reading: Reading
    lines: Lines | None = None
    again: "Again[Told] | None" = None


def read_lines(question: SumsQuestion, access: Access, ask: Callable[..., Asking]) -> Told:
    """Ask for the lines that were touched since some were kept, or for all; return all, and keep them, if possible.

    `ask` returns the statement of all lines, or, where it `renews`, of those that were touched.
    """
    if not can_be_kept(question):
        return Told(ask().read())
    asked = Asked(("lines", repr(question)), frozenset(access.grants), epoch(), question.day)
    kept: Lines | None = MEMORY.get(asked)
    if kept and (told := _renewed(question, asked, kept, kept.again.read(**kept.named))):
        return told
    reading = ask().read()
    if reading.around.more:
        return Told(reading)
    return _kept(question, asked, reading, Lines.read(question, reading, ask(renews=True)))


def _renewed(question: SumsQuestion, asked: Asked, kept: Lines, reading: Reading) -> Told | None:
    lines = kept.renewed(question, reading)
    if lines is None:  # nor would they be for the next one
        MEMORY.forget(asked, kept)
        return None
    return _kept(question, asked, reading, lines)


def _kept(question: SumsQuestion, asked: Asked, reading: Reading, lines: Lines) -> Told:
    MEMORY.keep(asked, lines)
    return Told(reading, lines, Again(partial(_begun, question, asked)))


def _begun(question: SumsQuestion, asked: Asked) -> Begun[Told] | None:
    kept: Lines | None = MEMORY.get(asked)
    if kept is None:
        return None

    def told(names: Sequence[str], rows: list[Row]) -> Told | None:
        return _renewed(question, asked, kept, kept.again.told(names, rows))

    return Begun(kept.again.statement, kept.again.values | kept.named, told)


def kept_pieces(question: SumsQuestion, access: Access) -> KeptPieces:
    """Return the pieces of the units whose lines stand."""
    keys = "".join(f", {'k.unit' if column == 'k_unit' else 'NULL'}" for column in question.keys)
    return KeptPieces(
        parts=f"""
later AS MATERIALIZED ({later_changes_sql(access, question.institutions, "%(kept_position)s")}),
changed AS MATERIALIZED (
    SELECT id FROM units_unit
     WHERE path && ARRAY(SELECT unit_id FROM later)
        OR id = ANY (ARRAY(SELECT unnest(path) FROM units_unit WHERE id = ANY (ARRAY(SELECT unit_id FROM later))))
     LIMIT %(kept_most)s + 1),
standing AS MATERIALIZED (
    SELECT n.id FROM units_unit n
     WHERE n.id = ANY (%(kept_unit)s::bigint[]) AND {visible_nodes(question)}
       AND n.id NOT IN (SELECT id FROM changed))""",
        condition=f" AND {_OF_CHANGED.format('a.unit_id')}",
        query=f"""
    SELECT 0{keys}, {", ".join(PIECE_COLUMNS)}
      FROM unnest({_ARRAYS}) AS k ({", ".join(_COLUMNS)})
     WHERE k.unit = ANY (ARRAY(SELECT id FROM standing))""",
    )


def pieces_by_unit(*, of_changed: bool) -> str:
    """Return the set of what units add to the total, to be read by `kept_pieces`."""
    columns = ", ".join(f"coalesce({name}::text, 'NULL')" for name in PIECE_COLUMNS)
    condition = f" AND {_OF_CHANGED.format('k_unit')}" if of_changed else ""
    return f"""
SELECT row_number() OVER () AS place, k_unit::text, {columns} FROM pieces WHERE period = 0{condition}"""
