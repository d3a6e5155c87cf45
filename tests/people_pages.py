"""What may be done on the pages of people, keys, units, catalogues and history, and who may."""

from types import SimpleNamespace
from typing import Any

from tests import bodies
from tests.operations import ABOVE, ANYWHERE, OF_INSTALLATION, OF_INSTITUTION, Operation, read
from tests.planning_pages import Page, form
from units.choices import Role


def granted(
    path: str, names: dict[str, str], typed: dict[str, str] | None = None, success: int = 302
) -> dict[Page, Operation]:
    """Return a form about somebody or something on a unit, for who plans for that."""
    return form(path, names, lambda world: typed or {}, at=ABOVE, sight=ABOVE, success=success)


def new(path: str, success: int, **typed: Any) -> dict[Page, Operation]:
    """Return a form that makes something on a unit that it names; who plans for any unit may open it."""

    def body(world: SimpleNamespace) -> dict[str, Any]:
        return typed

    may: dict[str, Any] = {"role": Role.PLANNER, "at": ABOVE, "sight": ABOVE, "named_in_body": True}
    return {
        ("GET", path): Operation(role=Role.PLANNER),
        ("POST", path): Operation(**may, body=body, success=success),
    }


def catalogue(path: str, entry: str) -> dict[Page, Operation]:
    """Return the pages of a catalogue: everybody reads it, the installation's planners keep it."""
    may: dict[str, Any] = {"at": OF_INSTALLATION, "sight": ANYWHERE}
    typed = {"code": "NUEVO", "name": "NUEVO NOMBRE"}
    names = {"entry": entry}
    return {
        ("GET", path): Operation(),
        **form(f"{path}nueva/", {}, lambda world: typed, **may),
        **form(f"{path}{{entry}}/cambiar/", names, lambda world: typed, **may),
        **form(f"{path}{{entry}}/borrar/", names, **may),
    }


_PERSON, _CLIENT, _UNIT = "/personas/{person}/", "/personas/claves/{client}/", "/unidades/{unit}/"
_MEMBER, _ROLE = {"person": "member"}, {"role": "reader", "unit": "SAT-U1"}
_HERE, _UNUSED = {"unit": "unit"}, {"unit": "unused_unit"}
_NAMES = {"code": "NUEVA", "name": "UNIDAD NUEVA", "kind": "organic_unit"}

PEOPLE: dict[Page, Operation] = {
    ("GET", "/personas/"): Operation(role=Role.PLANNER),
    **new("/personas/nueva/", 200, name="nueva", full_name="Ana Quispe", **_ROLE),
    ("GET", _PERSON): Operation(role=Role.PLANNER, at=ABOVE, sight=ABOVE, names=_MEMBER),
    **granted(f"{_PERSON}rol/", _MEMBER, _ROLE),
    **granted(f"{_PERSON}enlace/", _MEMBER, success=200),
    **granted(f"{_PERSON}segundo-paso/", _MEMBER),
    **granted(f"{_PERSON}bloquear/", _MEMBER),
    **granted(f"{_PERSON}desbloquear/", _MEMBER),
    **granted("/personas/roles/{membership}/retirar/", {"membership": "membership"}),
    ("GET", "/personas/claves/"): Operation(role=Role.PLANNER),
    **new("/personas/claves/nueva/", 200, name="Tablero", **_ROLE),
    **granted(f"{_CLIENT}renovar/", {"client": "client"}, success=200),
    **granted(f"{_CLIENT}revocar/", {"client": "client"}),
    ("GET", "/unidades/"): Operation(),
    **new("/unidades/nueva/", 302, parent="SAT-U1", **_NAMES),
    ("GET", _UNIT): read(ABOVE, unit="unit"),
    **granted(f"{_UNIT}cambiar/", _HERE, _NAMES),
    **granted(f"{_UNIT}mover/", _UNUSED, {"parent": "SAT-U1"}, success=200),  # which is said first, before it is done
    **form(f"{_UNIT}fusionar/", _HERE, bodies.merger_typed, at=OF_INSTITUTION, sight=ABOVE, success=200),  # said first
    **granted(f"{_UNIT}desactivar/", _UNUSED),
    **granted(f"{_UNIT}activar/", _UNUSED),
    **granted(f"{_UNIT}borrar/", _UNUSED),
    **catalogue("/catalogos/actividades-mef/", "unused_mef_activity"),
    **catalogue("/catalogos/unidades-de-medida/", "unused_measurement_unit"),
    ("GET", "/auditoria/"): Operation(),
    ("GET", "/auditoria/{act}/"): Operation(names={"act": "act"}),
    ("GET", "/actividades/{activity}/meses/{month}/"): read(ABOVE, activity="activity", month="month"),
}
