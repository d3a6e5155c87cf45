"""What alike activities add to each period: the SQL that adds up, by keys and rule.

Each activity counts by its own rule first (domain.md, rule 3). Sums are in 27,720ths, percentages have so many
decimals that rounding their mean afterwards is exact. By every rule something was due of an activity where its
programme is above 0; so something was due in a piece that has a programme, and reported where an activity has progress.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from reports.shared.selection import JOINS, conditions, figures_of, rule_of
from reports.shared.sums.question import Period, SumsQuestion

_PERCENT = f"100.{'0' * 36}"  # a quotient has as many decimals
_OF_ALL_PERIODS = {
    "activities": "count(*)",
    "first_unit": "min(measurement_unit_id)",
    "last_unit": "max(measurement_unit_id)",
    "least_green": "min(green_from)",
    "most_green": "max(green_from)",
    "least_amber": "min(amber_from)",
    "most_amber": "max(amber_from)",
}
_OF_PERIOD = ("programmed_scaled", "executed_scaled", "sum_of_progress", "with_progress")
# The columns of a piece besides `period` and its keys.
PIECE_COLUMNS = ("first_rule", "last_rule", *_OF_ALL_PERIODS, *_OF_PERIOD)


class KeptPieces(NamedTuple):
    """What is not added up again: CTEs that say which pieces stand, a condition on other activities, the query."""

    parts: str
    condition: str
    query: str


class _Counted(NamedTuple):
    """The SQL of what an activity counts in a period: its programme and execution, and how these become 27,720ths.

    `joined` are further FROM items.
    """

    programmed: str
    executed: str
    scale: str
    joined: str = ""


def selected(question: SumsQuestion, condition: str = "") -> str:
    """Return the CTEs `selected` and `figures`, of the activities in question that meet a further `condition`."""
    # What is stored is read in one go with what selects it: by several processes, where it is much
    kept = f"{'NOT ' if question.basis.is_stored else ''}MATERIALIZED"
    return f"""
selected AS {kept} (
    SELECT a.id, rule.accumulation, a.measurement_unit_id, p.green_from, p.amber_from
           {"".join(f", {sql} AS {column}" for column, sql in question.keys.items())}
    {JOINS}{rule_of(question)} {conditions(question)}{condition}),
figures AS {kept} (
    SELECT activity_id, programmed, executed, quarter_programmed, quarter_executed, quarter_progress,
           annual_target, executed_total
      FROM {figures_of(question, "selected")} AS f)"""


def pieces(periods: Sequence[Period], keys: Iterable[str]) -> str:
    """Return the query of the pieces of `selected` by `keys`, columns of it.

    Activities are read once for all periods: each period is some columns, which become a row when they are added up.
    OFFSET keeps the database from making what is added up more than once.
    """
    group = "".join(f"{key}, " for key in keys)
    counted = {period.number: _counted(period) for period in periods}
    cells = ", ".join(f"{each.programmed} AS p{n}, {each.executed} AS e{n}" for n, each in counted.items())
    ratios = ", ".join(f"e{n} * {_PERCENT} / nullif(p{n}, 0) AS g{n}" for n in counted)
    sums = ", ".join(
        f"sum(p{n}) * {each.scale} AS p{n}, sum(e{n}) * {each.scale} AS e{n}, sum(g{n}) AS g{n}, count(g{n}) AS w{n}"
        for n, each in counted.items()
    )
    return f"""
    SELECT period, {group}accumulation AS first_rule, accumulation AS last_rule,
           {", ".join((*_OF_ALL_PERIODS, *_OF_PERIOD))}
      FROM (SELECT {group}accumulation, {", ".join(f"{sql} AS {name}" for name, sql in _OF_ALL_PERIODS.items())}, {sums}
              FROM (SELECT *, {ratios}
                      FROM (SELECT c.*, {cells} FROM selected c JOIN figures f ON f.activity_id = c.id
                            {"".join(each.joined for each in counted.values())} OFFSET 0) AS quantities
                    OFFSET 0) AS each
             GROUP BY {group}accumulation) AS added
     CROSS JOIN LATERAL (VALUES {", ".join(f"({n}, p{n}, e{n}, g{n}, w{n})" for n in counted)})
             AS turned (period, {", ".join(_OF_PERIOD)})"""


def _counted(period: Period) -> _Counted:
    """Return what an activity counts in a period. Most of it is stored; a mean is not, since it is kept exact."""
    n, first, last = period.number, period.first, period.last
    if first == last:  # all rules say the same of a single month
        return _Counted(f"f.programmed[{first}]", f"f.executed[{first}]", "27720")
    months = f"measure(c.accumulation, f.programmed[{first} : {last}], f.executed[{first} : {last}])"
    if (stored := _stored(period)) is None:
        return _Counted(f"x{n}.programmed", f"x{n}.executed", "1", f" CROSS JOIN LATERAL {months} AS x{n}")
    programmed, executed = (
        f"CASE WHEN c.accumulation = 'average' THEN ({months}).{name} ELSE f.{column} END"
        for name, column in zip(("programmed", "executed"), stored, strict=True)
    )
    return _Counted(programmed, executed, "CASE accumulation WHEN 'average' THEN 1 ELSE 27720 END")


def _stored(period: Period) -> tuple[str, str] | None:
    """Return the columns of figures with the programme and the execution of a run of months, None if there are none."""
    if (period.first, period.last) == (1, 12):
        return "annual_target", "executed_total"
    if period.first % 3 == 1 and period.last == period.first + 2:
        quarter = period.last // 3
        return f"quarter_programmed[{quarter}]", f"quarter_executed[{quarter}]"
    return None
