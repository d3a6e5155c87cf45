"""How tests read the feed of changes."""

from tests.api import get
from units.models import ChangeSet


def feed(caller, **query):
    """Return the body of one page."""
    answer = get(caller, "/changes/", **query)
    assert answer.status_code == 200, answer.content.decode()
    return answer.json()


def pages(caller, **query):
    """Return the results of every page, each a list, following `next` while there is more."""
    found, body = [], feed(caller, **query)
    while body["has_more"]:
        found.append(body["results"])
        body = feed(caller, **{**query, "after": body["next"]})
    return [*found, body["results"]]


def named(results):
    return [(change["entity"], change["object_id"], change["operation"]) for change in results]


def objects(caller, **query):
    """Return the objects that a caller's whole feed names, as `entity:id`."""
    return {f"{change['entity']}:{change['object_id']}" for page in pages(caller, **query) for change in page}


def last_position() -> int:
    """Return the place of the last change set."""
    position = ChangeSet.objects.order_by("-position").values_list("position", flat=True).first()
    assert position is not None
    return position
