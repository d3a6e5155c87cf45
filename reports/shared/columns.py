"""What rows are made of, declared once: the SELECT list, the table's header, the JSON members and the schema.

A member is a `Column`, a `Reference`, a `Classified` or a `Group`. A new field of an activity is one more line of
LABELS.
"""

from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, ClassVar

from rest_framework import serializers

from activities.models.classification import Classifier
from activities.serializers.classification import ClassificationSerializer, CodeAndNameSerializer
from activities.serializers.fields import TotalQuantityField
from poi_api.http.texts import of_the
from units.serializers.references import ReferenceSerializer

# All else is written in JSON as PostgreSQL writes it: numbers, `true` and `false`
_TEXTS = (serializers.CharField, serializers.ChoiceField)


@dataclass(frozen=True, slots=True)
class Column:
    """A single value: its name in tables and in JSON, the SQL that makes it, its field (with its meaning)."""

    name: str
    sql: str
    field: serializers.Field

    @property
    def columns(self) -> tuple["Column", ...]:
        """What the member is in a table."""
        return (self,)

    @property
    def json(self) -> str:
        """The SQL of its JSON, as text."""
        value = f"to_json({self.sql})" if isinstance(self.field, _TEXTS) else f"({self.sql})"
        return f"coalesce({value}::text, 'null')"

    def take(self, cells: Iterator[Any]) -> Any:
        """Return the JSON value made of the next cells of a row."""
        return next(cells)


def number(name: str, sql: str, said: str = "", **options: Any) -> Column:
    """Return a column of whole numbers; `said` is its meaning, in Spanish."""
    return Column(name, sql, serializers.IntegerField(help_text=said or None, **options))


def quantity(name: str, sql: str, said: str = "", **options: Any) -> Column:
    """Return a column of exact decimals."""
    return Column(name, sql, TotalQuantityField(help_text=said or None, **options))


def truth(name: str, sql: str, said: str = "", **options: Any) -> Column:
    """Return a column of `true` and `false`."""
    return Column(name, sql, serializers.BooleanField(help_text=said or None, **options))


def text(name: str, sql: str, said: str = "", **options: Any) -> Column:
    """Return a column of texts."""
    return Column(name, sql, serializers.CharField(help_text=said or None, **options))


def choice(name: str, sql: str, choices: Any, said: str = "", **options: Any) -> Column:
    """Return a column of one of some words."""
    return Column(name, sql, serializers.ChoiceField(choices, help_text=said or None, **options))


@dataclass(frozen=True, slots=True)
class Reference:
    """Something with a code: `{id, code, name}` in JSON, in a table three columns; `said` names it in Spanish.

    Rows of `table`, called `alias`, are joined on `key`.
    """

    name: str
    alias: str
    table: str
    key: str
    said: str
    field: serializers.Field = ReferenceSerializer()  # noqa: RUF009

    @property
    def sql(self) -> str:
        return f"{self.alias}.id, {self.alias}.code, {self.alias}.name"

    @property
    def json(self) -> str:
        return f"coalesce(reference_json({self.sql}), 'null')"

    @property
    def join(self) -> str:
        return f" JOIN {self.table} {self.alias} ON {self.alias}.id = {self.key}"

    @property
    def columns(self) -> tuple[Column, ...]:
        return (
            number(f"{self.name}_id", f"{self.alias}.id", f"Id {of_the(self.said)}, el mismo que en la API."),
            text(f"{self.name}_code", f"{self.alias}.code", f"Código {of_the(self.said)}."),
            text(f"{self.name}_name", f"{self.alias}.name", f"Nombre {of_the(self.said)}."),
        )

    def take(self, cells: Iterator[Any]) -> Any:
        number, code, name = next(cells), next(cells), next(cells)
        return None if number is None else {"id": number, "code": code, "name": name}


