"""Which year a title says a plan is of, and which of several meanings a title has."""

import time

import pytest

from activities.document.columns.fit import best_fit, rivals
from activities.document.columns.words import Figure, block_of, figure_of
from activities.document.titles import year_in


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("PLAN OPERATIVO INSTITUCIONAL 2024 – EJECUCIÓN AL IV TRIMESTRE", 2024),
        ("POI MULTIANUAL 2024-2026", None),
        ("POI MULTIANUAL 2024 - 2026, AÑO 2025", 2025),
        ("PLAN OPERATIVO APROBADO CON RESOLUCIÓN N° 1999-2024, AÑO FISCAL 2025", 2025),
        ("POI 2025 APROBADO CON R.D. N° 012-2024-OGPP", 2025),
        ("PLAN OPERATIVO APROBADO CON RESOLUCIÓN DIRECTORAL N.º 412-2023/DG", None),
        ("PLAN OPERATIVO (LEY 28411)", None),
        ("EJERCICIO 2025", 2025),
        ("Impreso el 12/03/2025", None),
        ("PLAN OPERATIVO DE 2023 Y DE 2024", None),
    ],
)
def test_the_year_of_a_title_is_that_of_the_plan_and_no_other(title, year):
    assert year_in(title) == year


def test_a_title_that_goes_on_without_end_is_read_as_fast_as_it_is_long():
    start = time.process_time()
    assert year_in(f"POI {'RA ' * 20_000}2024") == 2024
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("lines", "figure"),
    [
        (("PROGRAMADO", "ENE"), Figure("month", 1, "programmed")),
        (("SETIEMBRE", "E"), Figure("month", 9, "executed")),
        (("EJE_DIC",), Figure("month", 12, "executed")),
        (("F(RE) 03",), Figure("month", 3, "RE")),
        (("Fn(SE) 03",), Figure("month", 3, "SE", money=True)),
        (("F(SE) Total",), Figure("total", 0, "SE")),
        (("Motivo(SE) 11",), Figure("reason", 11, "SE")),
        (("III TRIMESTRE", "PROG"), Figure("quarter", 3, "programmed")),
        (("EJECUTADO", "2DO TRIM"), Figure("quarter", 2, "executed")),
        (("PROGRAMADO ACUMULADO", "MAY"), Figure("month", 5, "programmed", cumulative=True)),
        (("EJECUTADO FINANCIERO", "MAY"), Figure("month", 5, "executed", money=True)),
        (("EJECUTADO", "% AVANCE"), Figure("percentage", 0, "executed")),
        (("ENE - MAR",), Figure("other")),
        (("META", "FEB"), Figure("month", 2, "programmed")),
        (("UNIDAD DE MEDIDA",), None),
        (("META ANUAL",), None),
    ],
)
def test_a_title_says_which_figure_its_column_has(lines, figure):
    assert figure_of(lines) == figure


def test_the_words_of_a_block_may_be_of_any_gender():
    assert [block_of(word) for word in ("Programada", "EJECUCIÓN", "Avance", "Reprog.", "Enero")] == [
        "programmed",
        "executed",
        "executed",
        "reprogrammed",
        "",
    ]


def test_the_best_fit_is_that_of_all_titles_and_not_of_the_first():
    scores = {0: {"unit": 8, "above": 7}, 1: {"unit": 8}, 2: {}, 3: {"activity": 4}}
    assert best_fit(scores) == {"above": 0, "unit": 1, "activity": 3}
    assert rivals(scores, best_fit(scores), ["unit", "activity"]) == {}


def test_where_two_fit_as_well_the_other_is_named():
    scores = {4: {"unit": 8}, 7: {"unit": 8}}
    fit = best_fit(scores)
    assert {fit["unit"], rivals(scores, fit, ["unit"])["unit"]["unit"]} == {4, 7}


def test_where_one_title_may_be_two_things_the_other_fit_gives_it_the_other():
    scores = {4: {"unit": 8, "measurement_unit": 8}}
    (meaning,) = fit = best_fit(scores)
    (other,) = rivals(scores, fit, ["unit", "measurement_unit"])[meaning]
    assert {meaning, other} == {"unit", "measurement_unit"}


def test_nothing_fits_nothing():
    assert best_fit({}) == best_fit({1: {}}) == {}
