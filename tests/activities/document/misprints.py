"""Tables of other layouts whose cells stand in their columns, misprinted in every way, with the truth."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.activities.document.generator import MONTHS, TITLES, show, true_row

Place = tuple[str, int]
"""What a column of figures holds: `due` or `done` of a month, the `due quarter` or `done quarter`, a total."""
QUARTERS = ["I TRIM", "II TRIM", "III TRIM", "IV TRIM"]
TOTALS = ["right", "right", "wrong", "an excerpt's", "missing"]


@dataclass(frozen=True)
class Layout:
    """The columns of a table: two lines of titles, and what each column of figures holds."""

    top: list[str]
    below: list[str]
    places: list[Place]
    has_meta: bool = True


def blocks(*, meta: bool = True, quarters: bool = False, totals: bool = False, cumulative: bool = False) -> Layout:
    """Return a layout of both blocks side by side, after META if it has one."""
    added = " ACUMULADO" if cumulative else ""
    top, below, places = [], [], []
    for title, block in (("PROGRAMADO", "due"), ("EJECUTADO", "done")):
        kind = f"{block} since January" if cumulative else block
        top += [title + added, *[""] * 11]
        below += MONTHS
        places += [(kind, month) for month in range(12)]
        if totals:
            top, below, places = [*top, ""], [*below, "TOTAL"], [*places, (f"{block} total", 0)]
    if quarters:
        top += [title if not at else "" for title in QUARTERS for at in range(2)]
        below += ["PROG", "EJEC"] * 4
        places += [(f"{block} quarter", at) for at in range(4) for block in ("due", "done")]
    return Layout(top, below, places, meta)


def pairs() -> Layout:
    """Return a layout of programmed and executed side by side, month by month."""
    return Layout(
        [title for month in MONTHS for title in (month, "")],
        ["P", "E"] * 12,
        [(block, month) for month in range(12) for block in ("due", "done")],
    )


def one_line() -> Layout:
    """Return a layout under a single line of titles, each with its block before the month."""
    return Layout(
        [f"{block} {month}" for block in ("PROG", "EJEC") for month in MONTHS],
        [],
        [(block, month) for block in ("due", "done") for month in range(12)],
    )


LAYOUTS = {
    "blocks and META": blocks(),
    "pairs and META": pairs(),
    "blocks and quarters": blocks(meta=False, quarters=True),
    "one line": one_line(),
    "cumulative": blocks(cumulative=True),
    "blocks and totals": blocks(totals=True),
}


@dataclass
class Printed:
    """A row as it is printed, with what it says truly: figures in thousandths, None where a month is blank."""

    names: list[str]
    due: list[int | None]
    done: list[int | None]
    meta: str
    cells: list[str]
    damages: list[str] = field(default_factory=list)


def figure(due: list[int | None], done: list[int | None], place: Place) -> int | None:
    """Return what a column holds of these months."""
    kind, at = place
    months = due if kind.startswith("due") else done
    if kind.endswith("total"):
        return sum(month or 0 for month in months)
    if kind.endswith("quarter"):
        return sum(month or 0 for month in months[3 * at : 3 * at + 3])
    if kind.endswith("January"):
        return None if months[at] is None else sum(month or 0 for month in months[: at + 1])
    return months[at]


def printed_row(random: Random, number: int, layout: Layout) -> Printed:
    """Make a row without misprints; one of added up months has no blanks between them."""
    true = true_row(random, number)
    due, done = true.programmed, true.executed
    if any(kind.endswith("January") for kind, _ in layout.places):
        due, done = [month or 0 for month in due], [month or 0 for month in done]
    cells = [show(figure(due, done, place)) for place in layout.places]
    return Printed(true.names, due, done, show(sum(month or 0 for month in due)), cells)


Misprint = Callable[[Random, list[str]], None]


def _some(random: Random, cells: list[str]) -> int:
    return random.choice([at for at, cell in enumerate(cells) if cell] or [0])


def _digit(random: Random, cells: list[str]) -> None:
    at = _some(random, cells)
    text = cells[at] or "0"
    place = random.choice([place for place, sign in enumerate(text) if sign.isdigit()])
    cells[at] = text[:place] + random.choice([sign for sign in "0123456789" if sign != text[place]]) + text[place + 1 :]


def _dropped(random: Random, cells: list[str]) -> None:
    at = _some(random, cells)
    digits = cells[at].replace(",", "")
    place = random.randrange(len(digits) or 1)
    cells[at] = digits[:place] + digits[place + 1 :]


def _added(random: Random, cells: list[str]) -> None:
    at = _some(random, cells)
    digits = cells[at].replace(",", "")
    place = random.randrange(len(digits) + 1)
    cells[at] = digits[:place] + random.choice("0123456789") + digits[place:]


def _swapped(random: Random, cells: list[str]) -> None:
    one, other = random.randrange(len(cells)), random.randrange(len(cells))
    cells[one], cells[other] = cells[other], cells[one]


def _beside(random: Random, cells: list[str]) -> None:
    at = random.randrange(len(cells) - 1)
    cells[at], cells[at + 1] = cells[at + 1], cells[at]


def _shifted(random: Random, cells: list[str]) -> None:
    """Lose a cell, so that those after it up to a blank, or the end, stand one to the left."""
    at = random.randrange(len(cells) - 1)
    end = next((place for place in range(at + 1, len(cells)) if not cells[place]), len(cells) - 1)
    cells[at : end + 1] = [*cells[at + 1 : end + 1], ""]


def _blank(random: Random, cells: list[str]) -> None:
    cells[_some(random, cells)] = ""


def _sign(random: Random, cells: list[str]) -> None:
    at = _some(random, cells)
    cells[at] = f"-{cells[at]}"


def _comma(random: Random, cells: list[str]) -> None:
    at = _some(random, cells)
    whole = cells[at].replace(",", "").split(".")[0]
    cells[at] = f"{whole[:-1] or '0'},{whole[-1:] or '5'}"


MISPRINTS: dict[str, Misprint] = {
    "digit": _digit,
    "dropped digit": _dropped,
    "added digit": _added,
    "swapped": _swapped,
    "beside": _beside,
    "shifted": _shifted,
    "blank": _blank,
    "sign": _sign,
    "comma": _comma,
}


def misprint(random: Random, row: Printed) -> None:
    """Misprint a cell or two beside each other, or META."""
    kind = random.choice([*MISPRINTS, "meta"])
    if kind == "meta":
        cells = [row.meta]
        random.choice([_digit, _dropped, _added])(random, cells)
        row.meta = cells[0]
    else:
        MISPRINTS[kind](random, row.cells)
    row.damages.append(kind)


@dataclass
class Table:
    """A misprinted table: its rows, the figures of its TOTAL row as printed (None: it has none), and how that is."""

    layout: Layout
    rows: list[Printed]
    total: list[str] | None
    kind: str

    def content(self) -> bytes:
        """Return the table as a file."""
        meta = [""] if self.layout.has_meta else []
        top = [*TITLES[: 4 + len(meta)], *self.layout.top]
        lines = [["PLAN OPERATIVO INSTITUCIONAL 2024"], top]
        lines += [[*[""] * (4 + len(meta)), *self.layout.below]] if self.layout.below else []
        lines += [[*row.names, *([row.meta] if meta else []), *row.cells] for row in self.rows]
        if self.total:
            lines.append(["TOTAL", "", "", "", *(self.total if meta else self.total[1:])])
        text = io.StringIO()
        csv.writer(text).writerows([*lines, ["Fuente: Módulo de Control al 05/01/2025"]])
        return text.getvalue().encode()


def table(random: Random, layout: Layout, count: int, first: int = 1) -> Table:
    """Return a table of some rows of which a few are misprinted, with a TOTAL row of any kind."""
    rows = [printed_row(random, number, layout) for number in range(first, first + count)]
    kind = random.choice(TOTALS)
    beyond = [printed_row(random, count + at, layout) for at in range(3)] if kind == "an excerpt's" else []
    total = None if kind == "missing" else _sums([*rows, *beyond], layout)
    if total and kind == "wrong":
        for _ in range(random.choice([1, 1, 2, 3])):
            random.choice([_digit, _dropped, _added, _swapped, _blank])(random, total)
    for _ in range(random.choice([0, 1, 1, 1, 2, 3, count])):
        row = random.choice(rows)
        for _ in range(random.choice([1, 1, 1, 2])):
            misprint(random, row)
    return Table(layout, rows, total, kind)


def _sums(rows: list[Printed], layout: Layout) -> list[str]:
    """Return META and the columns of TOTAL."""
    columns = [[figure(row.due, row.done, place) or 0 for row in rows] for place in layout.places]
    return [show(sum(sum(month or 0 for month in row.due) for row in rows)), *(show(sum(each)) for each in columns)]
