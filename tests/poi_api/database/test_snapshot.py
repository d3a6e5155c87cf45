"""Several statements see one state of the database, whoever commits between them."""

import pytest
from django.db import InternalError, connection, transaction

from poi_api.database.snapshot import all_is_committed, snapshot
from tests import factories as make
from tests.committed import Connect
from units.models import Unit

_RENAME = "UPDATE units_unit SET name = %s"


def test_what_others_commit_meanwhile_is_seen_afterwards(connect: Connect) -> None:
    make.institution("SAT", "ANTES")
    with snapshot():
        seen = [Unit.objects.get().name]
        connect().execute(_RENAME, ["DESPUÉS"])
        seen.append(Unit.objects.get().name)
    assert (seen, Unit.objects.get().name) == (["ANTES", "ANTES"], "DESPUÉS")


def test_nothing_is_written_in_it(committed: None) -> None:
    make.institution("SAT", "ANTES")
    with pytest.raises(InternalError, match="read-only"), snapshot():
        Unit.objects.update(name="DESPUÉS")
    assert not connection.in_atomic_block
    Unit.objects.update(name="DESPUÉS")


def test_within_a_transaction_it_is_a_part_of_it(committed: None) -> None:
    make.institution("SAT", "ANTES")
    with transaction.atomic():
        Unit.objects.update(name="DESPUÉS")
        with snapshot():
            assert Unit.objects.get().name == "DESPUÉS"
        Unit.objects.update(name="AL FIN")
    assert Unit.objects.get().name == "AL FIN"


def test_what_it_reads_was_committed(committed: None) -> None:
    assert all_is_committed()
    with snapshot():
        assert all_is_committed()
    with transaction.atomic():
        assert not all_is_committed()
        with snapshot():
            assert not all_is_committed()
    assert all_is_committed()
