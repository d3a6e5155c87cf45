"""`provenance=true`: from which line of which document the figures of a row came, and what stayed in doubt."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import Import
from activities.services.importing.undoing import undo_import
from tests import factories as make
from tests.activities.importing.importing import OTHER, bring, row
from tests.api import get, refused_fields, results
from tests.reports.matrix.test_matrix_csv import table
from units.choices import Role
from units.history.change_sets import recorded_transaction
from units.models import ChangeSet, Unit

# Each act is a transaction of its own here, with a moment of its own
pytestmark = pytest.mark.usefixtures("committed")
PATH = "/reports/matrix/"
MEMBERS = ("import", "line", "status", "doubts")
NOWHERE = [None] * 4
DOUBTS = ("EJECUTADO ENE", "META")


def told(caller: Any = None, **query: Any) -> list[list[Any]]:
    """Return what each row says of its document."""
    rows = results(caller or make.client(), PATH, **{"year": 2022, "provenance": "true", **query})
    return [[found[name] for name in MEMBERS] for found in rows]


def doubtful(line: int = 7) -> Any:
    return replace(row(line), status="inferred", alternatives=(OTHER,), doubts=DOUBTS)


def imports() -> list[int]:
    return list(Import.objects.order_by("id").values_list("pk", flat=True))


def undo_last() -> None:
    with recorded_transaction(actor="x", cause="Equivocado"):
        undo_import(Import.objects.order_by("-id")[0], "Equivocado")


def moment() -> datetime:
    committed_at = ChangeSet.objects.latest("position").committed_at
    assert committed_at
    return committed_at


def test_a_row_says_the_line_that_it_came_from_and_its_doubts() -> None:
    bring(doubtful(), row(9))
    [source] = imports()
    assert told() == [[source, 7, "inferred", list(DOUBTS)], [source, 9, "exact", []]]


def test_a_row_that_came_from_no_document_says_null() -> None:
    bring(row(9))
    make.entry(make.activity(make.plan(Unit.objects.get(code="SAT"), 2023)))
    assert told(year=2023) == [NOWHERE]


def test_without_it_the_row_has_none_of_these_and_costs_what_it_did() -> None:
    bring(doubtful())
    caller = make.client()
    with CaptureQueriesContext(connection) as queries:
        [found] = results(caller, PATH, year=2022)
    assert not found.keys() & set(MEMBERS)
    assert [said["sql"] for said in queries if "activities_import" in said["sql"]] == []


def test_it_takes_no_more_queries_however_many_rows_there_are() -> None:
    caller, counts = make.client(), []
    for number in (3, 4, 5):
        bring(*(row(line) for line in range(3, number + 1)))
        with CaptureQueriesContext(connection) as queries:
            told(caller)
        counts.append(len(queries))
    assert len(set(counts[1:])) == 1, counts


def test_the_latest_import_that_names_it_counts_until_it_is_undone() -> None:
    bring(row(3), row(4))
    bring(row(8, activity="N.º 4", executed=(2,) * 12))
    first, second = imports()
    assert told() == [[first, 3, "exact", []], [second, 8, "exact", []]]
    undo_last()
    assert told() == [[first, 3, "exact", []], [first, 4, "exact", []]]


def test_a_past_moment_has_what_was_applied_and_not_yet_undone_by_then() -> None:
    bring(row(3))
    after_first = moment()
    bring(row(8, activity="N.º 3", executed=(2,) * 12))
    after_second = moment()
    undo_last()
    first, second = imports()
    for labels in ("then", "today"):
        assert told(as_of=after_first.isoformat(), labels=labels) == [[first, 3, "exact", []]]
        assert told(as_of=after_second.isoformat(), labels=labels) == [[second, 8, "exact", []]]
    assert told() == [[first, 3, "exact", []]]
    assert table(provenance="true", as_of=after_second.isoformat())[0]["line"] == "8"


def test_a_first_import_is_known_since_the_date_of_its_document() -> None:
    bring(row(3), cut_off=date(2022, 7, 1))
    [source] = imports()
    assert told(as_of="2022-08-01T00:00:00-05:00") == [[source, 3, "exact", []]]


def test_whoever_sees_a_row_sees_where_it_came_from_and_an_import_makes_its_answer_another() -> None:
    bring(row(3, unit="OFICINA A"), row(4, unit="OFICINA B"))
    own = make.client(Role.READER, Unit.objects.get(name="OFICINA A"))
    before = get(own, PATH, year=2022, provenance="true")
    bring(row(6, unit="OFICINA B", activity="N.º 4", executed=(2,) * 12), row(5, unit="OFICINA A", activity="N.º 3"))
    after = get(own, PATH, year=2022, provenance="true", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert told(own) == [[imports()[1], 5, "exact", []]]


def test_a_table_has_four_columns_more() -> None:
    bring(doubtful())
    [plain], [found] = table(), table(provenance="true")
    assert list(found) == [*plain, *MEMBERS]
    assert [found[name] for name in MEMBERS] == [str(imports()[0]), "7", "inferred", "; ".join(DOUBTS)]
    make.activity(make.plan(Unit.objects.get(code="SAT"), 2023))
    assert [table(provenance="true", year=2023)[0][name] for name in MEMBERS] == [""] * 4
    assert get(make.client(), PATH, year=2022, provenance="true", format="xlsx").status_code == 200


def test_its_members_can_be_chosen_where_they_are() -> None:
    bring(doubtful())
    assert results(make.client(), PATH, year=2022, provenance="true", fields="line,doubts") == [
        {"line": 7, "doubts": list(DOUBTS)}
    ]
    assert refused_fields(get(make.client(), PATH, year=2022, fields="line")) == ["fields"]
