"""`manage.py open_year`: the draft of the next year from the plan of one (api.md, "Operations")."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from activities.choices import FIRST_YEAR, LAST_YEAR
from activities.models import Plan
from activities.services.plans.copying import ActivityNotice, Copy, copy_plan
from activities.services.plans.plans import lock_plan
from units.management.acts import act_of

_WHY = {
    "cancelled": "está anulada",
    "target_missing": "no tiene meta",
    "unit_inactive": "su unidad está inactiva",
}


class Command(BaseCommand):
    help = "Copia el plan de un año al borrador de otro: las actividades no anuladas, con sus metas vigentes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--from", dest="source", type=int, required=True, metavar="AÑO", help="año que se copia")
        parser.add_argument("--to", dest="target", type=int, required=True, metavar="AÑO", help="año del borrador")
        parser.add_argument("--institution", required=True, metavar="CÓDIGO", help="código de la institución")
        parser.add_argument("--dry-run", action="store_true", help="decir lo que haría, sin hacerlo")

    def handle(self, *args: Any, **options: Any) -> None:
        source, target, code = options["source"], options["target"], options["institution"]
        if not FIRST_YEAR <= target <= LAST_YEAR:
            raise CommandError(f"El año {target} no va de {FIRST_YEAR} a {LAST_YEAR}.")
        plan = Plan.objects.filter(institution__code=code, year=source).first()
        if plan is None:
            raise CommandError(f"No existe un plan operativo {source} de una institución con el código «{code}».")
        with act_of("open_year", f"Apertura del plan {target} desde el de {source}"):
            copy = copy_plan(plan=lock_plan(plan.pk), year=target)
            transaction.set_rollback(options["dry_run"])
        self._tell(copy, source, code, options["dry_run"])

    def _tell(self, copy: Copy, source: int, code: str, dry_run: bool) -> None:
        done = "Se abriría" if dry_run else "Se abrió"
        year = copy.plan.year
        self.stdout.write(
            f"{done} el borrador del plan {year} de {code} con {copy.activities} actividades del {source}."
        )
        self._list("No se copian", copy.left_out)
        self._list("Por corregir antes de aprobar", copy.to_review)
        if dry_run:
            self.stdout.write("Fue un ensayo: no se guardó nada.")

    def _list(self, title: str, notices: list[ActivityNotice]) -> None:
        if notices:
            self.stdout.write(f"{title} ({len(notices)}):")
        for notice in notices:
            self.stdout.write(f"  {notice.activity.code} {notice.activity.name}: {_WHY[notice.reason]}")
