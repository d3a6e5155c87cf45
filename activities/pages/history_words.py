"""How the history of activities is told: what people do to figures, and what activities are classified by."""

from collections.abc import Iterator, Mapping
from typing import Any

from activities.models.classification import Classifier
from units.pages.words import does, tells

does("progress_entry", created="registró")
does("review", created="hizo")
does("target_revision", created="registró")

CLASSIFIERS = {
    Classifier.OEI: "OEI",
    Classifier.AEI: "AEI",
    Classifier.CATEGORIA: "categoría presupuestal",
    Classifier.PRODUCTO: "producto",
    Classifier.PRIORIDAD: "prioridad",
    Classifier.UBIGEO: "UBIGEO",
}


@tells("activity", "classification")
def classification_in_words(image: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what an activity is classified by, and the code and the name of each."""
    for classifier, name in CLASSIFIERS.items():
        if part := image["classification"].get(classifier):
            yield name, f"{part['code']} {part['name']}"
