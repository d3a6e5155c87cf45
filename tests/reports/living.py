"""An institution that lives through random edits of everything that can be edited, each of them one commit."""

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import ProtectedError

from activities.choices import Accumulation, PlanStatus, Verdict
from activities.exceptions import RefusedImportError
from activities.models import Activity, MeasurementUnit, MefActivity, Plan, ProgressEntry, Reopening, ReportingPeriod
from activities.services.merging import lock_for_merger, merge_unit
from poi_api.http.exceptions import RefusedError
from tests import factories as make
from tests.activities.importing.importing import bring, row
from units.access.grants import Access, Grant
from units.choices import Role
from units.models import Unit, UnitAlias

_PLANNER = Access("user:planner", (Grant(Role.PLANNER, None),))
FIRST_IMPORT = 2021  # the year of a plan that an import made, known since its document's day


def institution_of_three_units() -> Plan:
    """Make an institution with a plan of 2022 and a few activities, and another by an import; return the first."""
    with transaction.atomic():
        plan = _plan_of_2022()
    with transaction.atomic():
        bring(row(), row(4), institution="I", year=FIRST_IMPORT, cut_off=date(FIRST_IMPORT, 12, 31))
    return plan


def _plan_of_2022() -> Plan:
    plan = make.plan(make.institution("I", "INSTITUCIÓN"))
    units = [plan.institution, make.unit(plan.institution, "U1"), make.unit(plan.institution, "U2")]
    mef, measures = make.mef_activity("M1"), [make.measurement_unit("K1"), make.measurement_unit("K2")]
    for number, unit in enumerate(units):
        make.activity(plan, unit, [2] * 12, f"A{number}", None, mef, measures[number % 2])
    return plan


