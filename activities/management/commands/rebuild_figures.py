from typing import Any

from django.core.management.base import BaseCommand

from activities.services.figures import rebuild_figures


class Command(BaseCommand):
    help = "Recalcula las cifras de todas las actividades a partir de su historia y dice cuántas estaban mal."

    def handle(self, *args: Any, **options: Any) -> None:
        amended = rebuild_figures()
        self.stdout.write(f"Cifras corregidas: {amended}.")
