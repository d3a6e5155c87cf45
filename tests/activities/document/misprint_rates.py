"""How tables of other layouts are read: `python -m tests.activities.document.misprint_rates ROWS SEED`."""

import sys
import time
from collections import Counter
from random import Random

from activities.document import DocumentError, Row, read_document
from tests.activities.document.misprints import LAYOUTS, Layout, Printed, Table, table
from tests.activities.document.seeing import is_seen

ROWS = 20


def is_true(row: Printed, read: Row) -> bool:
    """Tell whether every month is the one that the row says truly."""
    figures = [None if month is None else int(month * 1000) for month in read.programmed + read.executed]
    return figures == [month or 0 for month in row.due] + row.done


def outcome(row: Printed, read: Row, made: Table) -> str:
    """Return the verdict on a row, and whether it is right, or wrong so that none or some reader could see it."""
    if read.status == "rejected":
        return "rejected"
    verdict = "confirmed" if read.confirmed else read.status
    if is_true(row, read):
        return f"{verdict} right"
    return f"{verdict} wrong, {'SEEN' if is_seen(row, made) else 'unseen'}"


def outcomes(random: Random, layout: Layout, count: int) -> Counter[str]:
    """Return how often each outcome comes among so many rows of misprinted tables."""
    found: Counter[str] = Counter()
    while found.total() < count:
        made = table(random, layout, ROWS)
        try:
            read = read_document(made.content())
        except DocumentError as refusal:
            found[f"refused: {refusal.code}"] += ROWS
            continue
        found.update(outcome(row, each, made) for row, each in zip(made.rows, read.rows, strict=True))
    return found


def measure(count: int, seed: int) -> None:
    """Print the outcomes of every layout."""
    for name, layout in LAYOUTS.items():
        start = time.process_time()
        found = outcomes(Random(seed), layout, count)
        print(f"{name}: {found.total()} rows, {time.process_time() - start:.1f} s")
        for what, times in found.most_common():
            print(f"  {what:32} {times:6} {100 * times / found.total():6.2f} %")


if __name__ == "__main__":
    measure(int(sys.argv[1]), int(sys.argv[2]))
