"""What a row promises, and when: its initial programme and the one that holds today, and how their months add up."""

from decimal import Decimal

from activities.choices import Accumulation
from activities.document import Row
from activities.document.stated import accumulations_of, initial_block

Programme = tuple[Decimal, ...]


def initial_programme_of(row: Row) -> Programme | None:
    """Return what a row promised at first, None if it came in later; for documents with initial blocks."""
    block = initial_block(row.blocks)
    return None if block is None else tuple(month or Decimal(0) for month in block.months)


def programme_of(row: Row) -> Programme:
    """Return what a row promises today."""
    return tuple(month or Decimal(0) for month in row.programmed)


def accumulation_of(row: Row) -> str | None:
    """Return how the months of a row make a year today, None if it does not say so, or may mean several ways."""
    return None if row.accumulation_is_open else row.accumulation


def first_accumulation_of(row: Row) -> str:
    """Return how the months of a row made a year at first; where it may mean several ways, as they do today."""
    block = initial_block(row.blocks)
    ways = accumulations_of(block, row.details.get("accumulation", "")) if block else ()
    return ways[0] if len(ways) == 1 else accumulation_for_new(row)


def accumulation_for_new(row: Row) -> str:
    """Return how the months of an activity that is new in the plan make a year; where nothing is said they add up."""
    block = initial_block(row.blocks)
    if row.accumulation_is_open and block:
        ways = accumulations_of(block, row.details.get("accumulation", ""))
        return ways[0] if len(ways) == 1 else Accumulation.SUM
    return row.accumulation or Accumulation.SUM
