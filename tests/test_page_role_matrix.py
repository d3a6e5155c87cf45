"""Who may do what on the pages: every role, at every place of the tree, on every page; it is what the API lets it.

Who asks which is as in `test_role_matrix`.
"""

from itertools import product
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests import factories as make
from tests.operations import ANYWHERE, ids_of
from tests.page_operations import PAGES, pages, views
from tests.test_role_matrix import asked_of, stand
from units.choices import Role
from units.pages.page import Page
from units.pages.typing_page import TypingPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(everything: SimpleNamespace) -> SimpleNamespace:
    return everything


def ask(browser: Client, world: SimpleNamespace, method: str, path: str) -> int:
    """Return the status of a page, or of a form that is sent, whose effect is undone."""
    operation = PAGES[method, path]
    address = path.format(**ids_of(world, operation.names))
    with transaction.atomic():
        if method == "GET":
            answer: Any = browser.get(address, operation.query)
        else:
            answer = browser.post(address, operation.body(world), query_params=operation.query)
        transaction.set_rollback(True)
    return int(answer.status_code)


def logged_in(person: Any) -> Client:
    browser = Client()
    browser.force_login(person)
    return browser


def test_every_page_has_an_expectation_and_is_a_page() -> None:
    assert pages() == set(PAGES)
    assert [address for address, view in views().items() if not issubclass(view.view_class, Page)] == []


@pytest.mark.parametrize(("role", "place"), list(product(Role, sorted(ANYWHERE))))
def test_a_role_may_at_its_place_what_it_should_and_nothing_else(
    world: SimpleNamespace, role: Role, place: str
) -> None:
    browser, asked = logged_in(make.person(role, stand(world, place))), asked_of(PAGES, role, place)
    answers = {(method, path): ask(browser, world, method, path) for method, path in asked}
    assert answers == {name: PAGES[name].expected(role, place) for name in asked}


def test_who_is_not_logged_in_comes_in_first(world: SimpleNamespace) -> None:
    browser, found = Client(), views()
    # What was typed in a long form is given back, with where to come in
    typing = {path for path, view in found.items() if issubclass(view.view_class, TypingPage)}
    keeps = {("POST", path) for path in typing}
    answers = {(method, path): ask(browser, world, method, path) for method, path in PAGES}
    assert answers == {page: 401 if page in keeps else 302 for page in PAGES}


def test_without_a_role_no_page_is_open(world: SimpleNamespace) -> None:
    browser = logged_in(world.newcomer)
    assert {ask(browser, world, method, path) for method, path in PAGES} == {403}
