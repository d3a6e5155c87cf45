"""Builders of what tests need: one plain function per thing, with defaults for the rest.

What is made most is made by one statement, where the ORM takes two or makes twelve objects that few ask for.

A transaction gets its place in the change order when it commits. A test that runs in one calls
`settle()` to have the places and moments given at once.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import count
from typing import NamedTuple

from django.contrib.auth.models import User
from django.db import connection

from activities.choices import Accumulation, Origin, PlanStatus, Verdict
from activities.models import (
    Activity,
    ApprovalWithdrawal,
    MeasurementUnit,
    MefActivity,
    Plan,
    PlanVersion,
    ProgressEntry,
    Reopening,
    ReopeningWithdrawal,
    Review,
    TargetRevision,
)
from reports.models import Publication, PublicationContent, PublicationWithdrawal
from units.access.keys import new_key
from units.choices import Role, UnitKind
from units.models import ApiClient, Membership, Unit, UnitAlias
from units.models.epoch import epoch

Quantity = Decimal | int
TWO_A_MONTH: tuple[Quantity, ...] = (2,) * 12
_numbers = count(1)
_UNIT = "INSERT INTO units_unit (code, name, kind, parent_id) VALUES (%s, %s, %s, %s) RETURNING *"
_PERIODS = """
INSERT INTO activities_reportingperiod (plan_id, month, opens_on, due_on, closes_on)
SELECT %s, month, first, first + interval '1 month 9 days', first + interval '1 month 14 days'
  FROM generate_series(1, 12) AS month, make_date(%s, month, 1) AS first
"""
_ENTRY = """
INSERT INTO activities_progressentry (activity_id, month, executed, reason, evidence_url, is_late, needs_review, origin,
                                      entry_version)
SELECT new.*, (SELECT count(*) + 1 FROM activities_progressentry WHERE (activity_id, month) = (new.of, new.month))
  FROM (SELECT %s AS of, %s AS month, %s::numeric, %s, %s, %s, %s, %s) AS new RETURNING *
"""


class Caller(NamedTuple):
    """A machine client and the header that its requests carry."""

    client: ApiClient
    key: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Api-Key {self.key}"}


def settle() -> None:
    """Give this transaction's change set its place and moment now, as its commit would."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


# --- Who ------------------------------------------------------------------------------------------------


def institution(code: str | None = None, name: str | None = None) -> Unit:
    return _unit(UnitKind.INSTITUTION, None, code, name, "INST")


def organ(parent: Unit, code: str | None = None, name: str | None = None) -> Unit:
    return _unit(UnitKind.ORGAN, parent, code, name, "ORG")


def unit(parent: Unit | None = None, code: str | None = None, name: str | None = None) -> Unit:
    """Make an organic unit; without `parent`, under an institution of its own."""
    return _unit(UnitKind.ORGANIC_UNIT, parent or institution(), code, name, "UO")


def _unit(kind: UnitKind, parent: Unit | None, code: str | None, name: str | None, prefix: str) -> Unit:
    code = code or f"{prefix}-{next(_numbers)}"
    [made] = Unit.objects.raw(_UNIT, [code, name or f"{kind.label} {code}", kind.value, parent and parent.pk])
    return made


def alias(unit: Unit, name: str) -> UnitAlias:
    return UnitAlias.objects.create(unit=unit, name=name)


def client(role: Role = Role.READER, unit: Unit | None = None, expires_at: datetime | None = None) -> Caller:
    """Make a machine client with its key; without `unit` its role is on the installation."""
    epoch()  # asked once a connection: here, so that no test counts it with its own statements
    key = new_key()
    made = ApiClient(name=f"cliente {next(_numbers)}", role=role, unit=unit, expires_at=expires_at)
    made.institution_id = unit.institution_id if unit else None
    made.prefix, made.key_hash = key.prefix, key.digest
    made.save(force_insert=True)
    return Caller(made, key.text)


def person(role: Role | None = None, unit: Unit | None = None) -> User:
    """Make a person, with `role` on `unit` (None: on the installation) if a role is given."""
    epoch()  # as for a client
    made = User.objects.create_user(f"persona{next(_numbers)}")
    if role is not None:
        Membership.objects.create(user=made, role=role, unit=unit)
    return made


# --- Catalogues -----------------------------------------------------------------------------------------


def mef_activity(code: str | None = None, name: str | None = None) -> MefActivity:
    code = code or f"MEF-{next(_numbers)}"
    return MefActivity.objects.create(code=code, name=name or f"Actividad MEF {code}")


def measurement_unit(code: str | None = None, name: str | None = None) -> MeasurementUnit:
    code = code or f"UM-{next(_numbers)}"
    return MeasurementUnit.objects.create(code=code, name=name or f"Medida {code}")


# --- What was promised ----------------------------------------------------------------------------------


