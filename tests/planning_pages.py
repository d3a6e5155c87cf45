"""What may be done on the pages of activities, plans and periods, and who may; part of `page_operations`."""

from types import SimpleNamespace
from typing import Any

from tests.bodies import Body
from tests.operations import ABOVE, MEMBERS, OF_INSTITUTION, Operation, read
from units.choices import Role

Page = tuple[str, str]
_PLAN, _ACTIVITY, _PERIOD = "/planes/{plan}/", "/actividades/{activity}/", "/periodos/{period}/"


def form(path: str, names: dict[str, str], body: Body | None = None, **who: Any) -> dict[Page, Operation]:
    """Return a form, by default for who plans for the institution: how it is opened, and how it is sent."""
    may = {"role": Role.PLANNER, "at": OF_INSTITUTION, "sight": MEMBERS, "names": names, **who}
    success = may.pop("success", 302)
    return {("GET", path): Operation(**may), ("POST", path): Operation(**may, body=body or nothing, success=success)}


def nothing(world: SimpleNamespace) -> dict[str, Any]:
    """Return a form in which nothing was typed."""
    return {}


def of_plan(act: str, plan: str, **typed: Any) -> dict[Page, Operation]:
    return form(f"{_PLAN}{act}/", {"plan": plan}, lambda world: {"reason": "R", **typed})


def changed(world: SimpleNamespace) -> dict[str, Any]:
    """Return an activity of a draft as it is, under another name."""
    activity = world.unused_activity
    codes = {name: getattr(activity, name).code for name in ("unit", "mef_activity", "measurement_unit")}
    return {"name": "OTRA", "accumulation": "sum", **codes}


def reopened(world: SimpleNamespace) -> dict[str, Any]:
    return {"unit": world.unit.code, "until": "2199-12-31", "reason": "R"}


def new_plan(world: SimpleNamespace) -> dict[str, Any]:
    return {"institution": world.institution.code, "year": 2030, "green": 95, "amber": 75}


_DRAFT = {"activity": "unused_activity"}
_OF_UNIT: dict[str, Any] = {"at": ABOVE, "sight": ABOVE}
_REOPENING = {"period": "period", "reopening": "reopening"}
PLANNING: dict[Page, Operation] = {
    ("GET", "/actividades/"): Operation(),
    ("GET", _ACTIVITY): read(ABOVE, activity="activity"),
    **form(f"{_ACTIVITY}cambiar/", _DRAFT, changed, **_OF_UNIT),
    **form(f"{_ACTIVITY}descartar/", _DRAFT, **_OF_UNIT),
    # Whoever plans for a unit opens a draft's forms; what of it is whose each row is asked
    **form(f"{_PLAN}metas/", {"plan": "draft"}, at=MEMBERS),
    **form(f"{_PLAN}actividades/nueva/", {"plan": "draft"}, at=MEMBERS, success=400),
    **form(f"{_PLAN}versiones/nueva/", {"plan": "plan"}, success=200),
    ("GET", f"{_PLAN}versiones/{{version}}/"): read(MEMBERS, plan="plan", version="version"),
    ("GET", "/planes/"): Operation(),
    ("GET", _PLAN): read(MEMBERS, plan="plan"),
    ("GET", "/planes/nuevo/"): Operation(role=Role.PLANNER, at=OF_INSTITUTION | {"other institution"}),
    ("POST", "/planes/nuevo/"): Operation(
        role=Role.PLANNER, at=OF_INSTITUTION, sight=MEMBERS, named_in_body=True, body=new_plan, success=302
    ),
    **of_plan("reglas", "plan", green=95, amber=75),
    **of_plan("aprobar", "draft"),
    **of_plan("retirar-aprobacion", "fresh"),
    **of_plan("cerrar", "plan", force="on"),
    **of_plan("reabrir", "closed"),
    **of_plan("copiar", "plan", year=2030),
    **of_plan("descartar", "empty"),
    ("GET", f"{_PLAN}periodos/"): read(MEMBERS, plan="plan"),
    ("POST", f"{_PLAN}periodos/"): Operation(
        role=Role.PLANNER, at=OF_INSTITUTION, sight=MEMBERS, names={"plan": "draft"}, success=302
    ),
    **form(f"{_PERIOD}reabrir/", {"period": "period"}, reopened),
    **form(f"{_PERIOD}reaperturas/{{reopening}}/terminar/", _REOPENING, lambda world: {"reason": "R"}),
}
