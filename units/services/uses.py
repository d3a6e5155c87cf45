"""What else refers to something, and so keeps it from being deleted."""

from typing import Any

from django.db.models import CASCADE, ManyToOneRel, Model

from poi_api.http.exceptions import Conflict
from poi_api.http.problem_items import error_item

_NAMED = 3  # so many of each kind are named, the rest counted


def check_unused(found: Model, instead: str = "") -> None:
    """Raise Conflict `in_use`, with one error per kind of thing that refers to `found`; `instead` is the way out.

    Who may delete a thing may see what refers to it: that lies on the unit itself or below it, or the
    catalogue of the whole installation is asked about.
    """
    uses = [use for relation in _relations(found) if (use := _use(found, relation))]
    if uses:
        errors = [error_item("in_use", _said(use, instead)) for use in uses]
        raise Conflict("in_use", _said("; ".join(uses), instead), errors=errors)


def _said(use: str, instead: str) -> str:
    return f"No se puede borrar porque está en uso por {use}. {instead}".strip()


def _relations(found: Model) -> list[ManyToOneRel]:
    """Return what can refer to `found`, without what is deleted with it (a unit's other names)."""
    relations = found._meta.get_fields(include_hidden=True)
    return [
        relation
        for relation in relations
        if isinstance(relation, ManyToOneRel) and relation.on_delete is not CASCADE and not _is_itself(relation)
    ]


def _is_itself(relation: ManyToOneRel) -> bool:
    """A root's `institution` is the root; what else is of it hangs below it and is found as such."""
    return relation.field.name == "institution" and relation.related_model is relation.model


def _use(found: Model, relation: ManyToOneRel) -> str:
    """Return how many things of one kind refer to `found`, and which: empty for none."""
    model: Any = relation.related_model
    users = model._base_manager.filter(**{relation.field.name: found})
    count = users.count()
    if not count:
        return ""
    kind = model._meta.verbose_name if count == 1 else model._meta.verbose_name_plural
    if not hasattr(model, "code"):
        return f"{count} {kind}"
    names = ", ".join(map(_name, users.order_by("pk")[:_NAMED]))
    return f"{count} {kind}: {names}{' y más' if count > _NAMED else ''}"


def _name(user: Any) -> str:
    return f"{user.code} «{user.name}»"
