"""Rows about single months of activities, which a paginator counts and reads page by page (`Rows`)."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import QuerySet

from activities.choices import PlanStatus
from activities.models import Activity
from activities.queries.basis import Basis
from poi_api.database.keysets import Key, beyond_sql, order_sql
from poi_api.database.rows import values_of
from poi_api.http.places import Page
from units.serializers.references import reference

# Which activity a row is about, with its unit, its institution and its year
_ABOUT = "a.id, a.code, a.name, u.id, u.code, u.name, i.id, i.code, i.name, p.year"
_WIDTH = 10  # columns of `_ABOUT`
_FROM = """
  FROM activities_activity a
  JOIN activities_plan p ON p.id = a.plan_id
  JOIN units_unit u ON u.id = a.unit_id
  JOIN units_unit i ON i.id = p.institution_id
  JOIN {figures} f ON f.activity_id = a.id"""


class MonthRows(ABC):
    """Months of activities of approved plans, in the order asked for and then in that of `usual_keys`.

    Those of a past `moment` are read within `past` (units/history/past.py).

    `months` is the SQL that joins months to an activity `a` of plan `p` with figures `f`, `month` that of a month,
    `details` what is joined to show a row besides, `where` its conditions with `{activities}` for those in question,
    and `columns` what a row says of a month. `orderings` are the columns by which rows can be sorted, by their names.
    """

    usual_keys: ClassVar[Sequence[Key]]
    orderings: ClassVar[Mapping[str, str]] = {
        "year": "p.year",
        "institution": "i.name_key",
        "unit": "u.name_key",
        "activity": "a.code",
    }
    month: ClassVar[str]
    months: ClassVar[str]
    details: ClassVar[str] = ""
    where: ClassVar[str]
    columns: ClassVar[str]

    def __init__(
        self,
        activities: QuerySet[Activity],
        asked: Mapping[str, Any],
        *,
        moment: datetime | None = None,
        **values: Any,
    ) -> None:
        """Narrow to `activities` and to what is `asked`: `month` and `ordering`; the conditions name `values`."""
        self.keys = self.keys_of(asked)
        approved = activities.filter(plan__status=PlanStatus.APPROVED)
        sql, given = approved.order_by().values("pk").query.sql_with_params()
        self._activities = sql % tuple(f"%(value_{number})s" for number in range(len(given)))
        basis = Basis(as_of=moment)
        self._from = _FROM.format(figures=basis.source("ARRAY({activities})"))
        self._values = {f"value_{number}": value for number, value in enumerate(given)} | values | basis.values
        self._values["months"] = None if asked["month"] is None else list(asked["month"])

    @classmethod
    def keys_of(cls, asked: Mapping[str, Any]) -> tuple[Key, ...]:
        """Return what rows are sorted by."""
        signed = [(name.removeprefix("-"), name.startswith("-")) for name in asked["ordering"]]
        return (*(Key(cls.orderings[name], descending) for name, descending in signed), *cls.usual_keys)

    @abstractmethod
    def shown(self, row: Sequence[Any]) -> dict[str, Any]:
        """Return the members that a row has by `columns`."""

    def count(self) -> int:
        return int(self._asked(f"SELECT count(*) {self._found}")[0][0])

    def read(self, page: Page, most: int) -> list[tuple[dict[str, Any], Sequence[Any]]]:
        beyond, named = "true", dict[str, Any]()
        if page.place and page.place.values:
            beyond, named = beyond_sql(self.keys, page.place)
        places = ", ".join(key.column for key in self.keys)
        rows = self._asked(
            f"SELECT {_ABOUT}, {self.columns}, {places} {self._from} {self.months} {self.details} {self._where} "
            f"AND {beyond} ORDER BY {order_sql(self.keys, backwards=page.backwards)} LIMIT %(most)s OFFSET %(offset)s",
            **named,
            most=most,
            offset=0 if page.place else page.offset,
        )
        width = len(self.keys)
        return [(_about(row) | self.shown(row[_WIDTH:-width]), row[-width:]) for row in rows]

    @property
    def _found(self) -> str:
        return f"{self._from} {self.months} {self._where}"

    @property
    def _where(self) -> str:
        return f"{self.where} AND (%(months)s::int[] IS NULL OR {self.month} = ANY (%(months)s::int[]))"

    def _asked(self, statement: str, **named: Any) -> list[tuple[Any, ...]]:
        return values_of(statement.replace("{activities}", self._activities), self._values | named)


def client_named(client_id: int | None, name: str) -> dict[str, Any] | None:
    """Return how a row names a machine client, None for a person."""
    return None if client_id is None else {"id": client_id, "name": name}


def _about(row: Sequence[Any]) -> dict[str, Any]:
    """Return the members made of `_ABOUT`."""
    return {
        "activity": reference(*row[0:3]),
        "unit": reference(*row[3:6]),
        "institution": reference(*row[6:9]),
        "year": row[9],
    }
