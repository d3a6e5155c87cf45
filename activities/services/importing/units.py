"""The units that a document names: found by this year's codes or by their names, or made (domain.md, rule 14)."""

from collections.abc import Iterable, Mapping, Sequence

from activities.document import Problem, Row
from activities.document.naming import ITSELF
from activities.exceptions import RefusedImportError
from activities.services.bulk_history import BATCH
from activities.services.importing.own_codes import LONGEST, FreeCodes, Named, Noted, Recoded, firsts, refuse_codes
from poi_api.http.folding import fold
from units.choices import UnitKind
from units.models import Unit, UnitAlias
from units.models.successors import successors

_LEVELS = (UnitKind.ORGAN, UnitKind.ORGANIC_UNIT)
Key = tuple[str, str]


class UnitMatcher:
    """Finds the units of an institution that rows of a document of a year name.

    `known` are ids of units by the codes that earlier documents of the same year had for them: by these a unit is
    found first, by its folded name else. One name is one unit, but of one level, where two codes make two of it.

    `made` is how many were missing, `codes` the ids of units by the code that the document has for them.
    """

    def __init__(self, institution: Unit, year: int, known: Mapping[str, int], noted: Noted) -> None:
        self.institution, self.noted = institution, noted
        stored = list(Unit.objects.filter(institution=institution))
        by_id = {unit.pk: unit for unit in stored}
        aliases = UnitAlias.objects.filter(institution=institution)
        self.by_name = {unit.name_key: unit for unit in stored}
        self.by_name |= {alias.name_key: by_id[alias.unit_id] for alias in aliases}
        self.by_name.setdefault(fold(ITSELF), institution)
        instead = successors(stored)
        self.by_code = {fold(code): instead.get(unit, by_id[unit]) for code, unit in known.items() if unit in by_id}
        self.free = FreeCodes(f"{institution.code}-U", list(Unit.objects.values_list("code", flat=True)), year)
        self.units: dict[Key, Unit] = {}
        self.made, self.codes = 0, dict[str, int]()

    def of(self, row: Row) -> Unit:
        """Return the unit of a row, once they are matched."""
        return self.units[Named.of(row, "unit").key]

    def match(self, rows: Sequence[Row]) -> None:
        """Find the units of rows; those that are missing are made, each below the one that its first row names above.

        Raises RefusedImportError for codes that cannot be used, and if the institution's code leaves no room for those
        of units.
        """
        levels = (
            [Named.of(row, "unit_above") for row in rows if row.unit_above],
            [Named.of(row, "unit") for row in rows],
        )
        refuse_codes([named for level in levels for named in level], "la unidad")
        above = {Named.of(row, "unit").key: Named.of(row, "unit_above").key for row in reversed(rows) if row.unit_above}
        for kind, named in zip(_LEVELS, levels, strict=True):
            self._level(kind, firsts(named).values(), above)

    def _level(self, kind: UnitKind, named: Iterable[Named], above: Mapping[Key, Key]) -> None:
        """Find or make the units of a level, in document order."""
        names = _told_apart(named)
        missing: dict[str, Unit] = {}
        for key, (each, name) in names.items():
            parent = self.units.get(above.get(key, ("", ""))) if kind == UnitKind.ORGANIC_UNIT else None
            unit = self.by_code.get(key[0]) if each.code else None
            if unit is not None:
                self._say_name(unit, each, name)
            else:
                unit = self.by_name.get(fold(name)) or missing.get(fold(name))
            if unit is None:
                unit = missing[fold(name)] = self._new(kind, each, name, parent or self.institution)
            elif unit.pk and parent and unit not in (parent, self.institution) and unit.parent_id != parent.pk:
                self._say_place(unit, parent, each)
            self._note_code(unit, each)
            self.units[key] = unit
        Unit.objects.bulk_create(missing.values(), batch_size=BATCH)
        self.by_name |= missing
        self.made += len(missing)
        self.codes |= {each.code: self.units[key].pk for key, (each, _) in names.items() if each.code}

    def _new(self, kind: UnitKind, named: Named, name: str, parent: Unit) -> Unit:
        code = self.free.take(f"{self.institution.code}-{named.code}" if named.code else "")
        if len(code) > LONGEST:
            raise RefusedImportError(
                f"El código «{self.institution.code}» es muy largo para numerar con él las unidades."
            )
        return Unit(code=code, name=name, kind=kind, parent=parent)

    def _note_code(self, unit: Unit, named: Named) -> None:
        """Note a code of the document under which a unit is not kept, the first time in a year."""
        own = {f"{self.institution.code}-{named.code}", self.institution.code}
        if named.code and unit.code not in own and fold(named.code) not in self.by_code:
            self.noted.recoded.append(Recoded("unit", unit.name, named.code, unit.code))

    def _say_name(self, unit: Unit, named: Named, name: str) -> None:
        if self.by_name.get(fold(name)) is not unit:
            detail = f"La unidad {unit.code} se llama «{unit.name}» y el documento dice «{named.name}»: no se cambió."
            self.noted.remarks.append(Problem("unit_name_differs", detail, named.line))

    def _say_place(self, unit: Unit, parent: Unit, named: Named) -> None:
        detail = (
            f"La unidad {unit.code} («{unit.name}») no depende de {parent.code} («{parent.name}»), como dice el "
            "documento: no se movió."
        )
        self.noted.remarks.append(Problem("unit_above_differs", detail, named.line))


def _told_apart(named: Iterable[Named]) -> dict[Key, tuple[Named, str]]:
    """Return things with the names that they are to have: of one name with two codes the later ones say the code."""
    codes: dict[str, str] = {}
    apart = {}
    for each in named:
        name = " ".join(each.name.split())
        first = codes.setdefault(fold(name), fold(each.code))
        apart[each.key] = each, name if first == fold(each.code) else f"{name} ({each.code})"
    return apart
