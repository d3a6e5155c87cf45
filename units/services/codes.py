"""Codes are typed and read out: two that differ only in case, accents or blanks would be taken for one.

So a new one is refused where a similar one exists; those that were stored before stay as they are. Nothing
of a name may be hidden.
"""

from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet

from poi_api.http.exceptions import Conflict
from poi_api.http.folding import fold
from poi_api.http.texts import HIDDEN, hides_something
from units.models.functions import Fold

Row = TypeVar("Row", bound=Model)


def similar_code(rows: "QuerySet[Row]", code: str) -> Row | None:
    """Return the one of `rows` whose code is `code`, or else folds to the same; None without any."""
    similar: list[Any] = list(rows.alias(code_key=Fold("code")).filter(code_key=fold(code)))
    return min(similar, key=lambda row: row.code != code, default=None)


def duplicate_code(code: str, other: str, *, of: str, named: bool = True) -> Conflict:
    """Return the refusal of a new `code` beside the similar `other` of something, which it names only if `named`."""
    if code == other:
        detail = f"El código «{code}» ya es de {of}; elija otro."
    else:
        which = f"«{other}», de {of}" if named else f"el de {of}"
        detail = f"El código «{code}» se confunde con {which}: solo cambian mayúsculas, acentos o espacios; elija otro."
    return Conflict("duplicate_code", detail, field="code")


def require_shown(**names: str) -> None:
    """Raise ValidationError for the first name, by its field, that hides something: it would look like another."""
    for field, name in names.items():
        if hides_something(name):
            raise ValidationError({field: ValidationError(HIDDEN, "invalid_name")})
