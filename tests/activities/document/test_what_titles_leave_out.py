"""What no title calls done is never taken for it: what is left to do, money, other years, months that nobody knows."""

import pytest

from activities.document import DocumentError, read_document
from tests.activities.document.tables import (
    BLOCKS,
    EXECUTED,
    META,
    MONTHS,
    NAMES,
    PROGRAMMED,
    TRUE,
    as_csv,
    codes,
    column,
    is_right,
    lines,
    month,
    months,
    quarters,
    read,
)
from tests.activities.document.test_layouts import pairs

NOTHING_DONE = [row._replace(executed=(None,) * 12) for row in TRUE]
NINE = ("Ene.", "Febr.", "Mzo.", "Abril", "Mayo", "Jun.", "Jul.", "Agto.", "Setiem.", "Octbre.", "Nov.", "Dicbre.")


@pytest.mark.parametrize(
    "title",
    [
        "NO EJECUTADO",
        "POR EJECUTAR",
        "PENDIENTE DE EJECUCIÓN",
        "SALDO POR EJECUTAR",
        "BRECHA DE EJECUCIÓN",
        "EJECUCIÓN PROYECTADA",
        "EJECUCIÓN DEL AÑO ANTERIOR",
    ],
)
def test_what_was_not_done_is_not_executed_and_is_said(title):
    document = read([*NAMES, *META, *PROGRAMMED, *months(title, "executed")])
    assert is_right(document, NOTHING_DONE)
    assert codes(document) == ["block_left_out"]
    assert is_right(read([*NAMES, *META, *months(title), *BLOCKS]))


def test_a_target_that_was_executed_is_executed():
    assert is_right(read([*NAMES, *META, *months("META PROGRAMADA"), *months("META FÍSICA EJECUTADA", "executed")]))


def test_what_is_not_programmed_is_no_programme():
    with pytest.raises(DocumentError, match="faltan los meses programados"):
        read([*NAMES, *months("METAS NO PROGRAMADAS"), *EXECUTED])


@pytest.mark.parametrize(
    "title", ["EJECUCIÓN DEL GASTO", "EJECUTADO (S/)", "EJECUTADO EN US$", "EJECUCIÓN (IMPORTE)", "AVANCE EN €"]
)
def test_money_is_left_out_whatever_names_it(title):
    document = read([*NAMES, *META, *PROGRAMMED, *months(title, "executed", factor=10)])
    assert is_right(document, NOTHING_DONE)
    assert codes(document) == ["financial_left_out"]


def test_without_a_number_is_not_money():
    assert is_right(read([*NAMES, *META, *PROGRAMMED, *months("EJECUTADO S/N", "executed")]))


@pytest.mark.parametrize("heading", ["(En soles)", "PROGRAMACIÓN FINANCIERA DEL PLAN OPERATIVO INSTITUCIONAL 2024"])
def test_a_table_under_a_title_of_money_is_not_read(heading):
    table = [["PLAN OPERATIVO INSTITUCIONAL 2024"], [heading], *lines([*NAMES, *META, *BLOCKS])]
    with pytest.raises(DocumentError, match="La tabla es financiera"):
        read_document(as_csv(table, ""))
    apart = lines([*NAMES, *META, *BLOCKS, *months("PROGRAMADO FINANCIERO")])
    assert is_right(read_document(as_csv([[heading], *apart])))


