"""A row of what takes `fields` is as its schema says, whichever of its members are asked for (api.md, "Lists")."""

import json
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from tests import factories as make
from tests.api import get
from tests.operations import OPERATIONS, ids_of
from tests.poi_api.openapi.test_examples import COMPONENTS, DOCUMENT
from units.choices import Role

pytestmark = pytest.mark.django_db
READS = {
    path.removeprefix("/api/v1").replace("{id}", "{pk}"): methods["get"]
    for path, methods in DOCUMENT["paths"].items()
    if "get" in methods
}
ROWS = sorted(
    path
    for path, read in READS.items()
    if any(parameter["name"] == "fields" for parameter in read.get("parameters", ()))
)
ALL_MEMBERS = {"/reports/matrix/": {"provenance": "true"}}  # what has a row have all members


@pytest.fixture
def world(everything: SimpleNamespace) -> SimpleNamespace:
    return everything


def page_schema(path: str) -> dict[str, Any]:
    schema: dict[str, Any] = READS[path]["responses"]["200"]["content"]["application/json"]["schema"]
    return schema


def members_of_a_row(path: str) -> list[str]:
    page = COMPONENTS["schemas"][page_schema(path)["$ref"].rpartition("/")[2]]
    row = COMPONENTS["schemas"][page["properties"]["results"]["items"]["$ref"].rpartition("/")[2]]
    return list(row["properties"])


def test_lists_and_reports_in_pages_take_fields() -> None:
    assert {"/activities/", "/units/", "/progress/due/", "/reports/matrix/", "/reports/execution/"} < set(ROWS)


@pytest.mark.parametrize("path", ROWS)
def test_a_row_is_as_its_schema_says_with_one_member_and_with_all(path: str, world: SimpleNamespace) -> None:
    operation = OPERATIONS["GET", path]
    caller, address = make.client(Role.PLANNER), path.format(**ids_of(world, operation.names))
    validator = Draft202012Validator({**page_schema(path), "components": COMPONENTS})
    members = members_of_a_row(path)
    for fields in (members, *([member] for member in members)):
        page = json.loads(
            get(caller, address, **operation.query, **ALL_MEMBERS.get(path, {}), fields=",".join(fields)).content
        )
        assert list(validator.iter_errors(page)) == []
        assert all(set(row) <= set(fields) for row in page["results"])


@pytest.mark.parametrize(
    "path",
    [
        "/activities/",
        "/activities/{pk}/progress/",
        "/reports/matrix/",
        "/reports/execution/",
        "/reports/alerts/",
        "/reports/ceplan/",
        "/reports/poi/",
    ],
)
def test_what_the_largest_quantities_come_to_is_as_its_schema_says(path: str) -> None:
    activity = make.activity(programmed=[Decimal("999999999999.999")] * 11 + [Decimal("0.001")])
    make.entry(activity, month=12, executed=Decimal("999999999999.999"))
    query: dict[str, Any] = {"year": activity.plan.year} if "reports" in path else {}
    query |= {"institution": activity.plan.institution.code} if path.endswith("poi/") else {}
    answer = get(make.client(), path.format(pk=activity.pk), **query)
    schema = {**page_schema(path), "components": COMPONENTS}
    assert [str(fault) for fault in Draft202012Validator(schema).iter_errors(json.loads(answer.content))] == []


def test_what_is_shown_alone_has_all_its_members() -> None:
    for name in ("Activity", "Unit", "Plan"):
        whole, row = COMPONENTS["schemas"][name], COMPONENTS["schemas"][f"{name}Row"]
        assert set(whole["required"]) == set(whole["properties"]) == set(row["properties"])
        assert "required" not in row
