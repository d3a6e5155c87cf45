"""Random source documents, damaged as domain.md, "Reading the source document", says, with the truth."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

MONTHS = ["ENE", "FEB", "MAR", "ABR", "MAY", "JUN", "JUL", "AGO", "SET", "OCT", "NOV", "DIC"]
TITLES = ["ÓRGANO/UNIDAD ORGÁNICA", "ACTIVIDAD MEF", "ACTIVIDAD POI", "UNIDAD DE MEDIDA", "META"]
WORDS = [
    "GESTIÓN",
    "CONTROL",
    "DIRECCIÓN",
    "SUPERVISIÓN",
    "ATENCIÓN",
    "REGISTRO",
    "ARCHIVO",
    "LICENCIAS",
    "LIMPIEZA",
    "PÚBLICA",
    "OBRAS",
    "SALUD",
]
UNITS = ["GERENCIA", "OFICINA", "SUBGERENCIA", "SECRETARÍA", "PROCURADURÍA"]
MEASURES = ["ACCIONES", "INFORMES", "DOCUMENTOS", "ATENCIONES"]
Months = list[int | None]


@dataclass
class TrueRow:
    """What a row said before it was damaged: figures in thousandths, None where a month is blank."""

    names: list[str]
    programmed: Months
    executed: Months
    tail: list[str]
    printed_target: str = ""
    """META as printed; empty: as it is."""
    damages: list[str] = field(default_factory=list)

    @property
    def target(self) -> int:
        return sum(month or 0 for month in self.programmed)

    def quarters(self) -> list[int]:
        """Return PROG and EJEC of each quarter in turn."""
        return [
            sum(month or 0 for month in block[start : start + 3])
            for start in range(0, 12, 3)
            for block in (self.programmed, self.executed)
        ]


def show(value: int | None) -> str:
    """Return a quantity as the document prints it."""
    if value is None:
        return ""
    whole, rest = divmod(value, 1000)
    return f"{whole:,}" + (f".{rest:03}".rstrip("0") if rest else "")


def programme(random: Random) -> Months:
    """Return twelve programmed months in one of the shapes that plans have."""
    size = random.choice([1, 2, 4, 9, 25, 160, 1500])
    shape = random.choice(["constant", "close", "close", "period", "varied", "sparse", "season"])
    step = random.choice([1000] * 15 + [500, 250, 125])
    if shape == "constant":
        months = [size] * 12
    elif shape == "close":
        months = [size + random.choice([0, 0, 0, 1]) for _ in range(12)]
    elif shape == "period":
        months = [random.randint(1, size + 2) for _ in range(3)] * 4
    elif shape == "varied":
        months = [random.randint(0, 2 * size) for _ in range(12)]
    else:
        months = [random.choice([0, 0, size, size + 1]) if shape == "sparse" else 0 for _ in range(12)]
        start = random.randint(0, 8)
        for month in range(start, start + random.randint(2, 4)):
            months[month] = random.randint(1, size + 3)
    blank = random.random() < 0.6
    return [None if blank and not month else month * step for month in months]


def execution(random: Random, programmed: Months) -> Months:
    """Return what was done: mostly as programmed, sometimes not, sometimes not yet reported."""
    executed = list(programmed)
    if random.random() < 0.5:
        for _ in range(random.randint(1, 5)):
            month = random.randrange(12)
            step = max(1000, (programmed[month] or 0) // 10 // 1000 * 1000)
            executed[month] = max(0, (programmed[month] or 0) + random.choice([-step, step]))
    if random.random() < 0.1:
        for month in range(random.randint(6, 11), 12):
            executed[month] = None
    return executed


def true_row(random: Random, number: int) -> TrueRow:
    """Make an undamaged row; zero quarters may be printed as blanks."""
    programmed = programme(random)
    executed = execution(random, programmed)
    unit = f"{random.choice(UNITS)} DE {random.choice(WORDS)} {random.randint(1, 5)}"
    activity = f"{random.choice(WORDS)} Y {random.choice(WORDS)}, N.º {number}"
    names = [unit, f"ACTIVIDAD {random.choice(WORDS)}", activity, random.choice(MEASURES)]
    row = TrueRow(names, programmed, executed, [])
    hidden = random.random() < 0.3
    quarters = ["" if hidden and not quarter else show(quarter) for quarter in row.quarters()]
    row.tail = [show(month) for month in programmed + executed] + quarters
    return row


def shorten(random: Random, row: TrueRow) -> bool:
    """Make a run of equal numbers shorter."""
    return _resize(random, row, longer=False)


def lengthen(random: Random, row: TrueRow) -> bool:
    """Make a run of equal numbers longer."""
    return _resize(random, row, longer=True)


def _resize(random: Random, row: TrueRow, longer: bool) -> bool:
    last = len(row.tail) - 8
    starts = [at for at in range(1, last) if row.tail[at] and row.tail[at] == row.tail[at - 1]]
    if not starts:
        return False
    at = random.choice(starts)
    count = random.choice([1, 1, 1, 2, 3])
    for _ in range(count):
        if longer:
            row.tail.insert(at, row.tail[at])
        elif at < len(row.tail) - 8 and row.tail[at] == row.tail[at - 1]:
            del row.tail[at]
    return True


def lose_blank(random: Random, row: TrueRow) -> bool:
    """Lose a blank month."""
    blanks = [at for at in range(len(row.tail) - 8) if not row.tail[at]]
    if blanks:
        del row.tail[random.choice(blanks)]
    return bool(blanks)


def misprint(random: Random, row: TrueRow) -> bool:
    """Print one digit of one month wrong."""
    return _misprint_at(random, row, [at for at in range(len(row.tail) - 8) if row.tail[at]])


def misprint_quarter(random: Random, row: TrueRow) -> bool:
    """Print one digit of a quarter wrong."""
    start = len(row.tail) - 8
    return _misprint_at(random, row, [at for at in range(start, len(row.tail)) if row.tail[at]])


def _misprint_at(random: Random, row: TrueRow, places: list[int]) -> bool:
    if not places:
        return False
    at = random.choice(places)
    row.tail[at] = misprinted(random, row.tail[at])
    return True


def misprint_target(random: Random, row: TrueRow) -> bool:
    """Print one digit of META wrong."""
    if not row.printed_target:
        row.printed_target = misprinted(random, show(row.target))
    return True


def misprinted(random: Random, text: str) -> str:
    """Return a number with one wrong digit."""
    place = random.choice([place for place, sign in enumerate(text) if sign.isdigit()])
    wrong = random.choice([digit for digit in "0123456789" if digit != text[place]])
    return text[:place] + wrong + text[place + 1 :]


def lose_quarter(random: Random, row: TrueRow) -> bool:
    """Lose one quarterly cell."""
    if "lose_quarter" in row.damages:
        return False
    del row.tail[len(row.tail) - random.randint(1, 8)]
    return True


Damage = Callable[[Random, TrueRow], bool]
DAMAGES: list[Damage] = [*[shorten] * 6, *[lengthen] * 2, *[lose_blank] * 3, *[misprint] * 2, lose_quarter]
MISPRINTS = [misprint, misprint_quarter, misprint_target]
EVERY_KIND = [*DAMAGES, *MISPRINTS]


def damage(random: Random, row: TrueRow, count: int, kinds: Sequence[Damage] = DAMAGES) -> None:
    """Damage a row `count` times, in ways of these kinds.

    A lost quarterly cell comes last, as the other damages count from the end.
    """
    wanted = sorted((random.choice(kinds) for _ in range(count)), key=lambda each: each is lose_quarter)
    for each in wanted:
        if each(random, row):
            row.damages.append(each.__name__)


@dataclass
class Style:
    """How a document is printed: where its columns stand and how it is delimited."""

    delimiter: str = "\t"
    newline: str = "\n"
    bom: bool = False
    leading: int = 0
    numbered: bool = False
    order: tuple[int, ...] = (0, 1, 2, 3, 4)
    padding: int = 0
    header_blanks_lost: int = 0
    accents_lost: bool = False
    pages: int = 1


def style(random: Random) -> Style:
    """Return a random style."""
    order = random.choice([(0, 1, 2, 3, 4), (0, 1, 2, 3, 4), (1, 0, 2, 3, 4), (2, 0, 4, 1, 3)])
    return Style(
        delimiter=random.choice(["\t", ";", ","]),
        newline=random.choice(["\n", "\r\n"]),
        bom=random.random() < 0.5,
        leading=random.choice([0, 0, 1, 2]),
        numbered=random.random() < 0.3,
        order=order,
        padding=random.choice([0, 0, 3, 8]),
        header_blanks_lost=random.choice([0, 0, 2, 5]),
        accents_lost=random.random() < 0.3,
        pages=random.randint(1, 3),
    )


def document(
    random: Random,
    rows: list[TrueRow],
    look: Style,
    year: int = 2024,
    *,
    columns: bool = False,
    wrong: bool = False,
    beyond: Sequence[TrueRow] = (),
) -> bytes:
    """Return the bytes of a document with these rows, a TOTAL row that adds them up and a «Fuente» line.

    `columns`: TOTAL has all columns, not META alone. `wrong`: one of them is misprinted. It counts rows `beyond` too.
    """
    counted = [*rows, *beyond]
    lines: list[list[str]] = []
    size = -(-len(rows) // look.pages) if rows else 1
    for start in range(0, max(1, len(rows)), size):
        lines += _page(random, rows[start : start + size], look, year, start)
    total = ["TOTAL", "", "", "", ""]
    total[look.order.index(4)] = show(sum(row.target for row in counted))
    if look.order.index(4) == 0:
        total = ["TOTAL", total[0], "", "", ""]
    if columns:
        total += _totals(counted)
    if wrong:
        total[-1 - random.randrange(32)] = "7"
    lines += [[""] * look.leading + total, [], [f"Fuente: Módulo de Control al 05/01/{year + 1}"]]
    text = look.newline.join(_joined(line, look) for line in lines) + look.newline
    if look.accents_lost:
        text = text.translate(str.maketrans("ÁÉÍÓÚ", "AEIOU"))
    return (b"\xef\xbb\xbf" if look.bom else b"") + text.encode()


def _totals(rows: list[TrueRow]) -> list[str]:
    """Return what each column of months and quarters adds to."""
    figures = [[*row.programmed, *row.executed, *row.quarters()] for row in rows]
    return [show(sum(figure or 0 for figure in column)) for column in zip(*figures, strict=True)]


def _page(random: Random, rows: list[TrueRow], look: Style, year: int, before: int) -> list[list[str]]:
    first = [""] * look.leading + (["N.º"] if look.numbered else [])
    groups = first + [TITLES[place] for place in look.order] + ["PROGRAMADO", *[""] * 11]
    groups += ["EJECUTADO", *[""] * 11]
    for name in ("I", "II", "III", "IV"):
        groups += [f"{name} TRIMESTRE", ""]
    for _ in range(look.header_blanks_lost):
        blanks = [at for at, title in enumerate(groups) if not title and at > look.leading]
        del groups[random.choice(blanks)]
    months = [""] * (len(first) + 5) + MONTHS + MONTHS + ["PROG", "EJEC"] * 4
    padding = [""] * look.padding
    lines = [[], [f"PLAN OPERATIVO INSTITUCIONAL {year} – EJECUCIÓN AL IV TRIMESTRE"], [], groups + padding]
    lines.append(months + padding)
    for number, row in enumerate(rows, before + 1):
        described = [*row.names, row.printed_target or show(row.target)]
        start = [""] * look.leading + ([str(number)] if look.numbered else [])
        lines.append(start + [described[place] for place in look.order] + row.tail + padding)
    return lines


def _joined(line: list[str], look: Style) -> str:
    special = (look.delimiter, '"', "\n")
    quoted = ('"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in special) else cell for cell in line)
    return look.delimiter.join(quoted)
