"""The page of a report as SQL: its rows from a place on, and what is around it (api.md, "Lists")."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from poi_api.database.keysets import Key, beyond_sql, order_sql
from poi_api.http import exact_json
from reports.shared.question import PagedQuestion


class Around(NamedTuple):
    """Whether there are more rows in the direction of reading, and what the first and the last row are sorted by."""

    more: bool = False
    ends: Sequence[Sequence[Any]] = ()


NOTHING_AROUND = Around()


class Paging:
    """Which rows of a query are on the page that is asked for; they are sorted by `keys`."""

    def __init__(self, question: PagedQuestion, keys: Sequence[Key]) -> None:
        self._part, self._keys = question.part, keys
        self._condition, beyond = "", dict[str, Any]()
        if question.page and question.page.values:
            self._condition, beyond = beyond_sql(keys, question.page)
        self.named: dict[str, Any] = {
            "limit": question.limit,
            "offset": 0 if question.page else question.offset,
            **beyond,
        }

    @property
    def columns(self) -> str:
        """SELECT items: what rows are sorted by."""
        return ", ".join(f"{key.column} AS key_{number}" for number, key in enumerate(self._keys))

    @property
    def names(self) -> list[str]:
        """The names of `columns`."""
        return [f"key_{number}" for number, _ in enumerate(self._keys)]

    def parts(self, columns: str, source: str) -> str:
        """Return the CTE `page`: `columns` and `rank` (from 1) of the rows of `source`, FROM and WHERE items."""
        order = order_sql(self._keys, backwards=self._part.backwards)
        # As a number: of one that it does not know PostgreSQL expects a tenth of all rows
        few = f"LIMIT {self._part.limit + 1}" + (" OFFSET %(offset)s" if self.named["offset"] else "")
        beyond = f" AND {self._condition}" if self._condition else ""
        return f"""
reached AS MATERIALIZED (
    SELECT s.*, row_number() OVER () AS reach
      FROM (SELECT {columns}, {self.columns} {source}{beyond}
             ORDER BY {order} {few}) AS s),
page AS MATERIALIZED (
    SELECT *, row_number() OVER (ORDER BY reach{" DESC" if self._part.backwards else ""}) AS rank
      FROM reached WHERE reach <= %(limit)s)"""

    @property
    def cells(self) -> tuple[str, str]:
        """Single values for `around`."""
        return (
            "(SELECT count(*) > %(limit)s FROM reached)",
            f"""(SELECT json_agg(json_build_array({", ".join(self.names)}) ORDER BY rank)::text
                   FROM page WHERE rank IN (1, (SELECT max(rank) FROM page)))""",
        )

    def around(self, more: bool, ends: str | None) -> Around:
        """Return what is around the page, as `cells` say it."""
        return Around(more, exact_json.loads(ends.encode()) if ends else ())
