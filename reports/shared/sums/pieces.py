"""What alike activities add to each period: the SQL that adds up, by what rows are grouped by, plan, measure and rule.

Reads the CTEs `selected` (activities), `figures` and `periods`.

Each activity counts by its own rule first (domain.md, rule 3). Sums are in 27,720ths, percentages have so many
decimals that rounding their mean afterwards is exact.
"""

from collections.abc import Iterable, Sequence

from reports.shared.sums.question import THINGS, Period, SumsQuestion

_KEYS = {
    "institution": "p.institution_id",
    "unit": "a.unit_id",
    "mef_activity": "a.mef_activity_id",
    "measurement_unit": "a.measurement_unit_id",
    "activity": "a.id",
    "year": "p.year",
}
# Institution and code are an activity's identity across years (api.md, "Identity"); it is shown as of the latest year.
_SAME_ACTIVITY = "first_value(a.id) OVER (PARTITION BY p.institution_id, a.code ORDER BY p.year DESC, a.id)"
# The ancestor so many levels below the institution, or the unit itself where it is higher up; never one
# above what the caller may see.
_BRANCH = """u.path[greatest(least(%(depth)s + 1, cardinality(u.path)), (
    SELECT min(n) FROM generate_subscripts(u.path, 1) AS n WHERE u.path[n] = ANY (%(units)s::bigint[])))]"""
# The columns of a piece after its keys.
SUMS = "accumulation, activities, p, e, expected, met, percents, measured"
FIGURES = "JOIN figures f ON f.activity_id = c.id"


def columns(question: SumsQuestion) -> list[str]:
    """Return the columns that rows are grouped by, but for the period."""
    return [f"k_{name}" for name in _grouping(question)]


def key_columns(question: SumsQuestion) -> str:
    """Return the SELECT items of these columns, of activity `a`, plan `p` and unit `u`."""
    return "".join(f", {_key(name, question)} AS k_{name}" for name in _grouping(question))


def _grouping(question: SumsQuestion) -> list[str]:
    return [name for name in question.group_by if name in THINGS or name == "year"]


def _key(name: str, question: SumsQuestion) -> str:
    if name == "branch":
        return _BRANCH
    if name == "activity" and question.from_year < question.to_year:
        return _SAME_ACTIVITY
    return _KEYS[name]


def period_values(periods: Iterable[Period]) -> str:
    """Return periods as rows of VALUES: place, first month, last month."""
    return ", ".join(f"({period.place}, {period.first}, {period.last})" for period in periods)


def pieces(periods: Sequence[Period], keys: str, figures: str = FIGURES) -> str:
    """Return the query of the pieces of `selected`; quantities that add up are mostly there already.

    `keys` are columns of `selected`, each followed by a comma; `figures` joins the figures `f` of `selected c`.
    """
    ready = {period: _ready(period) for period in periods}
    stored = {period.place: quantities for period, quantities in ready.items() if quantities}
    places = ", ".join(str(period.place) for period in periods if period.place not in stored)
    sources = [_computed("c.accumulation <> 'sum'", "true", keys, figures)]
    if places:
        sources.append(_computed("c.accumulation = 'sum'", f"t.place IN ({places})", keys, figures))
    if stored:
        sources.append(_stored(stored, keys, figures))
    return " UNION ALL ".join(sources)


def _computed(activities: str, periods: str, keys: str, figures: str) -> str:
    """Return the sums over what each activity comes to by its rule, period by period."""
    return f"""
    SELECT place, {keys} measure, plan_id, accumulation, count(*) AS activities, sum(p) AS p, sum(e) AS e,
           bool_or(expected) AS expected, bool_or(expected AND e IS NOT NULL) AS met,
           {_percents("p", "e")} AS percents, count(e) FILTER (WHERE p > 0) AS measured
      FROM (SELECT c.*, t.place, x.programmed AS p, x.executed AS e,
                   0 < ANY (f.programmed[t.first : t.last]) AS expected
              FROM selected c {figures} JOIN periods t ON {periods}
             CROSS JOIN LATERAL measure(c.accumulation, f.programmed[t.first : t.last],
                                        f.executed[t.first : t.last]) AS x
             WHERE {activities}) AS each
     GROUP BY place, {keys} measure, plan_id, accumulation"""


def _stored(quantities: dict[int, tuple[str, str]], keys: str, figures: str) -> str:
    """Return the sums over stored quantities: a column each for every period, turned into rows when added up.

    For what adds up, something is expected where the programme is above 0, and met where it is measured.
    """
    cells = ", ".join(f"{p} AS p{place}, {e} AS e{place}" for place, (p, e) in quantities.items())
    sums = ", ".join(
        f"""sum(p{n}) * 27720 AS p{n}, sum(e{n}) * 27720 AS e{n}, {_percents(f"p{n}", f"e{n}")} AS percents{n},
            count(e{n}) FILTER (WHERE p{n} > 0) AS measured{n}"""
        for n in quantities
    )
    places = ", ".join(map(str, quantities))
    rows = ", ".join(
        f"unnest(ARRAY[{', '.join(f'{name}{n}' for n in quantities)}]) AS {name}"
        for name in ("p", "e", "percents", "measured")
    )
    return f"""
    SELECT place, {keys} measure, plan_id, 'sum', activities, p, e, p > 0, measured > 0, percents, measured
      FROM (SELECT unnest('{{{places}}}'::int[]) AS place, {keys} measure, plan_id, activities, {rows}
              FROM (SELECT {keys} measure, plan_id, count(*) AS activities, {sums}
                      FROM (SELECT c.*, {cells} FROM selected c {figures}
                             WHERE c.accumulation = 'sum' OFFSET 0) AS each
                     GROUP BY {keys} measure, plan_id) AS added) AS turned"""


def _percents(p: str, e: str) -> str:
    """Return the sum of percentages, with so many decimals that rounding it afterwards is exact."""
    return f"sum(round({e} * 100, 36) / nullif({p}, 0))"


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
