"""The columns that the tables of figures share."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper

from units.models.change import own_change_set
from units.models.constraints import check
from units.models.functions import CurrentChangeSet

# The largest NUMERIC(15,3); a limit also keeps out NaN, which PostgreSQL holds to be greater than any number.
LARGEST = Decimal("999999999999.999")


class ShownDecimalField(models.DecimalField):
    """A quantity in a column without a scale, which keeps `3` as `3`: read models show it as it is."""

    def db_type(self, connection: BaseDatabaseWrapper) -> str:
        return "numeric"


def quantity(label: str, **options: Any) -> models.DecimalField:
    """Return a column for a quantity: NUMERIC(15,3), exact (domain.md, rule 2)."""
    return models.DecimalField(label, max_digits=15, decimal_places=3, **options)


def change_set() -> models.ForeignKey:
    """Return `own_change_set`, which the database fills in where a row does not name it."""
    return own_change_set(db_default=CurrentChangeSet())


def month_number() -> models.SmallIntegerField:
    """Return a column for a month, 1 to 12; its table adds `month_in_year` as a constraint."""
    return models.SmallIntegerField("mes")


def month_in_year(table: str) -> models.CheckConstraint:
    """Return the constraint of a table with a column made by `month_number`."""
    return check(f"{table}_month_in_year", models.Q(month__gte=1, month__lte=12), "El mes va de 1 a 12.")
