"""Builders of many things at once, by one statement each: a thousand made one by one take seconds."""

from collections.abc import Mapping
from decimal import Decimal
from itertools import cycle

from activities.models import Activity, Plan, TargetRevision
from tests import factories as make
from units.models import Unit


def activities(plan: Plan, names: Mapping[str, str], *units: Unit) -> list[Activity]:
    """Make activities of these names by their codes, two a month each, all of one MEF activity and measurement unit.

    They are of these units in turn, without any of the institution.
    """
    of, mef, measure = cycle(units or [plan.institution]), make.mef_activity(), make.measurement_unit()
    made = Activity.objects.bulk_create(
        Activity(plan=plan, unit=unit, mef_activity=mef, measurement_unit=measure, code=code, name=name)
        for (code, name), unit in zip(names.items(), of, strict=False)
    )
    programmed = [Decimal(quantity) for quantity in make.TWO_A_MONTH]
    TargetRevision.objects.bulk_create(
        TargetRevision(activity=activity, programmed=programmed, version=1, unit=activity.unit) for activity in made
    )
    return made
