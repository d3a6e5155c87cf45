"""Every operation of the service, with what in a world of one of everything it is done to, and who may do it.

The addresses are read from the service itself: one without a line in `OPERATIONS` fails `test_role_matrix`.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from types import SimpleNamespace
from typing import Any

from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from drf_spectacular.generators import EndpointEnumerator

from activities.choices import PlanStatus
from activities.models import Import
from activities.services.importing.storing import store_import
from activities.services.importing.terms import Terms
from poi_api.http import exact_json
from tests import bodies
from tests import factories as make
from tests.activities.importing.importing import bring, row
from tests.bodies import Body, document_of, saying
from tests.second_steps import second_step
from units.choices import Role
from units.history.cursors import change_set_name
from units.models import ChangeSet

# Where the caller holds its role, from the unit on which everything hangs
ABOVE = {"unit", "organ", "institution", "installation"}
MEMBERS = ABOVE | {"sibling"}
ANYWHERE = MEMBERS | {"other institution"}
OF_INSTITUTION = {"institution", "installation"}
OF_INSTALLATION = {"installation"}

JSON, WORKBOOK = "application/json", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, kw_only=True)
class Operation:
    """Who may: those who hold `role` at one of the places `at`; it is a 404 where it is not in `sight`.

    A creation names what it hangs from in its body: that is a 400 where it is not in sight.
    """

    sight: set[str] = field(default_factory=lambda: ANYWHERE)
    role: Role = Role.READER
    at: set[str] = field(default_factory=lambda: ANYWHERE)
    success: int = 200
    names: dict[str, str] = field(default_factory=dict)  # of the path's parameters: what in the world they are
    query: dict[str, Any] = field(default_factory=dict)
    body: Body = lambda world: {}
    workbook: Callable[[SimpleNamespace], bytes] | None = None  # is sent in place of JSON
    form: Body | None = None  # and so is this, with its file
    named_in_body: bool = False
    needs: str = "role"  # or only a "key", or "nothing"

    def content(self, world: SimpleNamespace) -> tuple[bytes, str]:
        """Return what is sent with it, if anything, and of which type that is."""
        if self.workbook:
            return self.workbook(world), WORKBOOK
        if self.form:
            return encode_multipart(BOUNDARY, self.form(world)), MULTIPART_CONTENT
        body = self.body(world)
        return exact_json.dumps(body) if body else b"", JSON

    @property
    def takes_files(self) -> bool:
        """Whether it takes something else than JSON."""
        return bool(self.workbook or self.form)

    def expected(self, role: Role, place: str) -> int:
        """Return the status that a caller with `role` at `place` is answered with."""
        if place not in self.sight and not self.named_in_body:
            return 404
        if not role.includes(self.role):
            return 403
        if place not in self.sight:
            return 400
        return self.success if place in self.at else 403


def read(sight: set[str] = ANYWHERE, **names: str) -> Operation:
    return Operation(sight=sight, names=names)


def listed(role: Role = Role.READER, query: dict[str, Any] | None = None) -> Operation:
    return Operation(role=role, query=query or {})


def reported(role: Role, body: Body) -> Operation:
    """A list of what is reported or reviewed: the role takes it where it is held; each item names its activity."""
    return Operation(role=role, at=ABOVE, sight=ABOVE, body=body, named_in_body=True)


def planned(success: int = 200, **options: Any) -> Operation:
    """About a document: for planners of the institution; nobody below it knows of it."""
    return Operation(role=Role.PLANNER, at=OF_INSTITUTION, sight=OF_INSTITUTION, success=success, **options)


def created(at: set[str], sight: set[str], body: Body) -> Operation:
    return Operation(role=Role.PLANNER, at=at, sight=sight, success=201, body=body, named_in_body=True)


def written(
    at: set[str], sight: set[str], success: int = 200, body: Body = lambda world: {}, **names: str
) -> Operation:
    return Operation(role=Role.PLANNER, at=at, sight=sight, success=success, body=body, names=names)


def granted(success: int = 200, **names: str) -> Operation:
    return Operation(role=Role.PLANNER, at=ABOVE, sight=ABOVE, success=success, names=names)


def catalogue(path: str, entry: str) -> dict[tuple[str, str], Operation]:
    """A catalogue is read by everybody and written by the installation's planners."""
    body = saying(code="NUEVO", name="NUEVO NOMBRE")
    one = f"{path}{{pk}}/"
    return {
        ("GET", path): listed(),
        ("POST", path): Operation(role=Role.PLANNER, at=OF_INSTALLATION, success=201, body=body),
        ("GET", one): read(pk=entry),
        ("PATCH", one): written(OF_INSTALLATION, ANYWHERE, body=saying(name="OTRO NOMBRE"), pk=entry),
        ("DELETE", one): written(OF_INSTALLATION, ANYWHERE, 204, pk=entry),
    }