class TestMonths:
    def test_are_known_by_what_offices_cut_them_to(self):
        blocks = [
            column(block if not at else "", title, cell=month(kind, at))
            for block, kind in (("PROGRAMADO", "programmed"), ("EJECUTADO", "executed"))
            for at, title in enumerate(NINE)
        ]
        assert is_right(read([*NAMES, *blocks]))

    @pytest.mark.parametrize("at", [0, 4, 11])
    @pytest.mark.parametrize("target", [[], META])
    def test_that_nobody_knows_are_told(self, at, target):
        block = [each._replace(titles=(each.titles[0], "M")) if at == n else each for n, each in enumerate(PROGRAMMED)]
        with pytest.raises(DocumentError, match="«PROGRAMADO / M» no es ninguno"):
            read([*NAMES, *target, *block, *EXECUTED])
        titles = (*MONTHS[:at], "X", *MONTHS[at + 1 :])
        if 0 < at < 11:
            with pytest.raises(DocumentError, match="«X / P» no es ninguno"):
                read([*NAMES, *target, *pairs(titles, "P", "E")])

    @pytest.mark.parametrize("block", [0, 12], ids=["programmed", "executed"])
    @pytest.mark.parametrize("figures", [BLOCKS, pairs(MONTHS, "P", "E")], ids=["blocks", "pairs"])
    def test_whose_column_was_lost_is_told(self, figures, block):
        lost = block + 7 if figures is BLOCKS else 2 * 7 + block // 12
        table = [*figures[:lost], *figures[lost + 1 :]]
        if table[lost].titles[0] == "":
            table[lost] = table[lost]._replace(titles=(figures[lost].titles[0], *table[lost].titles[1:]))
        with pytest.raises(DocumentError, match=r"entre JUL y SET .* falta AGO"):
            read([*NAMES, *META, *table])

    @pytest.mark.parametrize("lost", [0, 12, 23])
    def test_at_the_end_whose_title_was_lost_is_told(self, lost):
        first, _ = BLOCKS[lost].titles
        table = [*BLOCKS[:lost], BLOCKS[lost]._replace(titles=(first, "")), *BLOCKS[lost + 1 :]]
        with pytest.raises(DocumentError) as refused:
            read([*NAMES, *META, *table])
        assert refused.value.code == "unclear_header"

    def test_the_first_that_only_its_block_names_is_told(self):
        months = pairs(("", *MONTHS[1:]), "P", "E")
        with pytest.raises(DocumentError, match=r"entre los meses, «[PE]» no es ninguno"):
            read([*NAMES, *META, *months])

    def test_that_the_table_has_not_are_no_gap(self):
        nine = [*PROGRAMMED[:9], *EXECUTED[:9]]
        notes = column("OBSERVACIONES", "", cell="ninguna")
        assert [row.status for row in read([*NAMES, *nine, notes]).rows] == ["exact", "exact"]
        between = [*PROGRAMMED[:9], column("PROGRAMADO", "NOTA", cell="x"), *EXECUTED[:9]]
        document = read([*NAMES, *between], columns={"PROGRAMADO / NOTA": "ignore"})
        assert [row.status for row in document.rows] == ["exact", "exact"]

    def test_of_two_years_are_told(self):
        with pytest.raises(DocumentError, match="Hay meses de 2023 y de 2024") as refused:
            read([*NAMES, *META, *months("PROGRAMADO 2024"), *months("EJECUTADO 2023", "executed")])
        assert refused.value.code == "two_years"

    def test_of_another_year_than_the_title_leave_the_year_open(self):
        document = read([*NAMES, *META, *PROGRAMMED, *months("EJECUTADO 2023", "executed")])
        assert (document.year, codes(document)) == (None, ["years_differ"])
        document = read([*NAMES, *META, *months("PROGRAMADO 2024"), *EXECUTED])
        assert (document.year, codes(document)) == (2024, [])


class TestExecutionThatNothingCallsSo:
    ALONE = [column("", MONTHS[at], cell=month("programmed", at)) for at in range(12)]

    def test_is_told_where_a_title_of_the_document_speaks_of_it(self):
        table = lines([*NAMES, *META, *self.ALONE])
        with pytest.raises(DocumentError, match="la tabla es de lo ejecutado"):
            read_document(as_csv(table, "EJECUCIÓN DEL PLAN OPERATIVO INSTITUCIONAL 2024"))
        assert is_right(read_document(as_csv(table, "PROGRAMACIÓN DEL POI 2024")), NOTHING_DONE)

    def test_is_told_where_its_target_is_what_was_executed(self):
        with pytest.raises(DocumentError, match="la tabla es de lo ejecutado"):
            read([*NAMES, column("META EJECUTADA", "", cell=lambda row: row.target), *self.ALONE])


class TestDashes:
    @staticmethod
    def done(since: int):
        return [
            column("EJECUTADO" if not at else "", MONTHS[at], cell="-" if at >= since else month("executed", at))
            for at in range(12)
        ]

    def test_in_the_last_months_may_be_nothing_done_or_nothing_reported(self):
        with pytest.raises(DocumentError, match="OCT, NOV, DIC solo tienen guiones") as refused:
            read([*NAMES, *META, *PROGRAMMED, *self.done(9)])
        assert refused.value.code == "dashes"

    def test_are_told_where_their_quarters_are_dashes_too(self):
        fourth = quarters()[:-1]
        with pytest.raises(DocumentError, match="solo tienen guiones"):
            read([*NAMES, *META, *PROGRAMMED, *self.done(9), *fourth, column("", "EJEC", cell="-")])

    def test_are_zeros_where_a_quarter_says_so(self):
        document = read([*NAMES, *META, *PROGRAMMED, *self.done(9), *quarters()[:-1], column("", "EJEC", cell=0)])
        assert is_right(document, [row._replace(executed=(*row.executed[:9], 0, 0, 0)) for row in TRUE])
        assert codes(document) == ["dash_for_zero"]
