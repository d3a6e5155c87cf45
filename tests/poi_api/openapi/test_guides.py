"""What who has only the service can find: the index, the guides, the documentation in the order of learning."""

import re

import pytest
from django.conf import settings
from django.test import Client

from poi_api.openapi.contents import GUIDES, TAGS, guide_address
from poi_api.openapi.views import document
from tests.operations import endpoints

pytestmark = pytest.mark.django_db(databases=[])
LINK = re.compile(r"\]\((?!https?://)([^)#]+)")
NAMED = re.compile(r"docs/([a-z]+(?:/\d{4})?)\b(?!/)")


def asked(address, **headers):
    return Client().get(address, headers=headers)


@pytest.mark.parametrize("name", GUIDES)
def test_a_guide_is_served_as_it_is_without_a_key(name):
    answer = asked(guide_address(name))
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content == (settings.BASE_DIR / "docs" / f"{name}.md").read_bytes()
    assert asked(guide_address(name), **{"If-None-Match": answer["ETag"]}).status_code == 304
    assert asked(guide_address(name), Accept="text/markdown")["Content-Type"] == "text/markdown; charset=utf-8"


@pytest.mark.parametrize("name", GUIDES)
def test_what_a_guide_links_to_is_served_too(name):
    for link in LINK.findall(asked(guide_address(name)).content.decode()):
        address = link if link.startswith("/") else f"/api/docs/{link}"
        assert asked(address).status_code == 200, link


@pytest.mark.parametrize("name", GUIDES)
def test_what_a_guide_names_of_the_docs_is_served_too(name):
    for page in set(NAMED.findall(asked(guide_address(name)).content.decode())):
        assert asked(f"/api/docs/{page}.md").status_code == 200, page


def test_no_other_page_is_served():
    for name in ("operations", "changelog", "nothing", "decisions/0000", "../README"):
        assert asked(guide_address(name)).status_code == 404
    assert asked(f"{guide_address('api')}?lang=es").status_code == 400


def test_the_index_names_every_collection_and_guide_without_a_key():
    answer = asked("/api/v1/")
    assert answer.status_code == 200
    index = answer.json()
    verbs = {each["url"]: set(each["methods"]) for each in index["collections"]}
    expected: dict[str, set[str]] = {}
    for method, path in endpoints():
        if "{" not in path:
            expected.setdefault(f"/api/v1{path}", set()).add(method)
    assert verbs == expected
    assert [each["url"] for each in index["guides"]] == [guide_address(name) for name in GUIDES]
    assert asked(index["documentation"]).status_code == asked(index["schema"]).status_code == 200
    assert asked("/api/v1/", **{"If-None-Match": answer["ETag"]}).status_code == 304


def test_a_key_that_is_wrong_does_not_close_the_index():
    assert asked("/api/v1/", Authorization="Api-Key poi_1_x").status_code == 200


def test_every_tag_is_described_and_they_come_in_the_order_of_learning():
    tags = document()["tags"]
    used = {tag for methods in document()["paths"].values() for each in methods.values() for tag in each["tags"]}
    assert tags == TAGS
    assert {tag["name"] for tag in tags} == used
    names = [tag["name"] for tag in tags]
    learnt = ["start", "units", "plans", "activities", "progress", "reports", "changes", "clients"]
    assert sorted(learnt, key=names.index) == learnt
    for tag in tags:
        assert tag["description"], tag


def test_the_documentation_links_every_guide():
    for name in GUIDES:
        assert f"({guide_address(name)})" in document()["info"]["description"]
    for tag in document()["tags"]:
        assert tag.get("externalDocs", {"url": guide_address("api")})["url"] in map(guide_address, GUIDES)


@pytest.mark.parametrize(
    ("media_type", "begins"),
    [
        ("application/vnd.oai.openapi+json", b"{"),
        ("application/json", b"{"),
        ("application/vnd.oai.openapi+yaml", b"openapi: 3.1."),
        ("application/vnd.oai.openapi", b"openapi: 3.1."),
        ("application/yaml", b"openapi: 3.1."),
    ],
)
def test_the_schema_is_given_under_each_of_its_types(media_type, begins):
    answer = asked("/api/schema/", Accept=media_type)
    assert answer.status_code == 200
    assert answer["Content-Type"] == media_type
    assert answer.content.startswith(begins)
