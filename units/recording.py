"""The SQL that makes a table's every change a `Change`, whoever writes it (architecture.md)."""

from dataclasses import dataclass

_EVENTS = {
    "insert": "REFERENCING NEW TABLE AS new_rows",
    "update": "REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "delete": "REFERENCING OLD TABLE AS old_rows",
}


@dataclass(frozen=True, kw_only=True)
class Recorder:
    """How one table's rows become changes.

    `unit` and `activity` are SQL expressions over the row `r` (and `joins`) for the unit whose members
    see the object and for its activity. `secret` columns are left out of the images. Rows of an
    `append_only` table say what they are themselves; `with_image` shows them in the feed all the same.
    """

    table: str
    entity: str
    unit: str = "NULL::bigint"
    activity: str = "NULL::bigint"
    joins: str = ""
    secret: tuple[str, ...] = ()
    append_only: bool = False
    with_image: bool = False

    def sql(self) -> str:
        """Return the statements that create the recorder's function and triggers."""
        events = ["insert"] if self.append_only else list(_EVENTS)
        return "\n".join([self._function(events), *map(self._trigger, events), self._guard()])

    def reverse_sql(self) -> str:
        """Return the statement that undoes `sql`; the triggers go with their function."""
        guard = "append_only" if self.append_only else "no_truncate"
        return f"DROP TRIGGER {guard} ON {self.table}; DROP FUNCTION record_{self.entity}() CASCADE;"

    def _guard(self) -> str:
        if self.append_only:
            return f"CALL make_append_only('{self.table}');"
        return (
            f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {self.table}\n"
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_truncate();\n"
            f"ALTER TABLE {self.table} ENABLE ALWAYS TRIGGER no_truncate;"
        )

    def _function(self, events: list[str]) -> str:
        branches = "".join(
            f"    IF TG_OP = '{event.upper()}' THEN\n{getattr(self, '_' + event)()}    END IF;\n" for event in events
        )
        return (
            f"CREATE FUNCTION record_{self.entity}() RETURNS trigger\n"
            "LANGUAGE plpgsql SET search_path = public, pg_temp AS $$\n"
            f"BEGIN\n{branches}    RETURN NULL;\nEND $$;"
        )

    def _trigger(self, event: str) -> str:
        name = f"record_{event}"
        return (
            f"CREATE TRIGGER {name} AFTER {event.upper()} ON {self.table} {_EVENTS[event]}\n"
            f"FOR EACH STATEMENT EXECUTE FUNCTION record_{self.entity}();\n"
            f"ALTER TABLE {self.table} ENABLE ALWAYS TRIGGER {name};"
        )

    def _image(self, row: str) -> str:
        hidden = "".join(f" - '{column}'" for column in ("name_key", *self.secret))
        return f"(to_jsonb({row}){hidden})"

    def _insert(self) -> str:
        if not self.append_only:
            return self._write("created", "new_rows r", "NULL::jsonb", self._image("r"))
        # A row of history names the change set it came with; it must be this transaction's own.
        own = _refusal(
            "SELECT FROM new_rows WHERE change_set_id <> (SELECT open_change_set())",
            "Un registro pertenece a los cambios de su propia transacción.",
            "own_change_set",
        )
        image = f"{self._image('r')} - 'change_set_id'" if self.with_image else "NULL::jsonb"
        return own + self._write("created", "new_rows r", "NULL::jsonb", image)

    def _delete(self) -> str:
        above = "r.parent_id" if self.unit == "r.id" else "NULL::bigint"  # who loses sight of it
        return self._write("deleted", "old_rows r", self._image("r"), "NULL::jsonb", previous=above)

    def _update(self) -> str:
        old, new = self._image("o"), self._image("r")
        # Rows are told apart by their id: one that got another would go unrecorded.
        same = _refusal(
            "SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)",
            "El identificador de un registro no cambia.",
            "id_stays",
        )
        return same + self._write(
            "updated",
            "new_rows r JOIN old_rows o ON o.id = r.id",
            f"changed_columns({old}, {new})",
            f"changed_columns({new}, {old})",
            previous=self._previous_unit(),
            condition=f"WHERE {old} IS DISTINCT FROM {new}",
        )

    def _previous_unit(self) -> str:
        """Return the SQL of the unit whose members an update took the object from; of a unit, the one above."""
        column = {"r.unit_id": "unit_id", "r.id": "parent_id"}.get(self.unit)
        if column is None:
            return "NULL::bigint"
        return f"CASE WHEN o.{column} IS DISTINCT FROM r.{column} THEN o.{column} END"

    def _write(
        self,
        operation: str,
        source: str,
        before: str,
        after: str,
        previous: str = "NULL::bigint",
        condition: str = "",
    ) -> str:
        return (
            "        INSERT INTO units_change (change_set_id, entity, object_id, activity_id, unit_id,\n"
            "                                  previous_unit_id, operation, before, after)\n"
            f"        SELECT (SELECT open_change_set()), '{self.entity}', r.id, {self.activity}, {self.unit},\n"
            f"               {previous}, '{operation}', {before}, {after}\n"
            f"          FROM {source} {self.joins} {condition}\n"
            "         ORDER BY r.id;\n"
        )


def _refusal(rows: str, message: str, rule: str) -> str:
    """Return the PL/pgSQL that refuses the statement when the query `rows` finds any."""
    return (
        f"        IF EXISTS ({rows}) THEN\n"
        f"            RAISE EXCEPTION '{message}'\n"
        f"                USING ERRCODE = 'check_violation', CONSTRAINT = '{rule}', TABLE = TG_TABLE_NAME;\n"
        "        END IF;\n"
    )