@dataclass(frozen=True, slots=True)
class Classified:
    """What of `value`, an SQL object of JSON or null, has a code and a name: `{code, name}` in JSON, or null.

    In a table it is two columns; `said` names it in Spanish.
    """

    name: str
    value: str
    said: str
    field: serializers.Field = CodeAndNameSerializer(allow_null=True)  # noqa: RUF009

    @property
    def sql(self) -> str:
        return f"{self.value} ->> 'code', {self.value} ->> 'name'"

    @property
    def json(self) -> str:
        code, name = (f"to_json({self.value} ->> '{part}')" for part in ("code", "name"))
        return f"""coalesce('{{"code":' || {code} || ',"name":' || {name} || '}}', 'null')"""

    @property
    def columns(self) -> tuple[Column, ...]:
        return (
            text(f"{self.name}_code", f"{self.value} ->> 'code'", f"Código {of_the(self.said)}.", allow_null=True),
            text(f"{self.name}_name", f"{self.value} ->> 'name'", f"Nombre {of_the(self.said)}.", allow_null=True),
        )

    def take(self, cells: Iterator[Any]) -> Any:
        code, name = next(cells), next(cells)
        return None if code is None else {"code": code, "name": name}


@dataclass(frozen=True, slots=True)
class Group:
    """One member in JSON that is several columns of a table, such as twelve months."""

    name: str
    field: serializers.Field
    columns: tuple[Column, ...]


Selected = Column | Reference | Classified
Member = Selected | Group

# What a row about an activity says of it, in the order of tables; JSON starts with the activity itself.
INSTITUTION = Reference("institution", "i", "units_unit", "p.institution_id", "la institución")
YEAR = number("year", "p.year", "Año del plan.")
ACTIVITY = Reference("activity", "a", "activities_activity", "a.id", "la actividad")
UNIT = Reference("unit", "u", "units_unit", "a.unit_id", "la unidad responsable")
MEF_ACTIVITY = Reference("mef_activity", "m", "activities_mefactivity", "a.mef_activity_id", "la actividad MEF")
MEASUREMENT_UNIT = Reference(
    "measurement_unit", "k", "activities_measurementunit", "a.measurement_unit_id", "la unidad de medida"
)
CLASSIFICATION = Group(
    "classification",
    ClassificationSerializer(),
    tuple(
        table_column
        for name, said in Classifier.choices
        for table_column in Classified(name, f"a.classification -> '{name}'", said).columns
    ),
)
LABELS: tuple[Column | Reference | Group, ...] = (
    *(INSTITUTION, YEAR, ACTIVITY, UNIT, MEF_ACTIVITY, MEASUREMENT_UNIT),
    CLASSIFICATION,
)


class RowSerializer(serializers.Serializer):
    """The shape in JSON of a row with `members`, for the schema."""

    members: ClassVar[Iterable[Member]] = ()

    def get_fields(self) -> dict[str, serializers.Field]:
        return {**super().get_fields(), **{member.name: deepcopy(member.field) for member in self.members}}


def table_columns(members: Iterable[Member]) -> list[Column]:
    """Return the columns of a table with `members`."""
    return [column for member in members for column in member.columns]


def select(members: Iterable[Selected]) -> str:
    """Return the SELECT items of `members`."""
    return ", ".join(member.sql for member in members)


def select_json(members: Iterable[Selected]) -> str:
    """Return the SQL of `members` as they stand in a JSON object, without its braces; of none the empty text."""
    parts = ", ',".join(f"""\"{member.name}":', {member.json}""" for member in members)
    return f"concat('{parts})" if parts else "''"


def taken(members: Iterable[Selected], cells: Iterator[Any]) -> dict[str, Any]:
    """Return the next cells, selected by `select`, as the members of a JSON object."""
    return {member.name: member.take(cells) for member in members}


def names(columns: Iterable[Column]) -> tuple[str, ...]:
    """Return the names of columns, in their order."""
    return tuple(column.name for column in columns)


def text_of(part: Any) -> str:
    """Return what names a row as a text: of a reference its code and its name."""
    if isinstance(part, dict):
        return " ".join(str(part[name]) for name in ("code", "name") if part.get(name))
    return "" if part is None else str(part)
