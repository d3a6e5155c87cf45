"""An activity above its tasks: their figures count once, or the file is refused with both readings."""

import pytest

from activities.document import read_document
from tests.activities.document.tables import BLOCKS, FICHAS, META, NAMES, RIEGO, TRUE, as_csv, codes, column, lines

OTHER = RIEGO._replace(activity="PODA DE ÁRBOLES", programmed=(50,) * 12, executed=(49,) * 12)
PLAIN = [*NAMES, *META, *BLOCKS]


def whole(*parts):
    """Return an activity that is the sum of these."""
    sums = [
        tuple(map(sum, zip(*(getattr(part, block) for part in parts), strict=True)))
        for block in ("programmed", "executed")
    ]
    return RIEGO._replace(activity="TODO LO DE PARQUES", programmed=sums[0], executed=sums[1])


def total_of(*rows):
    cells = [[row.target, *row.programmed, *row.executed] for row in rows]
    return ["TOTAL", "", "", "", *(sum(each) for each in zip(*cells, strict=True))]


def test_rows_that_are_the_sum_of_those_below_are_refused_with_both_readings():
    document = read_document(as_csv(lines(PLAIN, [whole(*TRUE), *TRUE])))
    first = document.rows[0]
    assert [row.status for row in document.rows] == ["rejected", "exact", "exact"]
    assert "deje solo la actividad, o solo las tareas" in first.problems[0].detail
    assert (first.problems[0].code, "líneas 5, 6" in first.problems[0].detail) == ("sum_of_rows", True)


def test_a_single_sum_among_many_rows_is_said():
    many = [OTHER._replace(activity=f"PODA N.º {number}") for number in range(4)]
    document = read_document(as_csv(lines(PLAIN, [whole(*TRUE), *TRUE, *many])))
    assert {row.status for row in document.rows} == {"exact"}
    assert codes(document) == ["sum_of_rows"]
    shorter = read_document(as_csv(lines(PLAIN, [whole(*TRUE), *TRUE, *many[:3]])))
    assert codes(shorter) == ["sum_of_rows"]


@pytest.mark.parametrize(("counted_twice", "status"), [(True, "exact"), (False, "rejected")])
def test_total_tells_whether_the_parts_count_too(counted_twice, status):
    many = [OTHER._replace(activity=f"PODA N.º {number}") for number in range(4)]
    rows = [whole(*TRUE), *TRUE, *many]
    total = total_of(*(rows if counted_twice else [rows[0], *many]))
    assert read_document(as_csv([*lines(PLAIN, rows), total])).rows[0].status == status


def test_one_row_like_the_one_above_is_no_sum():
    assert codes(read_document(as_csv(lines(PLAIN, [whole(FICHAS), FICHAS])))) == []


@pytest.mark.parametrize("title", ["NIVEL", "TIPO", "ACTIVIDAD / TAREA"])
def test_a_column_that_says_which_rows_are_tasks_leaves_them_out(title):
    level = column(title, "", cell=lambda row: "ACTIVIDAD" if row.activity.startswith("TODO") else "TAREA")
    document = read_document(as_csv(lines([level, *PLAIN], [whole(*TRUE), *TRUE])))
    assert [row.activity for row in document.rows] == ["TODO LO DE PARQUES"]
    assert codes(document) == ["tasks_left_out"]
    alone = read_document(as_csv(lines([level, *PLAIN])))
    assert (len(alone.rows), codes(alone)) == (2, [])