class Writer:
    """One who edits at random what there is; what the database refuses is left as it was."""

    def __init__(self, random: Random, name: str) -> None:
        self.random, self.name, self.steps = random, name, 0

    def step(self) -> None:
        self.steps += 1
        try:
            with transaction.atomic():
                self.random.choice(self.edits)()
        except (DatabaseError, ProtectedError, IndexError, RefusedImportError, RefusedError):
            pass  # in use, taken by another writer, nothing there to edit, no plan that takes a document, no merger

    @property
    def edits(self) -> list[Callable[[], None]]:
        figures = [self.report, self.report, self.report, self.judge, self.modify, self.add]
        units = [self.rename_unit, self.move_unit, self.merge, self.deactivate, self.add_unit, self.drop_unit]
        names = [self.spell, self.unspell, self.rename_thing, self.recode_thing, self.add_thing, self.drop_thing]
        plans = [self.rule, self.close, self.draft, self.drop_draft, self.approve, self.due, self.reopen, self.withdraw]
        activities = [self.rename_activity, self.move_activity, self.correct]
        return [*figures, *units, *names, *plans, *activities, self.publish, self.bring]

    def word(self) -> str:
        return f"{self.name} {self.steps} {self.random.randint(0, 9)}"

    def one(self, model: Any) -> Any:
        return self.random.choice(list(model.objects.order_by("pk")))

    # --- figures ----------------------------------------------------------------------------------------

    def add(self) -> None:
        plan, unit, mef, measure = self.one(Plan), self.one(Unit), self.one(MefActivity), self.one(MeasurementUnit)
        rule = self.random.choice(list(Accumulation))
        programmed = [self.random.randint(0, 4) for _ in range(12)]
        make.activity(plan, unit, programmed, f"N{self.name}{self.steps}", None, mef, measure, rule)

    def report(self) -> None:
        quantity = self.random.choice([None, 0, 1, 7])
        waits, late = self.random.random() < 0.4, self.random.random() < 0.3
        make.entry(self.one(Activity), self.random.randint(1, 6), quantity, self.word(), "", late, waits)

    def judge(self) -> None:
        waiting = list(ProgressEntry.objects.filter(needs_review=True).order_by("pk"))
        make.review(self.random.choice(waiting), self.random.choice(list(Verdict)), self.word())

    def modify(self) -> None:
        activity = self.one(Activity)
        version = make.version(activity.plan)
        cancelled = self.random.random() < 0.2
        programmed = [0 if cancelled else self.random.randint(0, 9) for _ in range(12)]
        make.target(activity, programmed, version.number, is_cancelled=cancelled)

    def bring(self) -> None:
        """Import a document without a day of its own: what is imported later is not known before."""
        programmed, executed = ([self.random.randint(0, 4) for _ in range(6)] for _ in range(2))
        rows = [row(line, tuple(programmed), tuple(executed)) for line in self.random.sample(range(3, 8), 2)]
        bring(*rows, institution="I", year=self.random.randint(2020, 2024), overwrite=self.random.random() < 0.5)

    # --- units and names --------------------------------------------------------------------------------

    def rename_unit(self) -> None:
        Unit.objects.filter(pk=self.one(Unit).pk).update(name=self.word())

    def move_unit(self) -> None:
        unit = self.random.choice(list(Unit.objects.exclude(parent=None)))
        Unit.objects.filter(pk=unit.pk).update(parent=self.one(Unit))

    def merge(self) -> None:
        unit, into = self.random.choice(list(Unit.objects.exclude(parent=None))), self.one(Unit)
        merge_unit(access=_PLANNER, unit=lock_for_merger(unit), into=into, reason=self.word())

    def deactivate(self) -> None:
        unit = self.one(Unit)
        Unit.objects.filter(pk=unit.pk).update(is_active=not unit.is_active)

    def add_unit(self) -> None:
        make.unit(self.one(Unit), f"U{self.name}{self.steps}")

    def drop_unit(self) -> None:
        self.one(Unit).delete()

    def spell(self) -> None:
        make.alias(self.one(Unit), self.word())

    def unspell(self) -> None:
        self.one(UnitAlias).delete()

    def _thing(self) -> Any:
        return self.one(self.random.choice([MefActivity, MeasurementUnit]))

    def rename_thing(self) -> None:
        thing = self._thing()
        type(thing).objects.filter(pk=thing.pk).update(name=self.word())

    def recode_thing(self) -> None:
        thing = self._thing()
        type(thing).objects.filter(pk=thing.pk).update(code=f"C{self.name}{self.steps}")

    def add_thing(self) -> None:
        self.random.choice([make.mef_activity, make.measurement_unit])(f"T{self.name}{self.steps}")

    def drop_thing(self) -> None:
        self._thing().delete()

    def rename_activity(self) -> None:
        Activity.objects.filter(pk=self.one(Activity).pk).update(name=self.word())

    def move_activity(self) -> None:
        Activity.objects.filter(pk=self.one(Activity).pk).update(unit=self.one(Unit))

    def correct(self) -> None:
        changes = {"measurement_unit": self.one(MeasurementUnit), "mef_activity": self.one(MefActivity)}
        rule = self.random.choice(list(Accumulation))
        said = {"oei": {"code": f"OEI.{self.steps % 3}", "name": "RECAUDAR"}} if self.steps % 4 else {}
        Activity.objects.filter(pk=self.one(Activity).pk).update(**changes, accumulation=rule, classification=said)

    # --- plans ------------------------------------------------------------------------------------------

    def rule(self) -> None:
        green, amber = self.random.randint(80, 120), self.random.randint(20, 80)
        changes = {"requires_review": self.random.random() < 0.5, "tolerance_percent": self.random.randint(0, 20)}
        Plan.objects.filter(pk=self.one(Plan).pk).update(green_from=green, amber_from=amber, **changes)

    def close(self) -> None:
        states = [PlanStatus.APPROVED, PlanStatus.CLOSED]
        plans = Plan.objects.exclude(status=PlanStatus.DRAFT).order_by("pk")
        Plan.objects.filter(pk=self.random.choice(list(plans)).pk).update(status=self.random.choice(states))

    def draft(self) -> None:
        make.plan(Plan.objects.earliest("pk").institution, self.random.randint(2020, 2024), PlanStatus.DRAFT)

    def drop_draft(self) -> None:
        self.random.choice(list(Plan.objects.filter(status=PlanStatus.DRAFT))).delete()

    def approve(self) -> None:
        plan = self.random.choice(list(Plan.objects.filter(status=PlanStatus.DRAFT)))
        make.version(plan, 1)
        make.periods(plan)
        Plan.objects.filter(pk=plan.pk).update(status=PlanStatus.APPROVED)

    def due(self) -> None:
        period = self.one(ReportingPeriod)
        days = timedelta(days=self.random.randint(0, 9000))
        ReportingPeriod.objects.filter(pk=period.pk).update(due_on=period.due_on + days, closes_on=period.due_on + days)

    def reopen(self) -> None:
        make.reopening(Plan.objects.earliest("pk"), self.random.randint(1, 12), self.one(Unit))

    def withdraw(self) -> None:
        make.withdrawal(self.one(Reopening))

    def publish(self) -> None:
        make.publication(Plan.objects.earliest("pk").institution)
