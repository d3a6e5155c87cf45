"""Documents over HTTP: stored with their diagnosis, applied in one transaction, and given back (api.md, "Imports")."""

from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from activities.choices import PlanStatus
from activities.models import Activity, Figure, Import, ImportApplication, Plan, ProgressEntry
from tests import factories as make
from tests.activities.importing.ceplan import Ao, export
from tests.activities.importing.importing import edited, rows, written
from tests.activities.importing.test_import_doubts import inferred
from tests.api import get, post, refused, results, upload
from tests.factories import Caller
from tests.in_one_state import for_each
from units.choices import Role
from units.models import ChangeSet, Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def sat() -> Unit:
    return make.institution("SAT", "SAT LIMA")


@pytest.fixture
def planner(sat: Unit) -> Caller:
    return make.client(Role.PLANNER, sat)


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    return written(tmp_path).read_bytes()


def stored(caller: Caller, content: bytes, **parts: Any) -> dict[str, Any]:
    answer = upload(caller, content, **parts)
    assert answer.status_code == 201, answer.content.decode()
    return dict(answer.json())


class TestStoring:
    def test_it_is_diagnosed_and_no_figure_is_written(self, planner: Caller, content: bytes) -> None:
        answer = upload(planner, content, "plan «2024».tsv", institution="SAT")
        assert (answer.status_code, answer["Location"]) == (201, f"/api/v1/imports/{answer.json()['id']}/")
        said = answer.json()
        assert (said["status"], said["application"], said["undoing"]) == ("stored", None, None)
        assert (said["institution"]["code"], said["year"], said["filename"]) == ("SAT", 2024, "plan «2024».tsv")
        assert said["sha256"] == sha256(content).hexdigest()
        assert [row["status"] for row in said["rows"]] == ["exact"] * 3
        assert said["rows"][0]["programmed"] == [(each or 0) / 1000 for each in rows()[0].programmed]
        assert said["totals"]["difference"] == 0
        assert (said["summary"]["result"], said["summary"]["changes"]["activities"]) == ("imported", 3)
        assert (said["renames"], said["conflicts"]) == ([], [])
        assert not Plan.objects.exists()
        assert get(planner, f"/imports/{said['id']}/").json() == said

    def test_a_dry_run_says_the_same_and_stores_nothing(self, planner: Caller, content: bytes) -> None:
        before = ChangeSet.objects.count()
        tried = stored(planner, content, institution="SAT", dry_run="true")
        assert (tried["id"], Import.objects.count(), ChangeSet.objects.count()) == (None, 0, before)
        real = stored(planner, content, institution="SAT", dry_run="false")
        own = ("id", "at")
        assert {name: tried[name] for name in tried if name not in own} == {
            name: real[name] for name in real if name not in own
        }

    def test_the_institution_may_be_left_out_where_one_is_planned(self, planner: Caller, content: bytes) -> None:
        assert stored(planner, content)["institution"]["code"] == "SAT"
        make.institution("MML")
        assert refused(upload(make.client(Role.PLANNER), content), 400) == [("required", "institution")]

    def test_the_year_that_is_sent_wins(self, planner: Caller, content: bytes) -> None:
        said = stored(planner, content, year="2031")
        assert said["year"] == 2031
        assert "year_differs" in [warning["code"] for warning in said["summary"]["warnings"]]

    def test_sent_again_with_its_key_it_is_stored_once(self, planner: Caller, content: bytes) -> None:
        key = {"Idempotency-Key": "abril"}
        first, again = (upload(planner, content, headers=key) for _ in range(2))
        assert (again.json(), again["Idempotency-Replayed"]) == (first.json(), "true")
        assert Import.objects.count() == 1
        other = upload(planner, content + b"\n", headers=key)
        assert refused(other, 409) == [("idempotency_key_reused", None)]

    def test_a_person_stores_one_too(self, sat: Unit, content: bytes, client: Any) -> None:
        client.force_login(make.person(Role.PLANNER, sat))
        form = {"file": BytesIO(content), "institution": "SAT"}
        assert client.post("/api/v1/imports/", form).status_code == 201


