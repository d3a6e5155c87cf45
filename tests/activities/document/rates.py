"""How damaged documents are read: `python -m tests.activities.document.rates ROWS SEED MOST`, so many damages a row."""

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

from activities.document import Document, Row, read_document
from activities.document.contradicting import CONTRADICTED
from activities.document.layout import slot_title
from activities.document.rows import MORE
from tests.activities.document.generator import EVERY_KIND, Style, TrueRow, damage, document, misprinted, true_row
from tests.activities.document.misprints import TOTALS

ROWS = 25


@dataclass(frozen=True)
class Damaged:
    """A damaged document: its rows, what its TOTAL row is, whether that has all columns, and its bytes."""

    rows: list[TrueRow]
    total: str
    has_columns: bool
    content: bytes


def damaged(random: Random, most: int) -> Damaged:
    """Return a document whose rows have up to so many damages, with a TOTAL row of any kind: all columns or META."""
    rows = [true_row(random, number) for number in range(1, ROWS + 1)]
    total, has_columns = random.choice(TOTALS), random.random() < 0.6
    beyond = [true_row(random, ROWS + number) for number in range(1, 5)] if total == "an excerpt's" else []
    for row in rows:
        damage(random, row, random.randint(0, most), EVERY_KIND)
    look = Style(pages=random.randint(1, 3), padding=random.choice([0, 0, 3]))
    lines = document(random, rows, look, columns=has_columns, beyond=beyond).decode().split("\n")
    at = next(number for number, line in enumerate(lines) if line.startswith("TOTAL"))
    if total == "missing":
        del lines[at]
    if total == "wrong":
        for _ in range(random.choice([1, 1, 2])):
            lines[at] = _misprinted_once(random, lines[at])
    return Damaged(rows, total, has_columns, "\n".join(lines).encode())


def _misprinted_once(random: Random, line: str) -> str:
    cells = line.split("\t")
    place = random.choice([place for place, cell in enumerate(cells) if place and cell])
    cells[place] = misprinted(random, cells[place])
    return "\t".join(cells)


def is_true(row: TrueRow, read: Row) -> bool:
    """Tell whether every figure is the one that was there before the damage."""
    return not _wrong(row, read)


def _wrong(row: TrueRow, read: Row) -> list[str]:
    """Return the titles of the months that were read wrong."""
    months = [None if figure is None else int(figure * 1000) for figure in read.programmed + read.executed]
    true = [month or 0 for month in row.programmed] + row.executed
    return [slot_title(slot) for slot, (taken, meant) in enumerate(zip(months, true, strict=True)) if taken != meant]


def outcomes(made: Damaged) -> Iterator[tuple[str, TrueRow]]:
    """Yield the verdict on each row, and whether it is right, or wrong so that TOTAL could show it or nothing does."""
    read = read_document(made.content)
    for row, each in zip(made.rows, read.rows, strict=True):
        verdict = "confirmed" if each.confirmed else each.status
        if verdict == "rejected":
            yield verdict, row
        elif wrong := _wrong(row, each):
            yield f"{verdict} wrong, {'SEEN' if _is_shown(wrong, each, made, read) else 'unseen'}", row
        else:
            yield f"{verdict} right", row


def _is_shown(wrong: Sequence[str], row: Row, made: Damaged, read: Document) -> bool:
    """Tell whether TOTAL states a month that was read wrong, and no row hides that it does not add up.

    A row hides the columns of which it may add anything: one that is rejected, or has readings without end there.
    """
    if made.total != "right" or not made.has_columns:
        return False
    others = [each for each in read.rows if each is not row]
    hidden = {title for each in others for title in _open_columns(each)}
    return all(each.status != "rejected" for each in others) and not hidden.issuperset(wrong)


def _open_columns(row: Row) -> set[str]:
    """Return the titles of the months that may be others by the row itself, whatever TOTAL says."""
    codes = [problem.code for problem in row.problems]
    if CONTRADICTED not in codes or MORE in codes:
        return set(row.doubts)
    taken = (*row.programmed, *row.executed)
    readings = [(*other.programmed, *other.executed) for other in row.alternatives]
    return {slot_title(slot) for slot, month in enumerate(taken) if any(read[slot] != month for read in readings)}


def measure(count: int, seed: int, most: int) -> None:
    """Read so many rows and print the outcomes."""
    random, found, spent = Random(seed), Counter[str](), 0.0
    while found.total() < count:
        made = damaged(random, most)
        start = time.process_time()
        found.update(what for what, _ in outcomes(made))
        spent += time.process_time() - start
    print(f"up to {most} damages, seed {seed}: {found.total()} rows, {spent:.1f} s")
    for what, times in found.most_common():
        print(f"  {what:32} {times:6} {100 * times / found.total():6.2f} %")


if __name__ == "__main__":
    measure(*map(int, sys.argv[1:4]))
