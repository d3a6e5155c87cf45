"""`POST /progress/sheet/`: the verdicts of a batch on what was filled in (api.md, `/progress/sheet/`)."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activities.models import Activity, Plan
from activities.serializers import batch as serializers
from tests import factories as make
from tests.activities.sheets import FIRST, filled, rows, send_form, send_sheet, template
from tests.activities.sheets import opened as page_of
from tests.activities.submitting import entries, month_of, open_plan, put, verdicts
from tests.api import refusals, refused
from tests.factories import Caller
from tests.in_one_state import for_each
from tests.made_once import as_made
from units.choices import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def made(module_transaction: None) -> SimpleNamespace:
    """A plan with an activity, who reports of it, and its template that nobody filled in."""
    plan = open_plan(make.institution("SAT"))
    activity = make.activity(plan, make.unit(plan.institution), [1] * 12, "A001", "Informes")
    reporter = make.client(Role.REPORTER, activity.unit)
    empty = template(reporter, activity.unit)
    return SimpleNamespace(plan=plan, activity=activity, reporter=reporter, empty=empty)


@pytest.fixture
def world(made: SimpleNamespace) -> SimpleNamespace:
    return as_made(made)


@pytest.fixture
def plan(world: SimpleNamespace) -> Any:
    return world.plan


@pytest.fixture
def activity(world: SimpleNamespace) -> Any:
    return world.activity


@pytest.fixture
def reporter(world: SimpleNamespace) -> Any:
    return world.reporter


@pytest.fixture
def empty(world: SimpleNamespace) -> Any:
    return world.empty


class TestVerdicts:
    def test_a_quantity_is_reported_and_a_blank_states_nothing(
        self, reporter: Caller, activity: Activity, empty: bytes
    ) -> None:
        link = "https://sat.gob.pe/enero"
        book = filled(empty, {(0, "executed"): 3, (0, "reason"): "Más demanda", (0, "evidence_url"): link})
        answer = send_sheet(reporter, book)
        assert verdicts(answer) == ["created"]
        assert answer.json() == {
            "dry_run": False,
            "mode": "atomic",
            "summary": {"created": 1, "updated": 0, "unchanged": 0, "rejected": 0},
            "without_quantity": [],
            "items": [
                {
                    "index": 0,
                    "row": FIRST,
                    "status": "created",
                    "activity": {"id": activity.pk, "code": "A001", "name": "Informes"},
                    "month": 1,
                    "entry_version": 1,
                    "errors": [],
                }
            ],
        }
        month = month_of(reporter, activity)
        assert (month["executed"], month["reason"], month["evidence_url"]) == (3, "Más demanda", link)
        assert entries(activity, 2) == []

    def test_a_template_without_any_quantity_states_nothing(self, reporter: Caller, empty: bytes) -> None:
        answer = send_sheet(reporter, empty)
        assert (verdicts(answer), answer.json()["summary"]["created"]) == ([], 0)

    def test_rows_that_have_a_reason_alone_are_told(self, reporter: Caller, empty: bytes) -> None:
        book = filled(empty, {(0, "executed"): 0, (1, "reason"): "Se pospuso", (2, "evidence_url"): "https://a.pe"})
        answer = send_sheet(reporter, book)
        assert (verdicts(answer), answer.json()["without_quantity"]) == (["created"], [FIRST + 1, FIRST + 2])

    def test_who_reported_since_the_template_was_made_is_not_overruled(
        self, reporter: Caller, activity: Activity, empty: bytes
    ) -> None:
        put(reporter, activity, 1, executed=7)
        answer = send_sheet(reporter, filled(empty, {(0, "executed"): 3, (1, "executed"): 4}), mode="partial")
        assert verdicts(answer) == [["version_conflict"], "created"]
        assert entries(activity, 1) == [7]
        again = send_sheet(reporter, filled(template(reporter, activity.unit), {(0, "executed"): 3}))
        assert (verdicts(again), entries(activity, 1)) == (["updated"], [7, 3])

    def test_atomic_writes_nothing_where_a_row_is_rejected_and_says_which(
        self, reporter: Caller, activity: Activity, empty: bytes
    ) -> None:
        answer = send_sheet(reporter, filled(empty, {(0, "executed"): 3, (2, "executed"): "tres"}))
        assert refusals(answer, 400) == [("invalid_quantity", "executed", 1)]
        body = answer.json()
        assert [(item["row"], item["status"]) for item in body["items"]] == [
            (FIRST, "created"),
            (FIRST + 2, "rejected"),
        ]
        assert body["without_quantity"] == []
        assert entries(activity, 1) == []

    def test_a_dry_run_gives_the_verdicts_and_writes_nothing(
        self, reporter: Caller, activity: Activity, empty: bytes
    ) -> None:
        book = filled(empty, {(0, "executed"): 3})
        answer = send_sheet(reporter, book, dry_run="true")
        assert (verdicts(answer), answer.json()["dry_run"], entries(activity)) == (["created"], True, [])

    def test_what_cannot_be_read_withdraws_nothing(self, reporter: Caller, activity: Activity) -> None:
        put(reporter, activity, 1, executed=7)
        cells = {(0, "executed"): "tres", (0, "reason"): "Corrección", (1, "executed"): 1}
        answer = send_sheet(reporter, filled(template(reporter, activity.unit), cells), mode="partial")
        assert verdicts(answer) == [["invalid_quantity"], "created"]
        assert (entries(activity, 1), entries(activity, 2)) == ([7], [1])

    def test_what_a_batch_refuses_it_refuses(self, plan: Plan, reporter: Caller, activity: Activity) -> None:
        book = filled(template(reporter, activity.unit), {(0, "executed"): 9, (1, "executed"): 1})
        plan.tolerance_percent = 10
        plan.save()
        plan.periods.filter(month=2).update(opens_on="1999-01-01", due_on="1999-01-01", closes_on="1999-01-01")
        assert verdicts(send_sheet(reporter, book, mode="partial")) == [["reason_required"], ["period_closed"]]

    def test_another_s_activity_is_unknown(self, plan: Plan, activity: Activity, empty: bytes) -> None:
        stranger = make.client(Role.REPORTER, make.unit(plan.institution))
        book = filled(empty, {(0, "executed"): 3})
        assert verdicts(send_sheet(stranger, book, mode="partial")) == [["unknown_activity"]]

    def test_reasons_and_proofs_are_judged_as_in_a_batch_and_their_cell_is_named(
        self, reporter: Caller, activity: Activity, empty: bytes
    ) -> None:
        book = filled(empty, {(0, "executed"): 1, (0, "evidence_url"): "informe.pdf", (0, "reason"): "x" * 5001})
        answer = send_sheet(reporter, book)
        assert refusals(answer, 400) == [("max_length", "reason", 0), ("invalid_url", "evidence_url", 0)]
        assert verdicts(send_sheet(reporter, book, mode="partial")) == [["max_length", "invalid_url"]]
        assert entries(activity) == []
        assert [error["detail"][:13] for error in answer.json()["errors"]] == ["La celda N5: ", "La celda O5: "]
        hiding = send_sheet(reporter, filled(empty, {(0, "executed"): 1, (0, "reason"): "Fal\u200btó"}))
        assert refusals(hiding, 400) == [("invalid_text", "reason", 0)]


class TestQuantities:
    @for_each(
        ("value", "quantity"),
        [
            (3.0, 3),
            (0, 0),
            (0.1 + 0.2, Decimal("0.3")),
            ("12", 12),
            (" 12 ", 12),
            (1.85, Decimal("1.85")),
            ("1,850.5", 1850.5),
        ],
    )
    def test_they_are_read_as_cells_of_documents_are(
        self, reporter: Caller, activity: Activity, empty: bytes, value: Any, quantity: Any
    ) -> None:
        assert verdicts(send_sheet(reporter, filled(empty, {(0, "executed"): value}))) == ["created"]
        assert entries(activity) == [quantity]

    @for_each(
        ("value", "said"),
        [
            (-1, "es negativa"),
            (1850.1250000001, "más de 3 decimales"),
            ("1,850", "escriba 1850, o 1.850 en una celda con formato de número"),
            ("1.850", "se puede leer de dos maneras"),
            ("12,5", "los decimales se escriben con punto"),
            ("doce", "se espera un número"),
            ("-", "se espera un número"),
            ("96%", "es un porcentaje"),
            ("S/ 10", "es dinero"),
            (True, "VERDADERO"),
            (10**12, "demasiado grande"),
            ("=1+1", "es una fórmula sin resultado"),
        ],
    )
    def test_what_is_none_names_its_cell(self, reporter: Caller, empty: bytes, value: Any, said: str) -> None:
        answer = send_sheet(reporter, filled(empty, {(0, "executed"): value}))
        assert refusals(answer, 400) == [("invalid_quantity", "executed", 0)]
        assert answer.json()["errors"][0]["detail"].startswith("La celda M5: «")
        assert said in answer.json()["errors"][0]["detail"]


class TestHowItIsSent:
    def test_in_a_form_it_is_the_same(self, reporter: Caller, activity: Activity, empty: bytes) -> None:
        assert verdicts(send_form(reporter, filled(empty, {(0, "executed"): 3}))) == ["created"]
        assert entries(activity) == [3]

    def test_a_person_sends_it_with_the_token_in_a_header(self, activity: Activity, empty: bytes) -> None:
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(make.person(Role.REPORTER, activity.unit))
        browser.cookies["csrftoken"] = token = "a" * 32
        form = {"file": SimpleUploadedFile("avance.xlsx", filled(empty, {(0, "executed"): 3}))}
        answer = browser.post("/api/v1/progress/sheet/", form)
        assert refused(answer, 403) == [("csrf_failed", None)]
        form["file"].seek(0)
        assert verdicts(browser.post("/api/v1/progress/sheet/", form, headers={"X-CSRFToken": token})) == ["created"]

    @pytest.mark.parametrize("send", [send_sheet, send_form])
    def test_with_a_key_it_is_done_once(self, reporter: Caller, activity: Activity, empty: bytes, send: Any) -> None:
        book, key = filled(empty, {(0, "executed"): 3}), {"Idempotency-Key": "enero"}
        first, second = (send(reporter, book, key) for _ in range(2))
        assert (first.content, second.headers["Idempotency-Replayed"]) == (second.content, "true")
        assert entries(activity) == [3]
        other = send(reporter, filled(empty, {(0, "executed"): 4}), key)
        assert refused(other, 409) == [("idempotency_key_reused", None)]
        assert refused(send(reporter, book, key, mode="partial"), 409) == [("idempotency_key_reused", None)]

    def test_a_body_of_json_or_none_is_refused(self, reporter: Caller, client: Any) -> None:
        answer = client.post("/api/v1/progress/sheet/", "{}", "application/json", headers=reporter.headers)
        assert refused(answer, 415) == [("unsupported_media_type", None)]
        assert "multipart/form-data" in answer["Accept"]
        nothing = client.post("/api/v1/progress/sheet/", headers=reporter.headers)
        assert refused(nothing, 400) == [("required", "file")]

    def test_a_field_that_is_no_file_or_not_known_is_refused(self, reporter: Caller, client: Any) -> None:
        answer = client.post("/api/v1/progress/sheet/", {"file": "x", "mode": "partial"}, headers=reporter.headers)
        assert sorted(refused(answer, 400)) == [("no_file", "file"), ("unknown_field", "mode")]

    @pytest.mark.parametrize("query", [{"mode": "some"}, {"dry_run": "1"}, {"year": 2022}], ids=str)
    def test_a_word_or_a_parameter_that_is_not_known_is_refused(
        self, reporter: Caller, empty: bytes, query: Any
    ) -> None:
        assert refused(send_sheet(reporter, empty, **query), 400)[0][1] == next(iter(query))

    def test_a_reader_may_not(self, activity: Activity, empty: bytes) -> None:
        assert send_sheet(make.client(Role.READER, activity.unit), empty).status_code == 403

    def test_as_many_rows_as_a_batch_has_items_and_no_more(
        self, reporter: Caller, empty: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        book = filled(empty, {(line, "executed"): 1 for line in range(3)})
        monkeypatch.setattr(serializers, "MOST_ITEMS", 2)
        assert refused(send_sheet(reporter, book), 413) == [("too_many_items", "items")]
        monkeypatch.setattr(serializers, "MOST_ITEMS", 3)
        assert verdicts(send_sheet(reporter, book)) == ["created"] * 3

    def test_the_statements_are_as_many_for_a_year_as_for_a_month(
        self, reporter: Caller, activity: Activity, empty: bytes
    ) -> None:
        counts = []
        for lines in (1, 12):
            book = filled(empty, {(line, "executed"): 2 for line in range(lines)})
            with CaptureQueriesContext(connection) as queries:
                send_sheet(reporter, book, dry_run="true")
            counts.append(len(queries))
        assert counts[0] == counts[1]


def test_rows_of_the_template_are_those_of_the_page(empty: bytes) -> None:
    assert [row["month"] for row in rows(page_of(empty))] == list(range(1, 13))