class TestWhoMay:
    def test_others_do_not_know_of_it(self, planner: Caller, sat: Unit, content: bytes) -> None:
        path = f"/imports/{stored(planner, content)['id']}"
        foreign = make.client(Role.PLANNER, make.institution())
        below = make.client(Role.PLANNER, make.unit(sat))
        for caller in (foreign, below):
            for answer in (get(caller, f"{path}/"), get(caller, f"{path}/file/"), post(caller, f"{path}/apply/")):
                assert answer.status_code == 404
            assert results(caller, "/imports/") == []
        reader = make.client(Role.REVIEWER, sat)
        assert [get(reader, f"{path}/").status_code, get(reader, f"{path}/file/").status_code] == [403, 403]
        assert post(reader, f"{path}/apply/").status_code == 403

    def test_a_new_institution_is_for_the_installation(self, planner: Caller, content: bytes) -> None:
        assert refused(upload(planner, content, institution="MML"), 400) == [("does_not_exist", "institution")]
        make.institution("OTRA")
        assert refused(upload(planner, content, institution="OTRA"), 400) == [("does_not_exist", "institution")]
        installation = make.client(Role.PLANNER)
        said = stored(installation, content, institution="MML", institution_name="Municipalidad")
        assert (said["institution"], said["institution_code"]) == (None, "MML")
        assert [said["new_institution"], results(installation, "/imports/")[0]["new_institution"]] == [
            "Municipalidad"
        ] * 2
        assert get(planner, f"/imports/{said['id']}/").status_code == 404
        assert post(installation, f"/imports/{said['id']}/apply/").status_code == 200
        assert Plan.objects.get().institution.name == "Municipalidad"
        own = make.client(Role.PLANNER, Plan.objects.get().institution)
        assert get(own, f"/imports/{said['id']}/").json()["institution"]["name"] == "Municipalidad"
        assert [each["id"] for each in results(own, "/imports/", institution="MML")] == [said["id"]]

    @pytest.mark.parametrize(("code", "name"), [("000127", "INSTITUTO"), ("OTRA", "OTRA")])
    def test_a_new_one_is_called_as_the_document_says_where_it_is_that_of_the_document(
        self, code: str, name: str
    ) -> None:
        installation = make.client(Role.PLANNER)
        said = stored(installation, export(Ao()), institution=code)
        assert post(installation, f"/imports/{said['id']}/apply/").status_code == 200
        assert Plan.objects.get().institution.name == name

    def test_who_plans_a_unit_only_may_not(self, sat: Unit, content: bytes) -> None:
        below = make.client(Role.PLANNER, make.unit(sat))
        assert upload(below, content, institution="SAT").status_code == 403


