"""The tree of units: paths, cycles, institutions and names, kept by the database."""

import threading

import psycopg
import pytest
from django.db import IntegrityError, transaction

from tests import factories
from tests.committed import Connect
from units.models import Unit


def path(unit: Unit) -> list[int]:
    unit.refresh_from_db()
    return unit.path


@pytest.mark.django_db
class TestTree:
    def test_a_path_runs_from_the_root_to_the_unit(self) -> None:
        root = factories.institution()
        organ = factories.organ(root)
        below = factories.unit(organ)
        assert (path(root), path(organ), path(below)) == ([root.pk], [root.pk, organ.pk], [root.pk, organ.pk, below.pk])
        assert below.institution_id == root.pk

    def test_all_below_moves_along(self) -> None:
        root = factories.institution()
        one, other = factories.unit(root), factories.unit(root)
        child = factories.unit(one)
        grandchild = factories.unit(child)
        Unit.objects.filter(pk=one.pk).update(parent=other)
        assert path(grandchild) == [root.pk, other.pk, one.pk, child.pk, grandchild.pk]

    def test_several_move_in_one_statement(self) -> None:
        root = factories.institution()
        one, other, target = (factories.unit(root) for _ in range(3))
        child = factories.unit(one)
        Unit.objects.filter(pk__in=[one.pk, other.pk]).update(parent=target)
        assert path(child) == [root.pk, target.pk, one.pk, child.pk]
        assert path(other) == [root.pk, target.pk, other.pk]

    def test_nobody_gives_a_path_or_an_institution(self) -> None:
        root, other = factories.institution(), factories.institution()
        unit = factories.unit(root)
        Unit.objects.filter(pk=unit.pk).update(path=[other.pk, unit.pk], institution=other)
        assert path(unit) == [root.pk, unit.pk]
        assert unit.institution_id == root.pk

    def test_no_cycle(self) -> None:
        top = factories.unit()
        below = factories.unit(factories.unit(top))
        for parent in (below, top):
            with pytest.raises(IntegrityError, match="sí misma"), transaction.atomic():
                Unit.objects.filter(pk=top.pk).update(parent=parent)

    def test_no_unit_leaves_its_institution(self) -> None:
        unit, other = factories.unit(), factories.institution()
        for change in ({"parent": other}, {"parent": None, "kind": "institution"}):
            with pytest.raises(IntegrityError, match="no cambia de institución"), transaction.atomic():
                Unit.objects.filter(pk=unit.pk).update(**change)

    def test_the_unit_above_has_to_be_there_already(self) -> None:
        with pytest.raises(IntegrityError, match="No existe la unidad de la que depende"):
            Unit.objects.create(code="X", name="X", kind="organ", parent_id=10**9)

    def test_a_name_designates_one_unit_of_an_institution(self) -> None:
        root = factories.institution()
        unit = factories.unit(root, name="PLANIFICACIÓN")
        factories.alias(unit, "Oficina de Planeamiento")
        other = factories.unit(root)
        for name in ("planificacion", "  OFICINA  de Planeamiento "):
            with pytest.raises(IntegrityError), transaction.atomic():
                factories.unit(root, name=name)
            with pytest.raises(IntegrityError), transaction.atomic():
                Unit.objects.filter(pk=other.pk).update(name=name)
            with pytest.raises(IntegrityError), transaction.atomic():
                factories.alias(other, name)
        elsewhere = factories.unit(name="PLANIFICACIÓN")
        factories.alias(elsewhere, "Oficina de Planeamiento")

    def test_a_unit_does_not_come_back_under_a_name_that_its_successor_has(self) -> None:
        gone, successor = factories.unit(root := factories.institution()), factories.unit(root)
        Unit.objects.filter(pk=gone.pk).update(is_active=False)
        factories.alias(successor, gone.name)
        with pytest.raises(IntegrityError, match="ya designa a una unidad"), transaction.atomic():
            Unit.objects.filter(pk=gone.pk).update(is_active=True)


def waits(other: psycopg.Connection, sql: str, values: list) -> tuple[threading.Thread, list]:
    """Run a statement that has to wait; returns when it does wait, with the thread and its outcome to be."""
    outcome: list = []

    def work() -> None:
        try:
            outcome.append(other.execute(sql, values))
        except psycopg.Error as error:
            outcome.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    return thread, outcome


def until_blocked(watcher: psycopg.Connection, other: psycopg.Connection) -> None:
    while not watcher.execute("SELECT pg_blocking_pids(%s)", [other.info.backend_pid]).fetchone()[0]:  # type: ignore[index]
        pass


def test_two_moves_at_once_make_no_cycle(connect: Connect) -> None:
    root = factories.institution()
    one, two = factories.unit(root), factories.unit(root)
    a, b, watcher = connect(), connect(), connect()
    move = "UPDATE units_unit SET parent_id = %s WHERE id = %s"
    a.execute("BEGIN")
    a.execute(move, [one.pk, two.pk])
    thread, outcome = waits(b, move, [two.pk, one.pk])
    until_blocked(watcher, b)
    a.execute("COMMIT")
    thread.join()
    assert isinstance(outcome[0], psycopg.errors.CheckViolation)


@pytest.mark.parametrize("move_first", [True, False])
def test_a_unit_made_below_one_that_moves_gets_its_path(connect: Connect, move_first: bool) -> None:
    root = factories.institution()
    moving, target = factories.unit(root), factories.unit(root)
    steps = [
        ("UPDATE units_unit SET parent_id = %s WHERE id = %s", [target.pk, moving.pk]),
        (
            "INSERT INTO units_unit (code, name, kind, parent_id, path) VALUES ('N', 'N', 'organ', %s, '{}')",
            [moving.pk],
        ),
    ]
    a, b, watcher = connect(), connect(), connect()
    first, second = steps if move_first else reversed(steps)
    a.execute("BEGIN")
    a.execute(*first)
    thread, outcome = waits(b, *second)
    until_blocked(watcher, b)
    a.execute("COMMIT")
    thread.join()
    assert not isinstance(outcome[0], psycopg.Error), outcome
    new = Unit.objects.get(code="N")
    assert new.path == [root.pk, target.pk, moving.pk, new.pk]


def test_two_writers_cannot_give_one_name_to_a_unit_and_an_alias(connect: Connect) -> None:
    root = factories.institution()
    unit = factories.unit(root)
    a, b, watcher = connect(), connect(), connect()
    a.execute("BEGIN")
    a.execute("INSERT INTO units_unitalias (unit_id, name) VALUES (%s, 'ÚNICO')", [unit.pk])
    new = "INSERT INTO units_unit (code, name, kind, parent_id, path) VALUES ('N', 'unico', 'organ', %s, '{}')"
    thread, outcome = waits(b, new, [root.pk])
    until_blocked(watcher, b)
    a.execute("COMMIT")
    thread.join()
    assert isinstance(outcome[0], psycopg.errors.UniqueViolation)
