"""How often each verdict is right: `python -m tests.activities.document.rates ROWS SEED`."""

import sys
import time
from collections import Counter, defaultdict
from random import Random

from activities.document.repair import Verdict, repair
from tests.activities.document.generator import EVERY_KIND, TrueRow, damage, true_row


def thousandths(cell: str) -> int | None:
    """Return a printed quantity of the generator in thousandths."""
    whole, _, rest = cell.replace(",", "").partition(".")
    return int(whole) * 1000 + int(rest.ljust(3, "0")) if cell else None


def outcome(row: TrueRow, verdict: Verdict) -> str:
    """Return the verdict, and whether its figures or at least its quarters are the true ones."""
    if verdict.status == "rejected":
        return f"rejected ({verdict.reason})"
    true = [month or 0 for month in row.programmed] + row.executed
    if list(verdict.months) == true:
        return f"{verdict.status} right"
    sums = [
        [sum(month or 0 for month in months[at : at + 3]) for at in range(0, 24, 3)]
        for months in (verdict.months, true)
    ]
    return f"{verdict.status} with {'other months' if sums[0] == sums[1] else 'WRONG QUARTERS'}"


def measure(count: int, seed: int) -> None:
    """Damage and read `count` random rows and print the rates."""
    random = Random(seed)
    table: dict[int, Counter[str]] = defaultdict(Counter)
    spent = 0.0
    for number in range(count):
        row = true_row(random, number)
        damage(random, row, random.choice([0, 1, 1, 1, 2, 2, 3, 4]), EVERY_KIND)
        tail = tuple(thousandths(cell) for cell in row.tail)
        start = time.process_time()
        verdict = repair(tail, thousandths(row.printed_target) or row.target)
        spent += time.process_time() - start
        table[len(row.damages)][outcome(row, verdict)] += 1
    for damages, outcomes in sorted(table.items()):
        print(f"{damages} damages, {outcomes.total()} rows")
        for name, times in outcomes.most_common():
            print(f"  {name:32} {times:6} {100 * times / outcomes.total():6.2f} %")
    print(f"{1000 * spent / count:.2f} ms a row")


if __name__ == "__main__":
    measure(int(sys.argv[1]), int(sys.argv[2]))
