"""A mistaken publication is marked, and stays; some are for planners alone (domain.md, rule 13)."""

from typing import Any

import pytest
from django.test import Client

from tests import factories as make
from tests.api import get, post, refusals, refused, results
from tests.factories import Caller
from tests.reports.publications.publishing import PATH, asking, content, published
from tests.threads import in_threads, until_blocked
from units.choices import Role
from units.models import Unit

pytestmark = pytest.mark.usefixtures("committed")
WHY = {"reason": "Se publicó por error"}


@pytest.fixture
def reader(sat: Unit) -> Caller:
    return make.client(Role.READER, sat)


def withdraw(caller: Caller, publication: dict[str, Any], body: Any = WHY) -> Any:
    return post(caller, f"{PATH}{publication['id']}/withdraw/", body)


class TestWithdrawing:
    def test_list_and_detail_say_so_and_the_content_stays(self, planner: Caller, reader: Caller) -> None:
        made = published(planner)
        frozen = content(planner, made)
        assert made["withdrawal"] is None
        answer = withdraw(planner, made)
        assert answer.status_code == 200
        said = answer.json()["withdrawal"]
        assert (said["reason"], said["by"]) == (WHY["reason"], f"client:{planner.client.name}")
        assert said["client"] == {"id": planner.client.pk, "name": planner.client.name}
        assert said["at"]
        assert get(reader, f"{PATH}{made['id']}/").json()["withdrawal"] == said
        assert [row["withdrawal"] for row in results(reader, PATH)] == [said]
        assert content(reader, made) == frozen

    def test_the_feed_has_it_with_its_reason(self, planner: Caller, reader: Caller) -> None:
        made = published(planner)
        cursor = get(reader, PATH)["Change-Cursor"]
        withdraw(planner, made)
        (change,) = results(reader, "/changes/", after=cursor)
        assert (change["entity"], change["cause"]) == ("publication_withdrawal", WHY["reason"])
        assert change["after"]["publication"] == made["id"]

    def test_once_alone(self, planner: Caller) -> None:
        made = published(planner)
        withdraw(planner, made)
        assert refusals(withdraw(planner, made), 409) == [("already_withdrawn", None, None)]

    @pytest.mark.parametrize("body", [{}, {"reason": ""}, {"reason": "  "}])
    def test_it_needs_a_reason(self, planner: Caller, body: Any) -> None:
        assert [field for _, field in refused(withdraw(planner, published(planner), body), 400)] == ["reason"]

    def test_of_two_at_once_one_is_refused(self, planner: Caller, sat: Unit, connect: Any) -> None:
        made, watch, holder = published(planner), connect(), connect()
        holder.execute("BEGIN")
        holder.execute(f"SELECT FROM units_unit WHERE id = {sat.pk} FOR NO KEY UPDATE")

        def alone() -> Any:
            path = f"/api/v1{PATH}{made['id']}/withdraw/"
            return Client().post(path, WHY, "application/json", headers=planner.headers)

        finish = in_threads(alone, alone)
        until_blocked(watch, 2)
        holder.execute("COMMIT")
        assert sorted(answer.status_code for answer in finish()) == [200, 409]


class TestAudience:
    def test_unless_said_it_is_for_all_who_see_the_whole(self, planner: Caller, reader: Caller, unit: Unit) -> None:
        made = published(planner)
        assert made["audience"] == "members"
        assert get(reader, f"{PATH}{made['id']}/").status_code == 200
        assert get(make.client(Role.PLANNER, unit), f"{PATH}{made['id']}/").status_code == 404

    @pytest.mark.parametrize("role", [Role.READER, Role.REPORTER, Role.REVIEWER])
    def test_what_is_for_planners_is_not_there_for_others(self, planner: Caller, sat: Unit, role: Role) -> None:
        made = post(planner, PATH, {**asking(), "audience": "planners"}).json()
        assert made["audience"] == "planners"
        for where in (sat, None):
            other = make.client(role, where)
            for path in ("", "content/", "diff/"):
                assert get(other, f"{PATH}{made['id']}/{path}").status_code == 404
            assert withdraw(other, made).status_code == 404
            assert results(other, PATH) == []
        for where in (sat, None):
            own = make.client(Role.PLANNER, where)
            assert [row["id"] for row in results(own, PATH)] == [made["id"]]

    def test_nor_in_the_feed(self, planner: Caller, reader: Caller) -> None:
        cursors = {caller: get(caller, PATH)["Change-Cursor"] for caller in (planner, reader)}
        everywhere = make.client(Role.READER)
        made = post(planner, PATH, {**asking(), "audience": "planners"}).json()
        withdraw(planner, made)
        names = [change["entity"] for change in results(planner, "/changes/", after=cursors[planner])]
        of_it = [name for name in names if name.startswith("publication")]
        assert of_it == ["publication", *["publication_content"] * 3, "publication_withdrawal"]
        for other, after in ((reader, cursors[reader]), (everywhere, get(everywhere, PATH)["Change-Cursor"])):
            told = results(other, "/changes/", after=after)
            assert [change for change in told if change["entity"].startswith("publication")] == []
        assert results(everywhere, "/changes/", object=f"publication:{made['id']}") == []
        assert len(results(planner, "/changes/", object=f"publication:{made['id']}")) == 1

    def test_another_is_refused(self, planner: Caller) -> None:
        assert [field for _, field in refused(post(planner, PATH, {**asking(), "audience": "x"}), 400)] == ["audience"]
