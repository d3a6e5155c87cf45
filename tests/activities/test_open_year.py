"""`manage.py open_year`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from activities.choices import PlanStatus
from activities.models import Plan
from tests import factories as make
from units.models import Unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan():
    made = make.plan(make.institution("SAT"), 2022)
    make.activity(made, code="A1")
    make.activity(made, code="A2")
    return made


def open_year(*more, source="2022", target="2023", institution="SAT"):
    out = StringIO()
    call_command("open_year", "--from", source, "--to", target, "--institution", institution, *more, stdout=out)
    return out.getvalue()


def test_it_opens_the_next_year_and_says_so(plan):
    assert open_year() == "Se abrió el borrador del plan 2023 de SAT con 2 actividades del 2022.\n"
    made = Plan.objects.get(year=2023)
    assert (made.status, made.activities.count()) == (PlanStatus.DRAFT, 2)


def test_it_says_what_it_leaves_out_and_what_is_to_be_mended(plan):
    make.target(make.activity(plan, code="A3", name="Campaña"), [0] * 12, is_cancelled=True)
    idle = make.unit(plan.institution)
    make.activity(plan, idle, code="A4", name="Difusión")
    Unit.objects.filter(pk=idle.pk).update(is_active=False)
    said = open_year()
    assert "No se copian (1):\n  A3 Campaña: está anulada\n" in said
    assert "Por corregir antes de aprobar (1):\n  A4 Difusión: su unidad está inactiva\n" in said


def test_a_dry_run_says_the_same_and_writes_nothing(plan):
    said = open_year("--dry-run")
    assert said.startswith("Se abriría el borrador del plan 2023 de SAT con 2 actividades del 2022.\n")
    assert not Plan.objects.filter(year=2023).exists()


@pytest.mark.parametrize("dry_run", [(), ("--dry-run",)])
@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"institution": "NADA"}, "código «NADA»"),
        ({"source": "2021"}, "No existe un plan operativo 2021"),
        ({"source": "99999999999999999999"}, "No existe un plan operativo"),
        ({"target": "2022"}, "SAT ya tiene un plan operativo 2022"),
        ({"target": "1989"}, "no va de 1990 a 2200"),
        ({"target": "2201"}, "no va de 1990 a 2200"),
    ],
)
def test_a_refusal_is_a_message_and_the_same_in_a_dry_run(plan, options, message, dry_run):
    with pytest.raises(CommandError, match=message) as refused:
        open_year(*dry_run, **options)
    assert refused.value.returncode == 1
    assert Plan.objects.count() == 1
