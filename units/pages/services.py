"""How a page does what the API has no address for: by a service, recorded as the person's act."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.core.exceptions import ValidationError

from poi_api.http.exceptions import Invalid, RefusedError
from poi_api.http.problem_items import error_item
from poi_api.http.problems import TITLES
from poi_api.http.request_ids import request_id_of
from units.history.change_sets import recorded_transaction
from units.pages.api import Problem
from units.pages.page import Page


@contextmanager
def recorded(page: Page, *, named: str = "") -> Iterator[None]:
    """Run the block as one act of the page's person; what a service refuses in it is raised as a Problem.

    What a model finds wrong is said at the field called `named`.
    """
    access = page.access
    with said_as_problem():
        try:
            with recorded_transaction(
                actor=access.actor, user_id=access.user_id, request_id=request_id_of(page.request)
            ):
                yield
        except ValidationError as error:
            items = [error_item("invalid", message, field=named or None) for message in error.messages]
            raise Invalid("invalid", items[0]["detail"], errors=items) from error


@contextmanager
def said_as_problem() -> Iterator[None]:
    """Raise as a Problem what a service or a query refuses in the block."""
    try:
        yield
    except RefusedError as refused:
        raise problem_of(refused) from refused


def problem_of(refused: RefusedError) -> Problem:
    """Return what a service refused as the API would say it."""
    return Problem(
        refused.status, {"title": TITLES[refused.status], "detail": refused.detail, "errors": refused.errors}
    )
