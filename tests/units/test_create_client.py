"""`manage.py create_client` (api.md, "Operations")."""

from datetime import datetime, timedelta, timezone
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone as clock

from tests import factories
from tests.in_one_state import for_each
from units.access.keys import digest_of, prefix_of
from units.models import ApiClient, Change, ChangeSet

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> list[str]:
    output = StringIO()
    call_command("create_client", *arguments, stdout=output)
    return output.getvalue().splitlines()


def test_the_key_stands_alone_on_the_last_line_and_only_its_hash_is_kept() -> None:
    unit = factories.unit()
    *said, key = run("Tablero", "--role", "reader", "--unit", unit.code)
    client = ApiClient.objects.get()
    assert (client.name, client.role, client.unit, client.expires_at) == ("Tablero", "reader", unit, None)
    assert client.prefix == prefix_of(key)
    assert bytes(client.key_hash) == digest_of(key)
    assert key not in "".join(said)
    assert unit.code in said[0]


def test_without_a_unit_the_role_is_on_the_installation() -> None:
    run("Tablero", "--role", "planner")
    assert ApiClient.objects.get().unit is None


def test_it_is_recorded_without_the_key() -> None:
    run("Tablero", "--role", "reader")
    assert ChangeSet.objects.get().actor == "command:create_client"
    assert Change.objects.get().entity == "client"


def test_it_expires_with_the_end_of_its_day_in_lima() -> None:
    run("Tablero", "--role", "reader", "--expires", "2099-12-31")
    lima = timezone(timedelta(hours=-5))
    assert ApiClient.objects.get().expires_at == datetime(2099, 12, 31, 23, 59, 59, 999999, tzinfo=lima)


def test_it_may_expire_today() -> None:
    run("Tablero", "--role", "reader", "--expires", clock.localdate().isoformat())
    assert ApiClient.objects.get().expires_at is not None


YESTERDAY = (clock.localdate() - timedelta(days=1)).isoformat()


@for_each(
    ("arguments", "message"),
    [
        (["X", "--role", "boss"], "No existe el rol «boss»"),
        (["X", "--role", "reader", "--unit", "NADA"], "No existe una unidad con el código «NADA»"),
        (["X", "--role", "reader", "--expires", YESTERDAY], "ya pasó"),
        (["X", "--role", "reader", "--expires", "31/12/2099"], "no es una fecha"),
        (["X", "--role", "reader", "--expires", "9999-12-31"], "no es una fecha"),
        (["X", "--role", "reader", "--expires", "2099-02-30"], "no es una fecha"),
        (["  ", "--role", "reader"], "vacío|blanco"),
        (["x" * 201, "--role", "reader"], "200"),
    ],
)
def test_a_wrong_argument_is_refused_in_spanish(arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message) as refusal:
        run(*arguments)
    assert refusal.value.returncode == 1
    assert not ApiClient.objects.exists()


def test_a_name_that_is_taken_is_refused_in_spanish() -> None:
    run("Tablero", "--role", "reader")
    with pytest.raises(CommandError, match=r"Ya existe el cliente «Tablero» \(id \d+\); use otro nombre"):
        run("TABLERO", "--role", "planner")
    assert ApiClient.objects.count() == 1


def test_the_reader_s_key_is_made_anew_under_another_name(tmp_path: Path) -> None:
    for number in range(3):
        call_command("keep_reader_key", str(tmp_path / f"key{number}"))
    assert list(ApiClient.objects.order_by("id").values_list("name", flat=True)) == [
        "Lector de esta instalación", "Lector de esta instalación 2", "Lector de esta instalación 3",
    ]  # fmt: skip
