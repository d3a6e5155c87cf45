"""`/progress/due/` tells which client returned an entry; each act here is a transaction of its own."""

from tests import factories as make
from tests.api import post, results
from units.choices import Role


def test_what_a_client_returned_says_which(committed: None) -> None:
    plan = make.plan()
    activity = make.activity(plan, make.unit(plan.institution))
    make.entry(activity, needs_review=True)
    reviewer = make.client(Role.REVIEWER, activity.unit)
    item = {"activity": activity.pk, "year": 2022, "month": 1, "entry_version": 1, "verdict": "return", "comment": "No"}
    assert post(reviewer, "/progress/reviews/", {"mode": "atomic", "items": [item]}).status_code == 200
    (returned,) = [row["returned"] for row in results(reviewer, "/progress/due/") if row["returned"]]
    assert returned["by"] == f"client:{reviewer.client.name}"
    assert returned["client"] == {"id": reviewer.client.pk, "name": reviewer.client.name}
