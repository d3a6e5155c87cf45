"""The institution that an import is for: the one it is told, else the one that the document names."""

from django.core.exceptions import ValidationError

from activities.document import Document
from activities.document.naming import ITSELF
from activities.exceptions import NoInstitutionError, RefusedImportError
from poi_api.http.folding import fold
from poi_api.http.texts import COMMA
from units.choices import UnitKind
from units.models import Unit, UnitAlias


def institution_asked(document: Document, code: str) -> str:
    """Return the code of the institution that an import is for: `code`, the document's, or that of the only one.

    One that is kept under another code than the document's is found by its name. Raises NoInstitutionError if none of
    these says it.
    """
    if code or document.institution_code:
        return code or _of_document(document)
    codes = list(Unit.objects.institutions().values_list("code", flat=True)[:2])
    if len(codes) != 1:
        raise NoInstitutionError("El documento no dice de qué institución es: indíquela con --institution.")
    return codes[0]


def _of_document(document: Document) -> str:
    institutions = Unit.objects.institutions()
    if not institutions.filter(code=document.institution_code).exists():
        called = list(institutions.filter(name_key=fold(document.institution)).values_list("code", flat=True)[:2])
        if len(called) == 1:
            return called[0]
    return document.institution_code


def find_or_create_institution(*, code: str, name: str) -> tuple[Unit, bool]:
    """Return the institution with `code`, made under `name` (else its code) if there is none, and whether it was.

    A slip in the code must not make another institution: raises RefusedImportError for a code that is a unit's, or
    an institution's but for case, accents and blanks, or its name (decision 10), and for a code or a name that no
    institution can have.
    """
    unit = Unit.objects.filter(code=code).select_related("institution").first()
    if unit is not None and unit.kind == UnitKind.INSTITUTION:
        return unit, False
    if unit is not None and unit.institution is not None:
        raise RefusedImportError(
            f"«{code}» es el código de una unidad ({unit.name}), no el de una institución: "
            f"indique el de la suya, «{unit.institution.code}»."
        )
    if "," in code:
        raise RefusedImportError(f"No se puede crear la institución «{code}»: {COMMA}")
    if meant := _alike(code):
        raise RefusedImportError(
            f"No hay ninguna institución con el código «{code}», pero sí «{meant.code}» ({meant.name}): "
            "indique ese código."
        )
    return _create_institution(code, name.strip() or code), True


def _alike(code: str) -> Unit | None:
    """Return the institution whose code or name `code` is but for case, accents and blanks, if any."""
    key = fold(code)
    institutions = Unit.objects.filter(kind=UnitKind.INSTITUTION).order_by("pk")
    return next((unit for unit in institutions if key in (fold(unit.code), unit.name_key)), None)


def _create_institution(code: str, name: str) -> Unit:
    institution = Unit(code=code, name=name, kind=UnitKind.INSTITUTION)
    try:
        institution.full_clean()
    except ValidationError as error:
        raise RefusedImportError(f"No se puede crear la institución «{code}»: {' '.join(error.messages)}") from error
    institution.save()
    institution.refresh_from_db()
    if fold(institution.name) != fold(ITSELF):
        UnitAlias.objects.create(unit=institution, name=ITSELF)
    return institution