OPERATIONS: dict[tuple[str, str], Operation] = {
    ("GET", "/"): Operation(needs="nothing"),
    ("GET", "/me/"): Operation(needs="key"),
    # Units, and who holds what on them
    ("GET", "/units/"): listed(),
    ("POST", "/units/"): created(ABOVE, ABOVE, bodies.new_unit),
    ("GET", "/units/{pk}/"): read(ABOVE, pk="unit"),
    ("PATCH", "/units/{pk}/"): written(ABOVE, ABOVE, body=saying(name="OTRO NOMBRE"), pk="unit"),
    ("POST", "/units/{pk}/merge/"): written(OF_INSTITUTION, ABOVE, body=bodies.merger, pk="unit"),
    ("DELETE", "/units/{pk}/"): written(ABOVE, ABOVE, 204, pk="unused_unit"),
    ("GET", "/clients/"): listed(Role.PLANNER),
    ("POST", "/clients/"): created(ABOVE, ABOVE, bodies.new_client),
    ("GET", "/clients/{pk}/"): granted(pk="client"),
    ("DELETE", "/clients/{pk}/"): granted(204, pk="client"),
    ("POST", "/clients/{pk}/rotate/"): granted(pk="client"),
    ("GET", "/memberships/"): listed(Role.PLANNER),
    ("POST", "/memberships/"): created(ABOVE, ABOVE, bodies.new_membership),
    ("GET", "/memberships/{pk}/"): granted(pk="membership"),
    ("DELETE", "/memberships/{pk}/"): granted(204, pk="membership"),
    ("GET", "/changes/"): listed(),
    # Catalogues
    **catalogue("/mef-activities/", "unused_mef_activity"),
    **catalogue("/measurement-units/", "unused_measurement_unit"),
    # Plans, their versions and periods: headers for all members, written by the institution's planners
    ("GET", "/plans/"): listed(),
    ("POST", "/plans/"): created(OF_INSTITUTION, MEMBERS, bodies.new_plan),
    ("GET", "/plans/{pk}/"): read(MEMBERS, pk="plan"),
    ("PATCH", "/plans/{pk}/"): written(OF_INSTITUTION, MEMBERS, body=saying(tolerance_percent=5), pk="plan"),
    ("DELETE", "/plans/{pk}/"): written(OF_INSTITUTION, MEMBERS, 204, pk="empty"),
    ("POST", "/plans/{pk}/approve/"): written(OF_INSTITUTION, MEMBERS, pk="draft"),
    ("POST", "/plans/{pk}/close/"): written(
        OF_INSTITUTION, MEMBERS, body=saying(force=True, reason="Ya no se reporta"), pk="plan"
    ),
    ("POST", "/plans/{pk}/reopen/"): written(OF_INSTITUTION, MEMBERS, body=saying(reason="Faltó un mes"), pk="closed"),
    ("POST", "/plans/{pk}/withdraw-approval/"): written(
        OF_INSTITUTION, MEMBERS, body=saying(reason="Faltaba un área"), pk="fresh"
    ),
    ("POST", "/plans/{pk}/copy/"): written(OF_INSTITUTION, MEMBERS, 201, saying(year=2030), pk="plan"),
    ("GET", "/plans/{plan}/versions/"): read(MEMBERS, plan="plan"),
    ("POST", "/plans/{plan}/versions/"): written(OF_INSTITUTION, MEMBERS, 201, bodies.modification, plan="plan"),
    ("GET", "/plans/{plan}/versions/{pk}/"): read(MEMBERS, plan="plan", pk="version"),
    ("GET", "/periods/"): listed(),
    ("GET", "/periods/{pk}/"): read(MEMBERS, pk="period"),
    ("PATCH", "/periods/{pk}/"): written(OF_INSTITUTION, MEMBERS, body=bodies.dates, pk="period"),
    ("POST", "/periods/{period}/reopenings/"): written(OF_INSTITUTION, MEMBERS, 201, bodies.reopening, period="period"),
    ("GET", "/periods/{period}/reopenings/{pk}/"): read(ABOVE, period="period", pk="reopening"),
    ("DELETE", "/periods/{period}/reopenings/{pk}/"): written(
        OF_INSTITUTION, ABOVE, 204, saying(reason="Ya no hace falta"), period="period", pk="reopening"
    ),
    # Activities
    ("GET", "/activities/"): listed(),
    ("POST", "/activities/"): created(ABOVE, ABOVE, bodies.activity),
    ("GET", "/activities/{pk}/"): read(ABOVE, pk="activity"),
    ("PATCH", "/activities/{pk}/"): written(ABOVE, ABOVE, body=saying(name="OTRO NOMBRE"), pk="activity"),
    ("DELETE", "/activities/{pk}/"): written(ABOVE, ABOVE, 204, pk="unused_activity"),
    ("GET", "/activities/{pk}/revisions/"): read(ABOVE, pk="activity"),
    ("GET", "/activities/{pk}/progress/"): read(ABOVE, pk="activity"),
    ("GET", "/activities/{pk}/progress/{month}/"): read(ABOVE, pk="activity", month="month"),
    ("PUT", "/activities/{pk}/progress/{month}/"): Operation(
        role=Role.REPORTER, at=ABOVE, sight=ABOVE, body=saying(executed=3), names={"pk": "activity", "month": "month"}
    ),
    ("GET", "/activities/{pk}/progress/{month}/history/"): read(ABOVE, pk="activity", month="month"),
    ("POST", "/progress/batch/"): reported(Role.REPORTER, bodies.months),
    ("POST", "/progress/sheet/"): Operation(
        role=Role.REPORTER, at=ABOVE, sight=ABOVE, workbook=bodies.filled_template, named_in_body=True
    ),
    ("GET", "/progress/due/"): listed(),
    ("GET", "/progress/reviews/"): listed(Role.REVIEWER),
    ("POST", "/progress/reviews/"): reported(Role.REVIEWER, bodies.reviews),
    # Documents
    ("GET", "/imports/"): listed(Role.PLANNER),
    ("POST", "/imports/"): Operation(
        role=Role.PLANNER, at=OF_INSTITUTION, sight=MEMBERS, success=201, form=bodies.uploaded, named_in_body=True
    ),
    ("GET", "/imports/{pk}/"): planned(names={"pk": "stored_import"}),
    ("GET", "/imports/{pk}/file/"): planned(names={"pk": "stored_import"}),
    ("POST", "/imports/{pk}/apply/"): planned(
        body=saying(choices={"readings": {}, "same": {}}), names={"pk": "stored_import"}
    ),
    ("POST", "/imports/{pk}/undo/"): planned(body=saying(reason="Otro año"), names={"pk": "applied_import"}),
    # Reports: cut to what the caller sees
    ("GET", "/reports/matrix/"): listed(query={"year": 2022}),
    ("GET", "/reports/execution/"): listed(query={"year": 2022, "group_by": "unit,quarter"}),
    # The document is of one institution, which its members may name
    ("GET", "/reports/poi/"): Operation(sight=MEMBERS, query={"year": 2022, "institution": "SAT"}, named_in_body=True),
    ("GET", "/reports/poi/template/"): Operation(
        sight=ABOVE, query={"year": 2022, "institution": "SAT", "unit": "SAT-U1"}, named_in_body=True
    ),
    ("GET", "/reports/completeness/"): listed(query={"year": 2022}),
    ("GET", "/reports/alerts/"): listed(query={"year": 2022}),
    ("GET", "/reports/ceplan/"): listed(query={"year": 2022}),
    ("GET", "/reports/execution/chart/"): listed(query={"year": 2022, "chart": "units"}),  # drawn sooner than months
    ("GET", "/exports/months/"): listed(query={"year": 2022}),
    # What is frozen is seen by those who see all that it is about
    ("GET", "/publications/"): listed(),
    ("POST", "/publications/"): created(OF_INSTITUTION, MEMBERS, bodies.new_publication),
    ("GET", "/publications/{pk}/"): read(OF_INSTITUTION, pk="publication"),
    ("POST", "/publications/{pk}/withdraw/"): written(
        OF_INSTITUTION, OF_INSTITUTION, body=saying(reason="Se publicó por error"), pk="publication"
    ),
    ("GET", "/publications/{pk}/content/"): read(OF_INSTITUTION, pk="publication"),
    ("GET", "/publications/{pk}/diff/"): read(OF_INSTITUTION, pk="publication"),
}


