"""SQL functions of this schema, as expressions for models and queries."""

from django.db import models


class Fold(models.Func):
    """The stored sort and search key of a name; `poi_api.http.folding.fold` is the same rule in Python."""

    function = "poi_fold"
    output_field = models.TextField()


class CurrentChangeSet(models.Func):
    """The id of this transaction's change set, which comes into being when first asked for."""

    function = "current_change_set"
    template = "%(function)s()"
    output_field = models.BigIntegerField()


def folded_key() -> models.GeneratedField:
    """Return a stored column with the folded `name`, sorted the same on every server."""
    return models.GeneratedField(
        expression=Fold("name"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
        editable=False,
    )
