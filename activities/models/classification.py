"""What an activity is classified by, as CEPLAN's application does: a code and a name for each of six things."""

from collections.abc import Mapping
from typing import Any

from django.db import models

LONGEST_NAME = 500


class Classifier(models.TextChoices):
    """What can be said of an activity, beside what it is: objectives of the strategic plan, budget, urgency, place."""

    OEI = "oei", "el objetivo estratégico institucional (OEI)"
    AEI = "aei", "la acción estratégica institucional (AEI)"
    CATEGORIA = "categoria", "la categoría presupuestal"
    PRODUCTO = "producto", "el producto o proyecto"
    PRIORIDAD = "prioridad", "la prioridad"
    UBIGEO = "ubigeo", "el lugar (ubigeo)"


# Those that lists and reports are narrowed by and group by
ASKED_BY = (Classifier.OEI, Classifier.AEI, Classifier.CATEGORIA, Classifier.PRIORIDAD)


class IsClassification(models.Func):
    """Tell whether a JSON object has members of a classification alone, each with a code and a name."""

    function = "is_classification"
    output_field = models.BooleanField()


def said_alone(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Return a classification of the parts of which something is said."""
    return {name: part for name, part in parts.items() if part is not None}


def holding(classifier: str, code: str) -> dict[str, Any]:
    """Return what a classification contains that says `code` of something."""
    return {classifier: {"code": code}}