class TestApplying:
    def test_it_writes_what_was_diagnosed(self, planner: Caller, content: bytes) -> None:
        said = stored(planner, content)
        answer = post(planner, f"/imports/{said['id']}/apply/", {"choices": {}})
        applied = answer.json()
        assert (answer.status_code, applied["status"]) == (200, "applied")
        assert applied["application"]["changes"] == said["summary"]["changes"]
        assert applied["application"]["plan"] == {
            "id": Plan.objects.get().pk,
            "institution": said["institution"],
            "year": 2024,
        }
        assert [row["applied"]["activity"]["code"] for row in applied["rows"]] == ["A001", "A002", "A003"]
        assert {entry.change_set_id for entry in ProgressEntry.objects.all()} == {
            ImportApplication.objects.get().change_set_id
        }
        assert get(planner, f"/imports/{said['id']}/").json() == applied

    def test_another_reading_that_was_chosen_is_taken(self, planner: Caller, tmp_path: Path) -> None:
        said = stored(planner, inferred(tmp_path).read_bytes())
        [row] = [row for row in said["rows"] if row["status"] == "inferred"]
        choices = {"readings": {str(row["line"]): 1}}
        applied = post(planner, f"/imports/{said['id']}/apply/", {"choices": choices}).json()
        [taken] = [each["applied"] for each in applied["rows"] if each["line"] == row["line"]]
        assert (taken["reading"], taken["doubts"], row["doubts"] != []) == (1, [], True)
        assert applied["application"]["choices"] == {**choices, "same": {}}
        figure = Figure.objects.get(activity=taken["activity"]["id"])
        assert list(map(float, figure.programmed)) == row["alternatives"][0]["programmed"]
        assert (figure.programmed, figure.executed) != (row["programmed"], row["executed"])

    @pytest.mark.parametrize(
        ("choices", "field"),
        [({"readings": {"99": 1}}, "choices.readings.99"), ({"same": {"8": 999}}, "choices.same.8")],
    )
    def test_what_is_not_offered_is_refused(
        self, planner: Caller, content: bytes, choices: dict[str, Any], field: str
    ) -> None:
        path = f"/imports/{stored(planner, content)['id']}/apply/"
        [(_, named)] = refused(post(planner, path, {"choices": choices}), 400)
        assert named == field
        assert not ImportApplication.objects.exists()

    @for_each("readings", [[], {"a": 1}, {"3": None}, {"3": -1}, {"3": True}, {"3": 1.5}])
    def test_what_is_no_choice(self, planner: Caller, content: bytes, readings: Any) -> None:
        path = f"/imports/{stored(planner, content)['id']}/apply/"
        [(_, named)] = refused(post(planner, path, {"choices": {"readings": readings}}), 400)
        assert named == "choices.readings"

    def test_once_only(self, planner: Caller, content: bytes) -> None:
        path = f"/imports/{stored(planner, content)['id']}/apply/"
        assert post(planner, path).status_code == 200
        assert refused(post(planner, path), 409) == [("import_applied", None)]

    def test_the_same_document_again_changes_nothing(self, planner: Caller, content: bytes) -> None:
        for _ in range(2):
            said = post(planner, f"/imports/{stored(planner, content)['id']}/apply/").json()
        assert said["application"]["result"] == "unchanged"
        assert (Activity.objects.count(), Plan.objects.get().versions.count()) == (3, 1)

    def test_it_says_what_the_document_no_longer_names_and_may_be_another_name(
        self, planner: Caller, sat: Unit, content: bytes
    ) -> None:
        post(planner, f"/imports/{stored(planner, content)['id']}/apply/")
        first = Activity.objects.earliest("pk")
        other = content.replace(first.name.encode(), b"OTRO NOMBRE", 1)
        applied = post(planner, f"/imports/{stored(planner, other)['id']}/apply/").json()["application"]
        [rename] = applied["renames"]
        assert rename["activity"] == {"id": first.pk, "code": first.code, "name": first.name}
        assert [candidate["name"] for candidate in rename["candidates"]] == ["OTRO NOMBRE"]

    def test_what_is_read_otherwise_by_now_is_stored_anew(
        self, planner: Caller, content: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said = stored(planner, content)
        monkeypatch.setattr("activities.services.importing.storing.plain", lambda data: {})
        assert refused(post(planner, f"/imports/{said['id']}/apply/"), 409) == [("reading_changed", None)]

    def test_a_plan_that_was_closed_meanwhile_takes_nothing(self, planner: Caller, sat: Unit, content: bytes) -> None:
        said = stored(planner, content)
        make.plan(sat, 2024, PlanStatus.CLOSED)
        assert refused(post(planner, f"/imports/{said['id']}/apply/"), 409) == [("plan_closed", None)]
        assert not ImportApplication.objects.exists()


class TestTheOriginal:
    def test_it_comes_back_as_it_was_and_runs_nowhere(self, planner: Caller, content: bytes) -> None:
        said = stored(planner, content, name="plan «2024».xls")
        answer = get(planner, f"/imports/{said['id']}/file/")
        assert (answer.status_code, answer.content) == (200, content)
        assert answer["Content-Type"] == "application/octet-stream"
        assert answer["Content-Disposition"].startswith("attachment; filename")
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Content-Security-Policy"].startswith("sandbox;")

    def test_so_it_does_for_a_person(self, sat: Unit, planner: Caller, content: bytes, client: Any) -> None:
        said = stored(planner, content)
        client.force_login(make.person(Role.PLANNER, sat))
        answer = client.get(f"/api/v1/imports/{said['id']}/file/")
        assert answer["Content-Security-Policy"].startswith("sandbox;")

    def test_it_is_not_sent_again_to_who_has_it(self, planner: Caller, content: bytes) -> None:
        path = f"/imports/{stored(planner, content)['id']}/file/"
        etag = get(planner, path)["ETag"]
        assert get(planner, path, {"If-None-Match": etag}).status_code == 304


class TestTheList:
    def test_it_tells_what_became_of_each(self, planner: Caller, content: bytes) -> None:
        first, second = (stored(planner, content, year=year)["id"] for year in ("2024", "2025"))
        post(planner, f"/imports/{first}/apply/")
        assert [row["id"] for row in results(planner, "/imports/")] == [second, first]
        assert [row["id"] for row in results(planner, "/imports/", status="applied")] == [first]
        assert [row["id"] for row in results(planner, "/imports/", status="stored,undone")] == [second]
        assert [row["id"] for row in results(planner, "/imports/", year="2025", institution="SAT")] == [second]
        assert "rows" not in results(planner, "/imports/")[0]


class TestRefused:
    def test_each_thing_with_its_line_and_column(self, planner: Caller, tmp_path: Path) -> None:
        content = edited(written(tmp_path), "TOTAL", "Sin nombre\t\t\t\t1\nTOTAL").read_bytes()
        before = ChangeSet.objects.count()
        answer = upload(planner, content)
        assert refused(answer, 400) == [("blank_name", "file")] * 3
        assert [(each["line"], each["column"]) for each in answer.json()["errors"]] == [
            (9, "ACTIVIDAD MEF"),
            (9, "ACTIVIDAD POI"),
            (9, "UNIDAD DE MEDIDA"),
        ]
        assert answer.json()["detail"] == "No se importó nada: hay que corregir 1 fila."
        assert (Import.objects.count(), ChangeSet.objects.count()) == (0, before)

    def test_a_hundred_of_them_and_how_many_more(self, planner: Caller, tmp_path: Path) -> None:
        bad = "".join(f"Sin nombre {number}\t\t\t\t1\n" for number in range(40))
        answer = upload(planner, edited(written(tmp_path), "TOTAL", f"{bad}TOTAL").read_bytes())
        assert (len(answer.json()["errors"]), answer.json()["more_errors"]) == (100, 20)

    @for_each(
        ("content", "code"),
        [(b"", "empty"), (b"\x00\x01\x02", "binary"), (b"PK\x03\x04rest", "damaged"), (b"hola", "no_table")],
    )
    def test_what_is_no_document(self, planner: Caller, content: bytes, code: str) -> None:
        answer = upload(planner, content)
        assert answer.status_code == 400
        assert [error["field"] for error in answer.json()["errors"]] == ["file"]

    def test_it_speaks_of_members_and_not_of_options(self, planner: Caller, content: bytes) -> None:
        answer = upload(planner, content.replace(b"2024", b""))
        assert "indíquelo con «year»" in answer.json()["detail"]

    def test_what_is_wrong_with_the_form(self, planner: Caller, content: bytes) -> None:
        answer = upload(planner, content, year="x", draft="yes", columns="[]", zzz="1", layout="a" * 101)
        assert sorted(refused(answer, 400)) == [
            ("invalid", "columns"),
            ("invalid", "year"),
            ("invalid_choice", "draft"),
            ("max_length", "layout"),
            ("unknown_field", "zzz"),
        ]
        assert refused(post(planner, "/imports/", {"year": 2024}), 415) == [("unsupported_media_type", None)]
