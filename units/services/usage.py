"""What else refers to something, and so keeps it from being deleted."""

from typing import Any

from django.db.models import CASCADE, ManyToOneRel, Model

from poi_api.http.exceptions import Conflict
from poi_api.http.problem_items import error_item

_NAMED = 3  # so many of each kind are named, the rest counted


def require_unused(row: Model, *, instead: str) -> None:
    """Raise Conflict `in_use`, with one error per kind of thing that refers to `row`; `instead` says what to do.

    Who may delete a row may see what refers to it: that lies on the unit itself or below it, or the
    catalogue of the whole installation is asked about.
    """
    usages = [usage for relation in _relations(row) if (usage := _usage(row, relation))]
    if usages:
        errors = [error_item("in_use", _detail(usage, instead)) for usage in usages]
        raise Conflict("in_use", _detail("; ".join(usages), instead), errors=errors)


def _detail(usage: str, instead: str) -> str:
    return f"No se puede borrar porque está en uso por {usage}. {instead}"


def _relations(row: Model) -> list[ManyToOneRel]:
    """Return what can refer to `row`, without what is deleted with it (a unit's other names).

    Nor that of a root to itself, its own institution: all else of it hangs below it.
    """
    relations = [each for each in row._meta.get_fields(include_hidden=True) if isinstance(each, ManyToOneRel)]
    return [
        each
        for each in relations
        if each.on_delete is not CASCADE and not (each.field.name == "institution" and each.related_model is each.model)
    ]


def _usage(row: Model, relation: ManyToOneRel) -> str:
    """Return how many things of one kind refer to `row`, and which; empty for none."""
    model: Any = relation.related_model
    refers = {relation.field.name: row}
    users = model._default_manager.filter(**refers)
    count, all_of_them = users.count(), model._base_manager.filter(**refers).count()
    if not all_of_them:
        return ""
    kind = model._meta.verbose_name if all_of_them == 1 else model._meta.verbose_name_plural
    # Nobody sees what was struck out, nor can anybody give it another one
    gone = f" ({all_of_them - count} de lo descartado, que queda en la historia)" if count < all_of_them else ""
    if not hasattr(model, "code") or not count:
        return f"{all_of_them} {kind}{gone}"
    names = ", ".join(f"{user.code} «{user.name}»" for user in users.order_by("pk")[:_NAMED])
    return f"{all_of_them} {kind}{gone}: {names}{' y más' if count > _NAMED else ''}"
