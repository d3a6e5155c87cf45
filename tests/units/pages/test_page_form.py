"""Where a form says what the API refused: at the field that is meant, with the row of a list, else at the top."""

from django import forms

from poi_api.http.problem_items import ErrorItem, error_item
from units.pages.api import Problem
from units.pages.page_form import PageForm


class OfYear(PageForm):
    api_names = {"parameters.year": "year"}

    year = forms.CharField()
    aliases = forms.CharField()


def said_of(item: ErrorItem) -> dict[str, list[str]]:
    """Return what a form that can be read says of one error."""
    form = OfYear({"year": "2022", "aliases": "A, B"})
    form.refuse(Problem(400, {"title": "No", "detail": "No", "errors": [item]}))
    return {name: [str(each) for each in said] for name, said in form.errors.items()}


def test_an_error_is_said_at_its_field() -> None:
    assert said_of(error_item("invalid", "Mal", "year")) == {"year": ["Mal"]}


def test_so_is_one_of_a_field_that_is_called_otherwise_here() -> None:
    assert said_of(error_item("invalid", "Mal", "parameters.year")) == {"year": ["Mal"]}


def test_of_a_list_its_row_is_said_from_1() -> None:
    assert said_of(error_item("invalid", "Mal", "aliases", 1)) == {"aliases": ["Fila 2: Mal"]}
    assert said_of(error_item("invalid", "Mal", "aliases[1].name", 1)) == {"aliases": ["Fila 2: Mal"]}


def test_what_is_about_no_field_of_it_is_said_at_the_top() -> None:
    for name in (None, "unit", "parameters.unit"):
        assert said_of(error_item("invalid", "Mal", name)) == {"__all__": ["Mal"]}
