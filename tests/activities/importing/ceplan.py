"""Small exports like those of CEPLAN's application: an HTML table under its titles, one row for each activity."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from activities.services.importing.files import Request, Result, import_file

Months = Sequence[int | None]
SIX = (1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0)
OTHER = (0, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 1)
BLANK: Months = (None,) * 12
JANUARY: Months = (1, *[None] * 11)
_BLOCKS = ("A", "AJ", "CS", "RE_P", "RE", "SE_P", "SE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ao:
    """An activity as a row says it; blocks by name, those that are not given are blank but for `RE` and `SE`.

    `totals` are those of blocks that are not the sum of their months.
    """

    code: str = "AOI00000000001"
    name: str = "5000042 - PARTOS ATENDIDOS"
    unit: tuple[str, str] = ("04.02", "DEPARTAMENTO DE OBSTETRICIA")
    above: tuple[str, str] = ("04", "DIRECCIÓN DE OBSTETRICIA")
    mef: tuple[str, str] = ("5000042", "ATENCIÓN DEL PARTO")
    measure: tuple[str, str] = ("206", "GESTANTE ATENDIDA")
    accumulated: str = "SI"
    cs: Months = SIX
    re: Months = SIX
    se: Months = JANUARY
    blocks: Mapping[str, Months] = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[int, str] = field(default_factory=dict)
    active: str = "SI"
    details: Mapping[str, str] = field(default_factory=dict)

    def block(self, name: str) -> Months:
        return self.blocks.get(name, {"CS": self.cs, "RE": self.re, "SE": self.se}.get(name, BLANK))


def export(
    *activities: Ao, year: int = 2025, institution: tuple[str, str] = ("000127", "INSTITUTO"), source: str = ""
) -> bytes:
    """Return the export of a year as CEPLAN writes it: codes with the quote by which a spreadsheet keeps them.

    Several rows have one empty cell more than there are titles. The application writes no `source` below the table.
    """
    rows = [_row(each, year, institution) for each in activities]
    surplus = [""] if len(rows) > 1 else []  # of a single row nothing shows that its last cell is none
    lines = [list(rows[0]), *([*row.values(), *surplus] for row in rows)]
    lines += [[source]] if source else []
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in line)}</tr>" for line in lines)
    return f"<html><head><title>POI</title></head><body><table>{body}</table></body></html>".encode()


def bring(*activities: Ao, year: int = 2025, overwrite: bool = False, dry_run: bool = False) -> Result:
    """Import the export of a year without saying whose it is."""
    return bring_file(export(*activities, year=year), overwrite=overwrite, dry_run=dry_run)


def bring_file(content: bytes, *, institution: str = "", overwrite: bool = False, dry_run: bool = False) -> Result:
    request = Request(
        content=content, filename="poi.xls", institution=institution, overwrite=overwrite, dry_run=dry_run
    )
    return import_file(request, actor="test")


def _row(each: Ao, year: int, institution: tuple[str, str]) -> dict[str, str]:
    return {
        "POI": str(year),
        "UE ID": f"'{institution[0]}",
        "UE": institution[1],
        "CC Responsable ID": f"'{each.above[0]}",
        "CC Responsable": each.above[1],
        "Centro Costo ID": f"'{each.unit[0]}",
        "Centro de Costo": each.unit[1],
        "OEI": "OEI.02",
        "Objetivo Estrategico Institucional": "REDUCIR LOS RIESGOS",
        "AEI": "AEI.02.02",
        "Acción Estratégica Institucional": "INTERVENCIONES",
        "Categoria ID": "0002",
        "Categoria": "SALUD MATERNO NEONATAL",
        "Producto ID": "3033291",
        "Producto": "POBLACIÓN QUE ACCEDE",
        "Actividad Presupuestal ID": each.mef[0],
        "Actividad Presupuestal": each.mef[1],
        "Actividad Operativa ID": each.code,
        "Actividad Operativa": each.name,
        "Prioridad": "1 : Muy Alta",
        "UM ID": each.measure[0],
        "Unidad de Medida": each.measure[1],
        "Acumulado": each.accumulated,
        "Dep. UBIGEO": "15",
        "Departamento Nombre UBIGEO": "LIMA",
        "Prov. UBIGEO": "01",
        "Provincia Nombre UBIGEO": "LIMA",
        "Dis. UBIGEO": "31",
        "Distrito Nombre UBIGEO": "SAN ISIDRO",
        **{title: cell for name in _BLOCKS for title, cell in _block(each, name).items()},
        **{f"Fn(RE) {month:02}": "900.00" for month in range(1, 13)},
        "Fn(RE) Total": "10800.00",
        **{f"Motivo(SE) {month:02}": each.reasons.get(month, "") for month in range(1, 13)},
        "Activo AO": each.active,
    } | dict(each.details)


def _block(each: Ao, name: str) -> dict[str, str]:
    months = each.block(name)
    total = each.totals.get(name, sum(month or 0 for month in months))
    is_blank = all(month is None for month in months)
    cells = {
        f"F({name}) {month:02}": "" if quantity is None else f"{quantity}.00"
        for month, quantity in enumerate(months, 1)
    }
    return {**cells, f"F({name}) Total": "" if is_blank else f"{total}.00"}
