"""How the rows of a table become changes, whoever writes them, and who sees those changes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from units.history import recorder_sql as sql


class SeenBy(Enum):
    """Who sees an object, and what happened to it."""

    UNIT = auto()  # who sees the unit that it belongs to
    EVERYBODY = auto()
    MEMBERS = auto()  # of the institution that it belongs to, whichever unit of it they see
    UNIT_AND_BELOW = auto()  # who sees the unit that it belongs to, or one below that
    PLANNERS = auto()  # who plans for the unit that it belongs to; without a unit, for the installation


@dataclass(frozen=True, kw_only=True)
class Recorder:
    """How one table's rows become changes of `entity`, which those named by `seen_by` see.

    `unit` and `part_of` are SQL expressions over the row `r` (and `joins`): for the unit that the object belongs to,
    and for the object that it is a part of (that one names itself). A part is seen by those who see the whole.
    `planners_alone` is an SQL condition on a change `c` whose object only those see who plan for its unit.
    What is not a part and belongs to a unit that can be moved in the tree `moves_along` with it.
    `secret` columns are left out of the images, so a change of them alone is no change. Rows of an `append_only` table
    say what they are themselves; a change keeps no image of them, and names all parts that a statement adds to a whole.
    `shown` names the columns of a copy, where the others are too large for the feed.
    The feed calls columns as the resource does: a reference without `_id`, others as `names` says, where `bands.green`
    is the member `green` of the object `bands`. Where a copy has more, the app's SQL files define the view
    `copy_<entity>`: `adds`, columns of other tables by their table, and `holds`, parts that are each of a kind of
    object.
    `shapes` shows columns that hold JSON as the resource does: by column, a serializer.
    What is `always_of_today`, as permission is, has no past to be read; else the table has a view in the schema `past`.
    What a first import may refer to though it was made later is `referred_to`: such rows are kept there.
    """

    table: str
    entity: str
    seen_by: SeenBy
    unit: str = "NULL::bigint"
    part_of: str = "NULL::bigint"
    joins: str = ""
    moves_along: bool = False
    secret: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    adds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    holds: Mapping[str, str] = field(default_factory=dict)
    shapes: Mapping[str, Any] = field(default_factory=dict)
    always_of_today: bool = False
    referred_to: bool = False
    planners_alone: str = ""

    @property
    def model(self) -> type[models.Model]:
        """The model of the table."""
        return model_of(self.table)

    @property
    def append_only(self) -> bool:
        """Tell whether rows are only added: then each names the change set that it came with."""
        return any(field.name == "change_set" for field in self.model._meta.fields)

    @property
    def is_part(self) -> bool:
        """Tell whether the objects are parts of others."""
        return self.part_of not in ("NULL::bigint", "r.id")

    def sql(self) -> str:
        """Return the statements that create the recorder's functions, triggers and views."""
        templates = [sql.APPEND_ONLY] if self.append_only else [sql.EDITABLE]
        templates += [sql.MOVED_ALONG] if self.moves_along else []
        made = "\n".join(template.format_map(self._parts()) for template in templates)
        return made + ("" if self.adds or self.holds else self._copy()) + ("" if self.always_of_today else self._past())

    def _copy(self) -> str:
        """Return what makes the view of the objects as they are now."""
        more = f", shown => '{{{','.join(('id', *self.shown))}}}'" if self.shown else ""
        more += f", secret => '{{{','.join(self.secret)}}}'" if self.secret else ""
        return f"CALL show_copy('{self.entity}', '{self.table}'{more});\n"

    def _past(self) -> str:
        """Return what makes the views of the past; what moves has one of its place too."""
        if self.append_only:
            return f"CALL show_known('{self.table}');\n"
        shown = f"CALL show_past('{self.table}', '{self.entity}', {str(self.referred_to).lower()});\n"
        if self.unit not in ("r.id", "r.unit_id"):
            return shown
        return f"{shown}CALL show_place('{self.entity}', '{self.table}', '{self.unit.removeprefix('r.')}');\n"

    def _parts(self) -> dict[str, str]:
        """Return what the templates name."""
        return {
            "table": self.table,
            "entity": self.entity,
            "unit": self.unit,
            "part_of": self.part_of,
            "and_each": "" if self.is_part else ", r.id",
            "joins": f"\n          {self.joins}" if self.joins else "",
            "new_image": self._image("r"),
            "old_image": self._image("o"),
        } | self._left()

    def _image(self, row: str) -> str:
        hidden = "".join(f" - '{column}'" for column in ("name_key", *self.secret))
        return f"(to_jsonb({row}){hidden})"

    def _left(self) -> dict[str, str]:
        """Return the SQL of what an update is, and of the path that an update or a deletion took it from.

        A unit belongs to itself: one that only moved along with that above it changed nothing but its path.
        """
        if self.unit == "r.id":
            return {
                "update": "CASE WHEN to_jsonb(o) - 'path' = to_jsonb(r) - 'path' THEN 'moved' ELSE 'updated' END",
                "path_before": "CASE WHEN o.path IS DISTINCT FROM r.path THEN o.path END",
                "path_at_end": "r.path",
            }
        if self.unit == "r.unit_id":
            return {
                "update": "'updated'",
                "path_before": f"CASE WHEN o.unit_id IS DISTINCT FROM r.unit_id THEN {_path_of('o.unit_id')} END",
                "path_at_end": _path_of("r.unit_id"),
            }
        return {"update": "'updated'", "path_before": "NULL::bigint[]", "path_at_end": "NULL::bigint[]"}


@cache
def model_of(table: str) -> type[models.Model]:
    """Return the model of a table."""
    return next(model for model in apps.get_models() if model._meta.db_table == table)


def _path_of(unit: str) -> str:
    """Return the SQL of the path of a unit, which does not move before this is committed."""
    return f"(SELECT path FROM units_unit WHERE id = {unit} FOR KEY SHARE)"
