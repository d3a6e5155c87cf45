"""What was never promised can be struck out: its row stays, and nobody sees it any more (domain.md, rule 13)."""

from typing import Any

from django.db import models

STANDING = models.Q(is_struck_out=False)  # the condition of constraints on what is not struck out


def struck_out() -> models.BooleanField:
    """Return the column of the mark; when it was set, and by whom, is in the history of changes."""
    return models.BooleanField("descartado", default=False, db_default=False, editable=False)


class StandingManager(models.Manager):
    """The rows that are not struck out, with the methods of a model's own queryset (`from_queryset`).

    The others are reached by the model's `_base_manager` alone.
    """

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(is_struck_out=False)