def plan(
    institution: Unit | None = None,
    year: int = 2022,
    status: PlanStatus = PlanStatus.APPROVED,
    requires_review: bool = False,
    tolerance_percent: Quantity | None = None,
) -> Plan:
    """Make a plan; unless it is a draft, with version 1 and its twelve periods."""
    made = Plan.objects.create(
        institution=institution or _new_institution(),
        year=year,
        status=status,
        requires_review=requires_review,
        tolerance_percent=tolerance_percent,
    )
    if status != PlanStatus.DRAFT:
        version(made, number=1)
        periods(made)
    return made


_new_institution, _new_plan, _new_mef_activity, _new_measurement_unit = (
    institution,
    plan,
    mef_activity,
    measurement_unit,
)


def version(
    plan: Plan,
    number: int | None = None,
    resolution: str = "",
    reason: str = "Modificación de metas",
    effective_on: date | None = None,
) -> PlanVersion:
    """Make the plan's version `number`, by default the next one."""
    return PlanVersion.objects.create(
        plan=plan,
        number=number or plan.versions.count() + 1,
        resolution=resolution,
        reason=reason,
        effective_on=effective_on,
    )


def periods(plan: Plan) -> None:
    """Make the plan's twelve periods: each opens on its 1st, is due on the next 10th, closes on the 15th."""
    with connection.cursor() as cursor:
        cursor.execute(_PERIODS, [plan.pk, plan.year])


def reopening(
    plan: Plan, month: int, unit: Unit, until: date = date(2023, 6, 30), reason: str = "Falta sustento"
) -> Reopening:
    period = plan.periods.get(month=month)
    return Reopening.objects.create(period=period, unit=unit, until=until, reason=reason)


def approval_withdrawal(version: PlanVersion, reason: str = "Faltaba un área") -> ApprovalWithdrawal:
    return ApprovalWithdrawal.objects.create(version=version, reason=reason)


def withdrawal(reopening: Reopening, reason: str = "Ya no hace falta") -> ReopeningWithdrawal:
    return ReopeningWithdrawal.objects.create(reopening=reopening, reason=reason)


def activity(
    plan: Plan | None = None,
    unit: Unit | None = None,
    programmed: Sequence[Quantity] | None = TWO_A_MONTH,
    code: str | None = None,
    name: str | None = None,
    mef_activity: MefActivity | None = None,
    measurement_unit: MeasurementUnit | None = None,
    accumulation: Accumulation = Accumulation.SUM,
    version: int = 1,
    classified: Mapping[str, tuple[str, str]] | None = None,
) -> Activity:
    """Make an activity, by default the institution's own, with a target in `version` (None: without)."""
    plan = plan or _new_plan()
    code = code or f"A{next(_numbers):04}"
    made = Activity.objects.create(
        plan=plan,
        unit=unit or plan.institution,
        mef_activity=mef_activity or _new_mef_activity(),
        measurement_unit=measurement_unit or _new_measurement_unit(),
        code=code,
        name=name or f"Actividad {code}",
        accumulation=accumulation,
        classification={thing: {"code": code, "name": name} for thing, (code, name) in (classified or {}).items()},
    )
    if programmed is not None:
        target(made, programmed, version)
    return made


def target(
    activity: Activity,
    programmed: Iterable[Quantity],
    version: int = 1,
    is_cancelled: bool = False,
    cancelled_from: int | None = None,
) -> TargetRevision:
    """Make a revision of the activity's target. The plan's version is not made here.

    `is_cancelled` cancels from January on, `cancelled_from` from another month; the programme has to be 0 from then on.
    """
    return TargetRevision.objects.create(
        activity=activity,
        programmed=[Decimal(quantity) for quantity in programmed],
        version=version,
        cancelled_from=1 if is_cancelled else cancelled_from,
        unit=activity.unit,
    )


# --- What was done --------------------------------------------------------------------------------------


def entry(
    activity: Activity,
    month: int = 1,
    executed: Quantity | None = 2,
    reason: str = "",
    evidence_url: str = "",
    is_late: bool = False,
    needs_review: bool = False,
    origin: Origin = Origin.API,
) -> ProgressEntry:
    """Make the month's next entry."""
    values = [activity.pk, month, executed, reason, evidence_url, is_late, needs_review, origin.value]
    [made] = ProgressEntry.objects.raw(_ENTRY, values)
    made.activity = activity
    return made


def review(entry: ProgressEntry, verdict: Verdict = Verdict.ACCEPT, comment: str = "") -> Review:
    return Review.objects.create(entry=entry, verdict=verdict, comment=comment)


# --- What was frozen ------------------------------------------------------------------------------------


def publication(institution: Unit, report: str = "matrix", year: int = 2022) -> Publication:
    """Make a publication of an institution's report without any row, in JSON alone."""
    content = b'{"as_of":null,"results":[]}'
    parameters = {"institution": [institution.code], "year": [str(year)]}
    made = Publication.objects.create(report=report, title="Publicación", parameters=parameters, unit=institution)
    PublicationContent.objects.create(
        publication=made, format="json", content=content, sha256=hashlib.sha256(content).hexdigest()
    )
    return made


def publication_withdrawal(publication: Publication, reason: str = "Se publicó por error") -> PublicationWithdrawal:
    return PublicationWithdrawal.objects.create(publication=publication, reason=reason)
