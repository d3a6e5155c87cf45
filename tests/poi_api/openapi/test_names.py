"""Names in the document are such that generated clients can bear them, and no two become the same."""

import keyword
import re
from collections import Counter

import pytest

from poi_api.openapi.views import document

pytestmark = pytest.mark.django_db(databases=[])
# Types that TypeScript or Python have already
TAKEN = {"Array", "Any", "Date", "Dict", "Enum", "Error", "List", "Map", "Object", "Record", "Set", "String", "Type"}
# What the contract fixes so; a client in Python is generated with `import_`
FIXED = {"import"}


def schemas():
    return document()["components"]["schemas"]


def parts(part, path=()):
    """Yield every object of the document but examples, with its path."""
    if isinstance(part, dict):
        yield path, part
        for name, inner in part.items():
            if name not in ("example", "examples"):
                yield from parts(inner, (*path, name))
    elif isinstance(part, list):
        for place, inner in enumerate(part):
            yield from parts(inner, (*path, place))


def folded(name):
    """Return a name as it is told from others in every language: without case and signs."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def test_components_are_called_by_english_names_in_one_style():
    for name in schemas():
        assert re.fullmatch(r"([A-Z][a-z0-9]*)+", name), name
        assert name not in TAKEN
        assert name != "NullEnum"


def test_no_two_names_become_the_same_in_a_client():
    assert [name for name, count in Counter(map(folded, schemas())).items() if count > 1] == []
    operations = [each["operationId"] for methods in document()["paths"].values() for each in methods.values()]
    assert [name for name, count in Counter(map(folded, operations)).items() if count > 1] == []


def test_every_list_of_words_is_a_component_whose_words_are_names():
    for path, part in parts({name: document()[name] for name in ("paths", "components")}):
        if "enum" in part and path[-1] != "properties":
            assert path[:2] == ("components", "schemas"), path
            assert len(path) == 3, path
            names = part.get("x-enum-varnames", part["enum"])
            assert len(names) == len(part["enum"]) == len(set(names))
            for name in names:
                assert re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name), (path, name)


def test_no_label_becomes_a_name():
    titled = [path for path, part in parts(document()) if isinstance(part.get("title"), str)]
    assert titled == [("info",)]


def test_null_is_said_as_json_schema_says_it():
    assert [path for path, part in parts(document()) if "nullable" in part] == []


def test_members_and_parameters_are_names_in_every_language():
    members = {
        name for _, part in parts(schemas()) if isinstance(part.get("properties"), dict) for name in part["properties"]
    }
    parameters = {
        parameter["name"]
        for methods in document()["paths"].values()
        for operation in methods.values()
        for parameter in operation.get("parameters", ())
        if parameter["in"] != "header"
    }
    for name in members | parameters:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", name), name
        assert not keyword.iskeyword(name) or name in FIXED, name
