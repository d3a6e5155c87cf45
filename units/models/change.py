"""What was done: one change set for each request that changed something, in one order, and the objects it changed.

Only the database writes these tables (`units/sql/change_order.sql`, `units/sql/changes.sql`); they are append-only.
"""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from units.choices import Operation
from units.models.access import ApiClient
from units.models.constraints import check

# SQL: the last place that is taken in the change order, 0 before the first change
LAST_POSITION = "(SELECT coalesce(max(position), 0) FROM units_changeset)"

NAMED_TOGETHER = 2**20
"""How many objects a row of changes names at most: its id and their places in it make numbers, in their order."""


class ChangeSet(models.Model):
    """What one transaction did for one request: who, which request, why, and its place in the order of commits."""

    position = models.BigIntegerField("lugar", null=True, unique=True, editable=False)
    committed_at = models.DateTimeField("confirmado", null=True, editable=False)
    known_from = models.DateTimeField("conocido desde", null=True, editable=False)
    actor = models.CharField("autor", max_length=200, editable=False)
    # Nobody looks for what somebody did by an index, and every transaction would write it twice
    client = models.ForeignKey(ApiClient, models.PROTECT, null=True, editable=False, related_name="+", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )
    request_id = models.CharField("solicitud", max_length=64, blank=True, db_default="", editable=False)
    cause = models.TextField("motivo", blank=True, db_default="", editable=False)
    xid = models.BigIntegerField("transacción", editable=False)

    class Meta:
        ordering = ["position"]
        indexes = [
            models.Index(fields=["xid"], name="changeset_xid"),
            models.Index(fields=["committed_at"], name="changeset_committed_at"),
        ]
        constraints = [
            check(
                "changeset_place_and_time_together",
                models.Q(position__isnull=True, committed_at__isnull=True)
                | models.Q(position__gte=1, committed_at__isnull=False),
                "El lugar y la hora de un cambio se fijan juntos.",
            ),
            check(
                "changeset_not_known_later",
                models.Q(known_from__isnull=True)
                | models.Q(committed_at__isnull=True)
                | models.Q(known_from__lte=models.F("committed_at")),
                "Un cambio no puede conocerse después de confirmado.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}: {self.actor}"


def own_change_set(**options: Any) -> models.ForeignKey:
    """Return the column by which a row of history names the transaction that it came with.

    No foreign key in the database: triggers see to it that it is the row's own transaction, whose change
    set stays; thousands of rows at a commit are spared a check each, while everybody else waits.
    """
    return models.ForeignKey(
        ChangeSet,
        models.PROTECT,
        related_name="+",
        db_constraint=False,
        db_index=False,
        editable=False,
        verbose_name="cambio",
        **options,
    )


class Change(models.Model):
    """One object that a change set created, changed, deleted or, with the unit it belongs to, moved in the tree.

    `before` and `after` hold whole rows for things created or deleted, and only the columns that
    changed for an update; rows of append-only tables say it themselves, so both are null there. What one
    statement added to one object there is one row: `object_id` is the first, `further_ids` are the others (null: none).
    `part_of_id` is the object that this one is a part of; what others are parts of names itself. `unit_id` is the unit
    that the object belongs to (null: none), and `previous_path` the place in the tree that it left, when it is another
    or none now. None is a foreign key, because history outlives what it names.
    """

    change_set = models.ForeignKey(
        ChangeSet, models.PROTECT, related_name="changes", editable=False, db_constraint=False, db_index=False
    )
    entity = models.CharField("objeto", max_length=32, editable=False)
    object_id = models.BigIntegerField("identificador", editable=False)
    further_ids = ArrayField(models.BigIntegerField(), verbose_name="otros", null=True, editable=False)
    part_of_id = models.BigIntegerField("parte de", null=True, editable=False)
    unit_id = models.BigIntegerField("unidad", null=True, editable=False)
    previous_path = ArrayField(models.BigIntegerField(), verbose_name="lugar anterior", null=True, editable=False)
    operation = models.CharField("operación", max_length=8, choices=Operation.choices, editable=False)
    before = models.JSONField("antes", null=True, editable=False)
    after = models.JSONField("después", null=True, editable=False)

    class Meta:
        ordering = ["change_set_id", "id"]
        indexes = [
            models.Index(fields=["change_set", "id"], name="change_in_set"),
            # An id alone tells nearly all: with the entity before it each new row would go into the middle of the index
            models.Index(fields=["object_id"], name="change_object"),
            # What is part of nothing, and what went, by its kind: few
            models.Index(
                fields=["entity"],
                name="change_kind",
                condition=models.Q(part_of_id__isnull=True) | models.Q(operation=Operation.DELETED),
            ),
            models.Index(
                fields=["part_of_id", "change_set"],
                name="change_part_of",
                condition=models.Q(part_of_id__isnull=False),
            ),
            models.Index(
                fields=["change_set"],
                name="change_edit",
                condition=models.Q(before__isnull=False) | models.Q(after__isnull=False),
            ),
            models.Index(fields=["change_set"], name="change_move", condition=models.Q(previous_path__isnull=False)),
        ]
        constraints = [
            check(
                "change_names_so_many",
                models.Q(further_ids__len__lt=NAMED_TOGETHER),
                "Un cambio no nombra tantos objetos.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.entity}:{self.object_id} {self.operation}"


class LastChange(models.Model):
    """The position of the last change that the members of a unit could see (0 as the unit: everybody)."""

    unit_id = models.BigIntegerField(primary_key=True)
    position = models.BigIntegerField()

    def __str__(self) -> str:
        return f"{self.unit_id}: {self.position}"
