"""Where everything stands in a table."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from activities.document.layout import OFFICIAL


@dataclass(frozen=True, slots=True)
class Block:
    """The columns of one kind of figures: by month 1–12, by quarter 1–4, and that of the total, if there is one.

    `cumulative`: each month has what was added up since January.
    """

    title: str
    months: Mapping[int, int]
    quarters: Mapping[int, int] = field(default_factory=dict)
    total: int | None = None
    cumulative: bool = False

    def moved(self, by: int) -> "Block":
        """Return the same block with every column `by` places to the right."""
        return replace(
            self,
            months={month: column + by for month, column in self.months.items()},
            quarters={quarter: column + by for quarter, column in self.quarters.items()},
            total=None if self.total is None else self.total + by,
        )


@dataclass(frozen=True, slots=True)
class Figures:
    """Where a table's figures stand: its blocks by name, those that are imported, and the reasons of months.

    `left_out` are the titles of what is about money. `assumed`: no title says that the months are the programmed ones.
    """

    blocks: Mapping[str, Block]
    programmed: Block
    executed: Block | None
    reasons: Mapping[int, int]
    left_out: tuple[str, ...]
    assumed: bool


@dataclass(frozen=True, slots=True)
class Header(Figures):
    """Where all of a table's columns stand: its figures, names by their meaning, and annual targets.

    Of several `targets` the rows tell which is meant.
    """

    line: int
    last_line: int
    titles: tuple[str, ...]
    columns: Mapping[str, int]
    targets: tuple[int, ...]

    @property
    def target(self) -> int | None:
        """Return the column of the annual target, if there is one."""
        return self.targets[0] if self.targets else None

    @property
    def tail(self) -> int | None:
        """Return where the cells after META begin, if they are those of the official layout and the last of the row.

        Then cells that were lost or repeated can be found, as those after them stand elsewhere.
        """
        if self.executed is None or self.target is None or self.programmed.cumulative or self.executed.cumulative:
            return None
        columns = self.official_columns()
        start = columns[0]
        if start is None or columns != list(range(start, start + OFFICIAL.cells)):
            return None
        before = max([*self.columns.values(), *self.targets])
        return start if before < start and not any(self.titles[start + OFFICIAL.cells :]) else None

    def official_columns(self) -> list[int | None]:
        """Return the column of each cell of the official tail; None where the table has none."""
        executed = self.executed or Block("", {})
        months = range(1, OFFICIAL.months + 1)
        columns = [block.months.get(month) for block in (self.programmed, executed) for month in months]
        for quarter in range(1, OFFICIAL.quarters + 1):
            columns += [self.programmed.quarters.get(quarter), executed.quarters.get(quarter)]
        return columns

    def title(self, column: int) -> str:
        """Return the title of a column, as messages name it."""
        return self.titles[column] if 0 <= column < len(self.titles) else ""

    def moved(self, by: int) -> "Header":
        """Return the same header with every column `by` places to the right."""
        return replace(
            self,
            titles=("",) * by + self.titles if by > 0 else self.titles[-by:],
            columns={name: column + by for name, column in self.columns.items()},
            targets=tuple(column + by for column in self.targets),
            programmed=self.programmed.moved(by),
            executed=self.executed.moved(by) if self.executed else None,
            blocks={name: block.moved(by) for name, block in self.blocks.items()},
            reasons={month: column + by for month, column in self.reasons.items()},
        )
