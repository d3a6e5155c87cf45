"""`manage.py sample_year FILE`: the sample's current year and its first person, so that every page has something to do.

Only the first start with the sample calls it.
"""

import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from activities.models import Activity, Plan
from activities.serializers.reading import read_progress, read_review
from activities.services.plans.copying import copy_plan
from activities.services.plans.plans import approve_plan, change_plan, lock_plan
from activities.services.progress.batch import review_batch
from activities.services.progress.submitting import judge_progress
from activities.services.progress.verdicts import Sent, column_of
from poi_api import private_files
from poi_api.database.clock import today
from units.access.grants import Access, Grant
from units.choices import Role
from units.history.change_sets import recorded_transaction
from units.services.people import create_person

_WHY = "Año de muestra"
# Of the last month: one activity in so many is missing, one in so many waits for its review, and one is returned
_MISSING, _WAITING, _RETURNED = 9, 4, 7
_COMMENT = "Falta adjuntar el informe que sustenta la cifra."
_REASON = "Se reprogramaron tareas por falta de personal."
# What part of its programme an activity fulfils, by its place among the others
_PARTS = {3: Decimal("0.5"), 5: Decimal("0.8"), 8: Decimal("1.1")}


class Command(BaseCommand):
    help = "Añade a la muestra el plan del año en curso y la primera persona, cuya contraseña guarda en FILE."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="dónde queda la contraseña (modo 600)")
        parser.add_argument("--institution", required=True, metavar="CÓDIGO")
        parser.add_argument("--year", required=True, type=int, metavar="AÑO", help="el de la muestra")

    def handle(self, *args: Any, **options: Any) -> None:
        plan = Plan.objects.select_related("institution").get(
            institution__code=options["institution"], year=options["year"]
        )
        with recorded_transaction(actor="command:sample_year", cause=_WHY):
            planner = create_person(name="oficina", role=Role.PLANNER, unit=None, full_name="Oficina de Planificación")
            informant = create_person(
                name="unidad", role=Role.REPORTER, unit=plan.institution, full_name="Informante de muestra"
            )
            password = secrets.token_urlsafe(12)
            planner.set_password(password)
            planner.save(update_fields=["password"])
        private_files.replace(options["file"], password)
        day = today()
        if day.year != plan.year:
            _Year(plan, day, planner, informant).open()


class _Year:
    """The plan of the year of `day`, copied from `source`, approved, and reported up to the month before."""

    def __init__(self, source: Plan, day: date, planner: User, informant: User) -> None:
        self.source, self.day, self.planner, self.informant = source, day, planner, informant

    def open(self) -> None:
        year = self.day.year
        with _by(self.planner):
            self.plan = copy_plan(plan=lock_plan(self.source.pk), year=year).plan
            change_plan(plan=self.plan, requires_review=True, tolerance_percent=Decimal(25))
            approve_plan(plan=self.plan, resolution=f"R.J. 001-{year}", effective_on=date(year, 1, 1))
        self.activities = list(self.plan.activities.select_related("figure").order_by("code"))
        for month in range(1, self.day.month):
            self._report(month)

    def _report(self, month: int) -> None:
        """Report a month as if on the last day on which it is not late, and review it but for what waits."""
        due = self.plan.periods.get(month=month).due_on
        moment = datetime(due.year, due.month, due.day, tzinfo=timezone.get_default_timezone())
        items = [item for place, activity in enumerate(self.activities) for item in self._items(activity, place, month)]
        with _by(self.informant):
            read = [read_progress(item, place)[0] for place, item in enumerate(items)]
            judge_progress(column_of(read), access=_access(self.informant), partly=False, moment=moment)
        verdicts = [verdict for place, item in enumerate(items) for verdict in self._verdicts(item, place)]
        with _by(self.planner):
            readings = [read_review(verdict, place) for place, verdict in enumerate(verdicts)]
            review_batch(Sent.of(readings), access=_access(self.planner), mode="atomic", dry_run=False)

    def _items(self, activity: Activity, place: int, month: int) -> Iterator[dict[str, Any]]:
        programmed = activity.figure.programmed[month - 1]
        if not programmed or (self._is_last(month) and place % _MISSING == 0):
            return
        named = {"activity": activity.pk, "year": self.plan.year, "month": month}
        part = _PARTS.get(place % 11)
        if part is None:
            yield named | {"executed": programmed}
        else:
            yield named | {"executed": (programmed * part).quantize(Decimal(1), ROUND_HALF_UP), "reason": _REASON}

    def _verdicts(self, item: dict[str, Any], place: int) -> Iterator[dict[str, Any]]:
        named = {name: item[name] for name in ("activity", "year", "month")} | {"entry_version": 1}
        if self._is_last(item["month"]) and place == _RETURNED:
            yield named | {"verdict": "return", "comment": _COMMENT}
        elif not self._is_last(item["month"]) or place % _WAITING:
            yield named | {"verdict": "accept"}

    def _is_last(self, month: int) -> bool:
        return month == self.day.month - 1


def _access(person: User) -> Access:
    return Access(actor=f"user:{person.username}", grants=(Grant(Role.PLANNER, None),), user_id=person.pk)


def _by(person: User) -> AbstractContextManager[None]:
    return recorded_transaction(actor=f"user:{person.username}", user_id=person.pk, cause=_WHY)
