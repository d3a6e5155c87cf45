"""What a service refuses, as a problem."""

import json

import pytest

from poi_api.http.exceptions import Conflict, Forbidden, Invalid, RefusedError, Stale
from poi_api.http.problem_items import error_item
from poi_api.http.problems import exception_handler


def problem_of(error):
    answer = exception_handler(error, {})
    assert answer is not None
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body["status"] == answer.status_code
    return answer, body


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Invalid("c", "Qué pasó.", field="a", index=3), 400),
        (Forbidden("c", "Qué pasó.", field="a", index=3), 403),
        (Conflict("c", "Qué pasó.", field="a", index=3), 409),
    ],
)
def test_each_kind_has_its_status_and_says_code_field_and_place(error: RefusedError, status: int) -> None:
    answer, body = problem_of(error)
    assert answer.status_code == status
    assert body["detail"] == "Qué pasó."
    assert body["errors"] == [{"code": "c", "detail": "Qué pasó.", "field": "a", "index": 3}]


def test_several_errors_keep_the_summary_of_the_service() -> None:
    errors = [
        error_item("target_missing", "A001 no tiene meta."),
        error_item("unit_inactive", "U1.", field="unit", index=1),
    ]
    _, body = problem_of(Conflict("plan_incomplete", "Falta lo siguiente.", errors=errors))
    assert body["detail"] == "Falta lo siguiente."
    assert body["errors"] == errors


def test_further_members_are_added_to_the_body() -> None:
    _, body = problem_of(Invalid("batch", "Nada se escribió.", members={"mode": "atomic"}))
    assert body["mode"] == "atomic"


def test_a_stale_write_gets_the_state_as_it_is_now_with_its_etag() -> None:
    answer, body = problem_of(Stale({"id": 7}, etag='"x"'))
    assert (answer.status_code, answer["ETag"], body["current"]) == (412, '"x"', {"id": 7})
