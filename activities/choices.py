"""Closed vocabularies of the `activities` app, with the Spanish that people read."""

from django.db import models

FIRST_YEAR, LAST_YEAR = 1990, 2200  # of plans
MONTHS = ("ENE", "FEB", "MAR", "ABR", "MAY", "JUN", "JUL", "AGO", "SET", "OCT", "NOV", "DIC")


class PlanStatus(models.TextChoices):
    DRAFT = "draft", "Borrador"
    APPROVED = "approved", "Aprobado"
    CLOSED = "closed", "Cerrado"


class Accumulation(models.TextChoices):
    """How the months of a period make its figure (domain.md, rule 3)."""

    SUM = "sum", "Suma"
    LAST = "last", "Último"
    AVERAGE = "average", "Promedio"


class Verdict(models.TextChoices):
    ACCEPT = "accept", "Aceptar"
    RETURN = "return", "Devolver"


class Origin(models.TextChoices):
    """How an entry came in."""

    API = "api", "Registro"
    IMPORT = "import", "Importación"


class MonthStatus(models.TextChoices):
    """What became of a month's newest entry; derived from reviews, never stored with it."""

    UNREPORTED = "unreported", "Sin reportar"
    SUBMITTED = "submitted", "En revisión"
    ACCEPTED = "accepted", "Aceptado"
    RETURNED = "returned", "Devuelto"


class BatchMode(models.TextChoices):
    """What becomes of a list when one of its items is rejected (api.md, "Batch")."""

    ATOMIC = "atomic", "Todo o nada"
    PARTIAL = "partial", "Lo que está bien"


class ImportState(models.TextChoices):
    """What became of a document that was stored; derived from what was recorded of it."""

    STORED = "stored", "Guardada"
    APPLIED = "applied", "Aplicada"
    UNDONE = "undone", "Deshecha"


class RowStatus(models.TextChoices):
    """How a row of an imported document was read (domain.md, "Reading the source document")."""

    EXACT = "exact", "Exacta"
    REPAIRED = "repaired", "Reparada"
    INFERRED = "inferred", "Inferida"
    REJECTED = "rejected", "Rechazada"
