"""`manage.py rebuild_figures`: computes all that is derived anew from the truth."""

from typing import Any

from django.core.management.base import BaseCommand

from activities.services.rebuilding import rebuild_figures
from reports.shared.sums.kept import forget


class Command(BaseCommand):
    help = "Recalcula las cifras de todas las actividades a partir de su historia y dice cuántas estaban mal."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            amended = rebuild_figures()
        finally:
            forget()  # those made from wrong figures
        self.stdout.write(f"Cifras corregidas: {amended}.")
