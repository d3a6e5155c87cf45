"""What a document classifies an activity by: codes and names of OEI, AEI, category, product, priority and place."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from activities.document import Problem, Row
from activities.document.wording import lines
from activities.models.classification import LONGEST_NAME, Classifier
from activities.services.importing.own_codes import LONGEST

Classification = dict[str, dict[str, str]]
_COLUMNS: Final = {
    Classifier.OEI: ("oei", "oei_name"),
    Classifier.AEI: ("aei", "aei_name"),
    Classifier.CATEGORIA: ("category_code", "category"),
    Classifier.PRODUCTO: ("product_code", "product"),
}
_PLACES: Final = ("department", "province", "district")
_NUMBERED: Final = re.compile(r"(\S+?)\s*[:.\-–]\s+(\S.*)")
"""A code and a name in one cell: `1 : Muy Alta`."""
_CODE: Final = re.compile(rf"[^,\s]{{1,{LONGEST}}}")


def classification_of(row: Row) -> Classification:
    """Return what a row classifies its activity by; what it says without a code, or unfit for one, is left out."""
    return {name: {"code": code, "name": said} for name, code, said in _said(row) if _fits(code, said)}


def unclassified(rows: Iterable[Row]) -> list[Problem]:
    """Return one remark for each thing that some rows say and that classifies nothing."""
    where: dict[str, list[int]] = {}
    for row in rows:
        for name, code, said in _said(row):
            if (code or said) and not _fits(code, said):
                where.setdefault(name, []).append(row.line)
    return [
        Problem(
            "classification_left_out",
            f"Sin un código y un nombre que se puedan usar no se tomó {Classifier(name).label} ({lines(found)}).",
            found[0],
        )
        for name, found in where.items()
    ]


def _fits(code: str, name: str) -> bool:
    return bool(_CODE.fullmatch(code)) and 0 < len(name) <= LONGEST_NAME


def _said(row: Row) -> Iterator[tuple[str, str, str]]:
    """Yield classifier, code and name; a code without a name is called by itself."""
    details = row.details
    for classifier, columns in _COLUMNS.items():
        code, name = (details.get(column, "") for column in columns)
        if code and not name and (both := _NUMBERED.fullmatch(code)):
            code, name = both.groups()
        yield classifier.value, code, name or code
    priority = details.get("priority", "")
    numbered = _NUMBERED.fullmatch(priority)
    yield Classifier.PRIORIDAD.value, numbered[1] if numbered else priority, numbered[2] if numbered else priority
    codes = [details.get(f"{place}_ubigeo", "") for place in _PLACES]
    names = [name for place in _PLACES if (name := details.get(place, ""))]
    yield Classifier.UBIGEO.value, "".join(codes), ", ".join(names) or "".join(codes)
