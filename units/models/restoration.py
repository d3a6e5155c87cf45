"""That a database was restored from a backup."""

from django.db import models
from django.db.models.functions import Now


class Restoration(models.Model):
    """From here on this database's history is another one than that of the database which was backed up.

    `name` is random, `position` the last one in the change order that came with the backup. Append-only; only the owner
    of the tables writes it, by `manage.py restore`.
    """

    name = models.CharField("nombre", max_length=32, editable=False)
    position = models.BigIntegerField("lugar", editable=False)
    restored_at = models.DateTimeField("restaurada", db_default=Now(), editable=False)

    def __str__(self) -> str:
        return f"{self.restored_at}: {self.position}"
