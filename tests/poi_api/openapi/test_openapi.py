import json
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from poi_api.openapi.views import document

pytestmark = pytest.mark.django_db(databases=[])


def operations():
    return [
        (operation["operationId"], operation)
        for methods in document()["paths"].values()
        for operation in methods.values()
    ]


def answers(operation):
    """Return the operation's answers by status, those that it shares with others too."""
    shared = document()["components"]["responses"]
    return {
        status: shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
        for status, answer in operation["responses"].items()
    }


def test_the_document_is_valid_and_made_without_a_warning():
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


def test_it_is_served_without_a_key_in_json_and_yaml():
    answer = Client().get("/api/schema/")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1.")
    assert Client().get("/api/schema/?format=yaml").content.startswith(b"openapi: 3.1.")


def test_it_is_written_once_and_who_has_it_gets_none():
    first, again = Client().get("/api/schema/"), Client().get("/api/schema/")
    assert first.content is again.content
    assert first["Vary"] == "Accept, Accept-Encoding"
    assert Client().get("/api/schema/", headers={"If-None-Match": first["ETag"]}).status_code == 304
    assert Client().get("/api/schema/?format=yaml", headers={"If-None-Match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("query", ["lang=xx", "version=a%0Ab", "format=xml"])
@pytest.mark.parametrize("path", ["/api/schema/", "/api/docs/"])
def test_a_parameter_that_it_does_not_know_is_a_problem(path, query):
    answer = Client().get(f"{path}?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_every_operation_has_an_example_of_its_success_and_of_its_errors():
    for name, operation in operations():
        for status, answer in answers(operation).items():
            contents = answer.get("content", {}).values()
            shown = [content for content in contents if content.keys() & {"example", "examples"}]
            assert shown or not contents, f"{name} {status}"


def test_every_operation_documents_its_errors_as_problems():
    for name, operation in operations():
        of_known = {"401", "403"} if name != "index" else set()
        assert operation["responses"].keys() >= {"400", "405", "406", "503"} | of_known, name
        for status in {"400", "405"} | of_known:
            assert answers(operation)[status]["content"].keys() == {"application/problem+json"}, name


def test_every_operation_has_a_name_a_summary_and_asks_for_a_key():
    names = [name for name, _ in operations()]
    assert len(set(names)) == len(names)
    assert {"units_list", "units_retrieve", "activities_list", "plans_versions_list"} <= set(names)
    for name, operation in operations():
        assert re.fullmatch(r"[a-z_]+", name)
        assert operation["summary"], name
        assert ({"ApiKey": []} in operation.get("security", ())) == (name != "index"), name


def test_every_number_in_a_query_has_its_bounds():
    for name, operation in operations():
        for parameter in operation["parameters"]:
            if parameter["schema"].get("type") == "integer":
                assert {"minimum", "maximum"} <= parameter["schema"].keys(), (name, parameter["name"])


def test_every_operation_is_described_in_spanish():
    """An English docstring would become the description; each of these words is in most English sentences."""
    for name, operation in operations():
        words = set(re.findall(r"[a-z]+", operation["description"].lower()))
        assert operation["description"], name
        assert not words & {"the", "and", "with", "whose", "answer", "return", "its"}, name


def test_no_text_of_it_is_english_or_says_de_el():
    said = json.dumps(document(), ensure_ascii=False)
    assert not re.findall(r"\b(?:de|a) el [a-z]+|No response body", said, re.IGNORECASE)


def test_every_path_that_names_an_object_can_answer_404():
    for path, methods in document()["paths"].items():
        for operation in methods.values():
            assert ("404" in operation["responses"]) == ("{" in path), path


def test_the_documentation_loads_nothing_from_elsewhere():
    page = Client().get("/api/docs/").content.decode()
    loaded = re.findall(r"""(?:src|href)\s*=\s*["']([^"']+)["']""", page)
    assert len(loaded) >= 4
    for address in loaded:
        assert address.startswith("/static/") or address == "/api/docs/?script=", address
        answer = Client().get(address)
        assert answer.status_code == 200, address
        answer.close()
    assert not re.search(r"https?://", page)
    assert "<style" not in page
    assert '<html lang="es">' in page
    assert re.findall(r"<script(?! src=)", page) == []


def test_its_script_is_of_its_own():
    answer = Client().get("/api/docs/?script=")
    assert answer["Content-Type"] == "application/javascript"
    script = answer.content.decode()
    assert 'url: "/api/schema/"' in script
    assert '"validatorUrl": null' in script  # or the page would ask another site for a badge
    assert not re.search(r"https?://", script)
