"""The institution that an import is told: a slip in its code must not make another institution."""

from activities.exceptions import RefusedImportError
from poi_api.http.folding import fold
from units.choices import UnitKind
from units.models import Unit


def refuse_wrong_code(code: str) -> None:
    """Raise RefusedImportError if `code` is a unit's, or only differs from an institution's by case, or is its name."""
    unit = Unit.objects.filter(code=code).select_related("institution").first()
    if unit is not None and unit.kind != UnitKind.INSTITUTION and unit.institution is not None:
        raise RefusedImportError(
            f"«{code}» es el código de una unidad ({unit.name}), no el de una institución: "
            f"indique el de la suya, «{unit.institution.code}»."
        )
    if unit is None and (meant := _meant(code)):
        raise RefusedImportError(
            f"No hay ninguna institución con el código «{code}», pero sí «{meant.code}» ({meant.name}): "
            "indique ese código."
        )


def _meant(code: str) -> Unit | None:
    """Return the institution whose code or name `code` is but for case, accents and blanks, if any."""
    key = fold(code)
    institutions = Unit.objects.filter(kind=UnitKind.INSTITUTION).order_by("pk")
    return next((unit for unit in institutions if key in (fold(unit.code), unit.name_key)), None)
