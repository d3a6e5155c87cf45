"""What an address can be asked is what its description says: no parameter is taken that is not declared."""

import pytest

from poi_api.openapi.views import document
from tests import factories as make
from tests.api import get
from tests.operations import OPERATIONS, ids_of, one_of_everything
from units.choices import Role

pytestmark = pytest.mark.django_db
DECLARED = {
    path: {parameter["name"] for parameter in methods["get"].get("parameters", ()) if parameter["in"] == "query"}
    for path, methods in document()["paths"].items()
    if "get" in methods
}
EVERYWHERE = {"format"}  # an address with one format takes its name too


def refused_as_unknown(answer):
    if answer.status_code != 400:
        return set()
    return {error["field"] for error in answer.json()["errors"] if error["code"] == "unknown_parameter"}


def test_what_is_not_declared_is_unknown_and_what_is_declared_is_not():
    world, caller = one_of_everything(), make.client(Role.PLANNER)
    names = set().union(*DECLARED.values()) - EVERYWHERE
    assert {"as_of", "fields", "version"} <= names
    for path, declared in DECLARED.items():
        if path == "/api/v1/":
            continue  # no question at all is asked there
        operation = OPERATIONS["GET", path.removeprefix("/api/v1").replace("{id}", "{pk}")]
        ids = {{"pk": "id"}.get(name, name): value for name, value in ids_of(world, operation.names).items()}
        answer = get(caller, path.removeprefix("/api/v1").format(**ids), **dict.fromkeys(names, "?"))
        assert refused_as_unknown(answer) == names - declared, path


def test_what_names_things_by_their_codes_is_said_to_be_as_long_as_codes_are():
    codes = {
        (path, parameter["name"]): parameter["schema"].get("items", parameter["schema"])
        for path, methods in document()["paths"].items()
        for parameter in methods.get("get", {}).get("parameters", ())
        if parameter["in"] == "query" and parameter.get("description", "").startswith("Código")
    }
    assert {"code", "institution", "unit", "within", "mef_activity", "measurement_unit", "oei"} <= {
        name for _, name in codes
    }
    assert ("/api/v1/reports/poi/", "institution") in codes
    for where, schema in codes.items():
        assert schema == {"type": "string", "minLength": 1, "maxLength": 32}, where
    caller = make.client(Role.PLANNER)
    for path in ("/units/", "/reports/matrix/"):
        refused = get(caller, path, within="A" * 33, **({"year": 2022} if "matrix" in path else {}))
        assert "unknown_code" in {error["code"] for error in refused.json()["errors"]}, path