def endpoints() -> set[tuple[str, str]]:
    """Return every verb and address of the service, read from its URL configuration."""
    found = EndpointEnumerator().get_api_endpoints()
    return {(method, path.removeprefix("/api/v1")) for path, _, method, _ in found if path.startswith("/api/v1")}


def one_of_everything() -> SimpleNamespace:
    """Two units side by side under an institution, all that hangs from one of them, and another institution."""
    made = SimpleNamespace(month=1)
    made.institution, made.elsewhere = make.institution("SAT"), make.institution()
    made.organ = make.organ(made.institution)
    made.unit, made.sibling = make.unit(made.organ, "SAT-U1"), make.unit(made.organ)
    made.unused_unit = make.unit(made.unit)
    made.plan = make.plan(made.institution, 2022)
    made.draft, made.empty, made.sketch = (
        make.plan(made.institution, year, PlanStatus.DRAFT) for year in (2023, 2024, 2025)
    )
    made.fresh, made.closed = make.plan(made.institution, 2026), make.plan(made.institution, 2027, PlanStatus.CLOSED)
    made.activity = make.activity(made.plan, made.unit)
    make.entry(made.activity)
    make.entry(made.activity, month=2, needs_review=True)
    make.activity(made.draft, made.unit)
    made.unused_activity = make.activity(made.sketch, made.unit, programmed=None)
    made.mef_activity, made.measurement_unit = made.activity.mef_activity, made.activity.measurement_unit
    made.unused_mef_activity, made.unused_measurement_unit = make.mef_activity(), make.measurement_unit()
    made.version, made.period = made.plan.versions.get(), made.plan.periods.get(month=1)
    made.reopening = make.reopening(made.plan, 1, made.unit, until=date(2199, 12, 31))
    made.client = make.client(Role.READER, made.unit).client
    made.membership = make.person(Role.READER, made.unit).memberships.get()
    made.newcomer, made.member = make.person(), make.person(Role.READER, make.unit(made.unit))
    second_step(made.member)
    made.publication = make.publication(made.institution)
    made.stored_import = store_import(document_of(2029), filename="poi.tsv", terms=Terms(institution="SAT"))
    bring(row(), year=2028)
    made.applied_import = Import.objects.get(year=2028)
    make.settle()
    made.act = change_set_name(ChangeSet.objects.latest("position").position or 0)
    return made


def ids_of(world: SimpleNamespace, names: dict[str, str]) -> dict[str, Any]:
    """Return the values of an operation's path parameters."""
    things = {name: getattr(world, thing) for name, thing in names.items()}
    return {name: getattr(thing, "pk", thing) for name, thing in things.items()}
