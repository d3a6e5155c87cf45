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
    `append_only` table say what they are themselves; a change keeps no image of them.
    `shown` names the columns of a copy, where the others are too large for the feed.
    """

    table: str
    entity: str
    unit: str = "NULL::bigint"
    activity: str = "NULL::bigint"
    joins: str = ""
    secret: tuple[str, ...] = ()
    append_only: bool = False
    shown: tuple[str, ...] = ()

    def sql(self) -> str:
        """Return the statements that create the recorder's function and triggers."""
        events = self._events()
        return "\n".join([self._function(events), *map(self._trigger, events), self._guard()])

    def reverse_sql(self) -> str:
        """Return the statement that undoes `sql`; the triggers go with their function."""
        guard = "append_only" if self.append_only else "no_truncate"
        return f"DROP TRIGGER {guard} ON {self.table}; DROP FUNCTION record_{self.entity}() CASCADE;"

    def function_sql(self) -> str:
        """Return the statement that makes the recorder's function, or makes it anew."""
        return self._function(self._events())

    def copy_sql(self) -> str:
        """Return the statement that creates `copy_<entity>(id)`: the object as it is now, null when it is not."""
        columns = ", ".join(f"r.{column}" for column in ("id", *self.shown)) if self.shown else "r.*"
        return (
            f"CREATE FUNCTION copy_{self.entity}(object_id bigint) RETURNS jsonb\n"
            "LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$\n"
            f"SELECT {self._image('found')} - 'change_set_id'\n"
            f"  FROM (SELECT {columns} FROM {self.table} r WHERE r.id = object_id) found $$;"
        )

    def moves_sql(self) -> str:
        """Return the statements that record, when a unit moves in the tree, that its objects move along.

        None is missed: an update of a unit waits for all that refer to it and are about to commit, because its
        triggers might change a key, and what comes later is put into the moved unit.
        """
        name = f"moved_along_{self.entity}"
        insert = self._write(
            "'moved'",
            f"{self.table} r",
            "NULL::jsonb",
            "NULL::jsonb",
            path="moved_from.path",
            condition=(
                f"JOIN new_rows moved_to ON moved_to.id = {self.unit}\n"
                "          JOIN old_rows moved_from ON moved_from.id = moved_to.id AND moved_from.path <> moved_to.path"
            ),
        )
        return (
            f"CREATE FUNCTION {name}() RETURNS trigger\n"
            "LANGUAGE plpgsql SET search_path = public, pg_temp AS $$\n"
            f"BEGIN\n{insert}    RETURN NULL;\nEND $$;\n"
            f"CREATE TRIGGER {name} AFTER UPDATE ON units_unit {_EVENTS['update']}\n"
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}();\n"
            f"ALTER TABLE units_unit ENABLE ALWAYS TRIGGER {name};"
        )

    def undo_copy_sql(self) -> str:
        """Return the statement that undoes `copy_sql`."""
        return f"DROP FUNCTION copy_{self.entity};"

    def undo_moves_sql(self) -> str:
        """Return the statement that undoes `moves_sql`; the trigger goes with its function."""
        return f"DROP FUNCTION moved_along_{self.entity} CASCADE;"

    def _events(self) -> list[str]:
        return ["insert"] if self.append_only else list(_EVENTS)

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
            f"CREATE OR REPLACE FUNCTION record_{self.entity}() RETURNS trigger\n"
            "LANGUAGE plpgsql SET search_path = public, pg_temp SET plan_cache_mode = force_generic_plan AS $$\n"
            "DECLARE mine bigint;\n"
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
            return self._write("'created'", "new_rows r", "NULL::jsonb", self._image("r"))
        # A row of history names the change set it came with; it must be this transaction's own. Without a row there
        # is nothing to say, and no change set to begin.
        own = (
            "        IF NOT EXISTS (SELECT FROM new_rows) THEN RETURN NULL; END IF;\n"
            "        mine := open_change_set();\n"
        ) + _refusal(
            "SELECT FROM new_rows WHERE change_set_id <> mine",
            "Un registro pertenece a los cambios de su propia transacción.",
            "own_change_set",
        )
        return own + self._write("'created'", "new_rows r", "NULL::jsonb", "NULL::jsonb", change_set="mine")

    def _delete(self) -> str:
        above = "r.parent_id" if self.unit == "r.id" else "NULL"  # who loses sight of it
        path = {"r.id": "r.path", "r.unit_id": _path_of("r.unit_id")}.get(self.unit, "NULL")
        return self._write("'deleted'", "old_rows r", self._image("r"), "NULL::jsonb", previous=above, path=path)

    def _update(self) -> str:
        old, new = self._image("o"), self._image("r")
        # Rows are told apart by their id: one that got another would go unrecorded.
        same = _refusal(
            "SELECT FROM new_rows r WHERE NOT EXISTS (SELECT FROM old_rows o WHERE o.id = r.id)",
            "El identificador de un registro no cambia.",
            "id_stays",
        )
        return same + self._write(
            self._operation(),
            "new_rows r JOIN old_rows o ON o.id = r.id",
            f"changed_columns({old}, {new})",
            f"changed_columns({new}, {old})",
            previous=self._previous("unit"),
            path=self._previous("path"),
            condition=f"WHERE {old} IS DISTINCT FROM {new}",
        )

    def _previous(self, what: str) -> str:
        """Return the SQL of the unit whose members an update took the object from, or of its path.

        Of a unit that moved these are the unit that was above it, and its own path.
        """
        if self.unit == "r.id":
            column, found = ("parent_id", "o.parent_id") if what == "unit" else ("path", "o.path")
        elif self.unit == "r.unit_id":
            column, found = "unit_id", "o.unit_id" if what == "unit" else _path_of("o.unit_id")
        else:
            return "NULL"
        return f"CASE WHEN o.{column} IS DISTINCT FROM r.{column} THEN {found} END"

    def _operation(self) -> str:
        """Return the SQL of what an update is: a unit that the one above it took along has only moved."""
        if self.unit != "r.id":
            return "'updated'"
        return "CASE WHEN to_jsonb(o) - 'path' = to_jsonb(r) - 'path' THEN 'moved' ELSE 'updated' END"

    def _write(
        self,
        operation: str,
        source: str,
        before: str,
        after: str,
        previous: str = "NULL",
        path: str = "NULL",
        condition: str = "",
        change_set: str = "(SELECT open_change_set())",
    ) -> str:
        return (
            "        INSERT INTO units_change (change_set_id, entity, object_id, activity_id, unit_id,\n"
            "                                  previous_unit_id, previous_path, operation, before, after)\n"
            f"        SELECT {change_set}, '{self.entity}', r.id, {self.activity}, {self.unit},\n"
            f"               {previous}::bigint, {path}::bigint[], {operation}, {before}, {after}\n"
            f"          FROM {source} {self.joins} {condition}\n"
            "         ORDER BY r.id;\n"
        )


def _path_of(unit: str) -> str:
    """Return the SQL of the place of a unit, which does not move before this is committed."""
    return f"(SELECT path FROM units_unit WHERE id = {unit} FOR KEY SHARE)"


def _refusal(rows: str, message: str, rule: str) -> str:
    """Return the PL/pgSQL that refuses the statement when the query `rows` finds any."""
    return (
        f"        IF EXISTS ({rows}) THEN\n"
        f"            RAISE EXCEPTION '{message}'\n"
        f"                USING ERRCODE = 'check_violation', CONSTRAINT = '{rule}', TABLE = TG_TABLE_NAME;\n"
        "        END IF;\n"
    )
