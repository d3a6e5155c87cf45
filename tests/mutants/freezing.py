"""`python -m tests.mutants.freezing`: writes the rules of every app beside its migrations anew, fault and all."""

import os

import django
from django.core.management import call_command

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "poi_api.settings"
    django.setup()
    for app in ("units", "activities", "reports"):
        call_command("freeze_sql", app, "0002_rules", verbosity=0)
