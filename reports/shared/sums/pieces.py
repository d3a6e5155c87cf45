"""What alike activities add to each period: the SQL that adds up, by keys, measurement unit, plan and rule.

Reads the CTEs `selected`, `figures` and `periods` (`statement.py` says what is in them).

Each activity counts by its own rule first (domain.md, rule 3). Sums are in 27,720ths, percentages have so many
decimals that rounding their mean afterwards is exact.
"""

from collections.abc import Iterable, Sequence

from reports.shared.sums.question import Period

# What a piece adds up to: its columns besides `period`, its keys, `measurement_unit_id` and `plan_id`.
PIECE_SUMS = (
    "accumulation, activities, programmed_scaled, executed_scaled, expected, met, sum_of_progress, with_progress"
)
JOIN_FIGURES = "JOIN figures f ON f.activity_id = c.id"


def period_values(periods: Iterable[Period]) -> str:
    """Return periods as rows of VALUES: number, first month, last month."""
    return ", ".join(f"({period.number}, {period.first}, {period.last})" for period in periods)


def pieces(periods: Sequence[Period], keys: Iterable[str], join_figures: str = JOIN_FIGURES) -> str:
    """Return the query of the pieces of `selected`; quantities that add up are mostly there already.

    `keys` are columns of `selected`; `join_figures` joins the figures `f` of `selected c`.
    """
    group = ", ".join([*keys, "measurement_unit_id", "plan_id"])
    ready = {period.number: quantities for period in periods if (quantities := _ready(period))}
    numbers = ", ".join(str(period.number) for period in periods if period.number not in ready)
    sources = [_computed("c.accumulation <> 'sum'", "true", group, join_figures)]
    if numbers:
        sources.append(_computed("c.accumulation = 'sum'", f"t.period IN ({numbers})", group, join_figures))
    if ready:
        sources.append(_stored(ready, group, join_figures))
    return " UNION ALL ".join(sources)


def _computed(activities: str, periods: str, group: str, join_figures: str) -> str:
    """Return the sums over what each activity comes to by its rule, period by period."""
    return f"""
    SELECT period, {group}, accumulation, count(*) AS activities,
           sum(programmed) AS programmed_scaled, sum(executed) AS executed_scaled,
           bool_or(expected) AS expected, bool_or(expected AND executed IS NOT NULL) AS met,
           {_progress("programmed", "executed")} AS sum_of_progress,
           count(executed) FILTER (WHERE programmed > 0) AS with_progress
      FROM (SELECT c.*, t.period, x.programmed, x.executed, 0 < ANY (f.programmed[t.first : t.last]) AS expected
              FROM selected c {join_figures} JOIN periods t ON {periods}
             CROSS JOIN LATERAL measure(c.accumulation, f.programmed[t.first : t.last],
                                        f.executed[t.first : t.last]) AS x
             WHERE {activities}) AS each
     GROUP BY period, {group}, accumulation"""


def _stored(ready: dict[int, tuple[str, str]], group: str, join_figures: str) -> str:
    """Return the sums over stored quantities: a column each for every period, turned into rows when added up.

    For what adds up, something is expected where the programme is above 0, and met where it has progress.
    """
    cells = ", ".join(f"{programmed} AS p{n}, {executed} AS e{n}" for n, (programmed, executed) in ready.items())
    sums = ", ".join(
        f"""sum(p{n}) * 27720 AS programmed_scaled{n}, sum(e{n}) * 27720 AS executed_scaled{n},
            {_progress(f"p{n}", f"e{n}")} AS sum_of_progress{n},
            count(e{n}) FILTER (WHERE p{n} > 0) AS with_progress{n}"""
        for n in ready
    )
    rows = ", ".join(
        f"unnest(ARRAY[{', '.join(f'{name}{n}' for n in ready)}]) AS {name}"
        for name in ("programmed_scaled", "executed_scaled", "sum_of_progress", "with_progress")
    )
    return f"""
    SELECT period, {group}, 'sum', activities, programmed_scaled, executed_scaled,
           programmed_scaled > 0, with_progress > 0, sum_of_progress, with_progress
      FROM (SELECT unnest('{{{", ".join(map(str, ready))}}}'::int[]) AS period, {group}, activities, {rows}
              FROM (SELECT {group}, count(*) AS activities, {sums}
                      FROM (SELECT c.*, {cells} FROM selected c {join_figures}
                             WHERE c.accumulation = 'sum' OFFSET 0) AS each
                     GROUP BY {group}) AS added) AS turned"""


def _progress(programmed: str, executed: str) -> str:
    """Return the sum of percentages, with so many decimals that rounding it afterwards is exact."""
    return f"sum(round({executed} * 100, 36) / nullif({programmed}, 0))"


def _ready(period: Period) -> tuple[str, str] | None:
    """Return programme and execution of a period of an activity of the rule `sum`, if they are stored."""
    first, last = period.first, period.last
    if first == last:
        month = (
            f"CASE WHEN f.programmed[{first}] > 0 THEN f.executed[{first}] ELSE coalesce(f.executed[{first}], 0) END"
        )
        return f"f.programmed[{first}]", month
    if (first, last) == (1, 12):
        return "f.annual_target", "f.executed_total"
    if first % 3 == 1 and last == first + 2:
        quarter = last // 3
        return f"f.quarter_programmed[{quarter}]", f"f.quarter_executed[{quarter}]"
    return None
